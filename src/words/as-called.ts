// Texts name commands as `tidemark status`. If the program was called by another name, or with a
// config, the commands must be printed so that they can be copied as they stand.
import { shellWord } from './shell-text.ts';

/**
 * How the program was called: under which name, and with which `--config` (null: none). `anywhere`
 * is its name with absolute paths.
 */
export type Called = { program: string; config: string | null; anywhere?: string };

/** Not within a path, nor what was written so already. */
const NAME = String.raw`(?<![\w/.-]|npx )tidemark`;

/** Commands that read the config. Others take no `--config`. */
const WITH_CONFIG =
  'alerts|backfill|backup|categories|channels|check|deliveries|digest|doctor|export|import|lake|mcp|movers|product|prune|restore|rules|run|schema|serve|service|silence|snapshot|sql|status|top|web (?:links|token)';
const COMMAND = new RegExp(`${NAME} (?=(?:${WITH_CONFIG})\\b)`, 'g');
const OTHER = new RegExp(`${NAME} (?=(?:completion|demo|help|init|sandbox|web)\\b)`, 'g');

/**
 * The text with its commands in the form in which they have to be typed; unchanged where nothing is
 * known of the call. The config goes before the command, which is allowed too: what follows is not
 * touched.
 */
export function asCalled(called: Called | undefined, text: string): string {
  if (called === undefined || (called.program === 'tidemark' && called.config === null))
    return text;
  const { program, config } = called;
  const option = config === null ? '' : `--config ${shellWord(config)} `;
  return text.replace(COMMAND, () => `${program} ${option}`).replace(OTHER, () => `${program} `);
}

/**
 * A letter or a page with its commands as they have to be typed: what is kept under `command`,
 * however deep. All other text is left as it is, since it may be of a source.
 */
export function withCommands<Value>(called: Called | undefined, value: Value): Value {
  if (called === undefined) return value;
  const mapped = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return key === 'command' ? asCalled(called, part) : part;
    if (Array.isArray(part)) return part.map((one) => mapped(one, key));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, mapped(one, name)]));
  };
  return mapped(value, '') as Value;
}
