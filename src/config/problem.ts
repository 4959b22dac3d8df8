import { cleanText, truncate } from '../lib/text.ts';

/** Keys and list positions from the top of the file. */
export type Path = readonly (string | number)[];

/**
 * What is wrong at one place. `text` never repeats what the file, the environment or a secret file
 * says.
 */
export type Problem = {
  path: Path;
  text: string;
  /**
   * The same with parts of the value, perhaps over several lines. It takes the place of `text`
   * where the value may be shown.
   */
  detail?: string | undefined;
  /** What was probably meant; shown only where the value may be. */
  suggestion?: string | undefined;
  /** What was got, where that is not the value of the file. */
  got?: string;
  /** True for an unknown or repeated key: then place and value are those of the key. */
  isAboutKey?: boolean;
};

/** A problem with its place in the file, ready to print. */
export type LocatedProblem = {
  line: number;
  column: number;
  /** `watches.us-daily.schedule` */
  path: string;
  problem: string;
  /**
   * The value as printed: quoted text, a number, `nothing`, `a list`, `a mapping` or `<secret>`.
   */
  got: string;
  /** Lines that belong below, such as an expression with a caret under the mistake. */
  below: string[];
};

/** Something that works but is probably not meant. */
export type ConfigWarning = { line: number; column: number; path: string; text: string };

/** Text that is probably a secret in the wrong place, such as a URL in a list of names. */
export const looksSecret = (text: string): boolean =>
  /:\/\/|whsec_|\bsk_|^(token|password|secret|url|authorization|bearer|basic)\W/i.test(text);

/** Does it lead into a list that a source declares? No secret stands there. */
export const isDeclaration = ([section, , key]: Path): boolean =>
  section === 'sources' && key === 'lists';

/**
 * The last key of a path as messages show it. By a slip YAML may read a secret as a key
 * (`token:sk_live_…` without the blank, or a comma inside braces). So where secrets live, only
 * plain words are shown.
 */
export function formatKey(path: Path): string {
  const key = String(path.at(-1));
  const isAmongSecrets =
    path.length >= (['channels', 'sources'].includes(String(path[0])) ? 3 : 2) &&
    ['source', 'sources', 'smtp', 'channels'].includes(String(path[0])) &&
    !(isDeclaration(path) && path.length > 3);
  const isSecret = looksSecret(key) || (isAmongSecrets && !/^[A-Za-z][A-Za-z_-]*$/.test(key));
  return isSecret ? '<secret>' : JSON.stringify(truncate(cleanText(key), 64));
}

/** `source.token`, `watches."Two words".region`, `channels.team.to[1]`. */
export function formatPath(path: Path): string {
  const parts = path.map((part, i) => {
    if (typeof part === 'number') return `[${part}]`;
    const shown = formatKey(path.slice(0, i + 1));
    return /^"[\w-]+"$/.test(shown) ? `.${shown.slice(1, -1)}` : `.${shown}`;
  });
  return parts.join('').replace(/^\./, '') || '(file)';
}

/** A value of the file as messages show it. Secrets never come here. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return JSON.stringify(truncate(cleanText(value), 60));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'something else';
}

/** `line:column path: problem (got value)`, and the lines that belong below. */
export const formatProblem = ({
  line,
  column,
  path,
  problem,
  got,
  below,
}: LocatedProblem): string =>
  [`${line}:${column} ${path}: ${problem} (got ${got})`, ...below].join('\n');

/** `line:column path: text`. */
export const formatWarning = ({ line, column, path, text }: ConfigWarning): string =>
  `${line}:${column} ${path}: ${text}`;
