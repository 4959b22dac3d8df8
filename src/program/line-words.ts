// What stands where on a command line: the command it names, and its --config.
import type { Command } from 'commander';
import { meantOf } from '../lib/nearest.ts';
import { manualSubjects } from '../report/manual-pages.ts';

/**
 * What is wrong with a line that commander would answer as if nothing, or something else, was; null
 * where nothing is.
 */
export function refusalOf(program: Command, argv: readonly string[]): string | null {
  const [first, subject, ...others] = argv;
  if (first === '--config' && others.length === 0)
    return '--config takes a path, and a command behind it: `tidemark --config PATH status`';
  const words = configLast(program, argv);
  const group = groupAt(program, words);
  const next = words[group.depth];
  if (group.command !== program && next?.startsWith('-') === true && !HELP.includes(next))
    return `which command of ${group.command.name()}?\nthere is: ${namesIn(group.command).join(', ')}`;
  // Only then is the folder of the manual read.
  if (first !== 'help' || subject === undefined || subject.startsWith('-')) return null;
  const known = [...manualSubjects(), ...namesIn(program)];
  if (known.includes(subject)) return null;
  return `there is no page or command ${JSON.stringify(subject)}\n${meantOf(subject, known)}`;
}

const HELP = ['-h', '--help'];

const namesIn = (group: Command): string[] => group.commands.map((command) => command.name());

/** A group has commands, and does nothing by itself: so it takes no option. */
const isGroup = ({ commands, options }: Command): boolean =>
  commands.length > 0 && options.length === 0;

/** The innermost group of commands that a line names, and how many of its words that takes. */
function groupAt(program: Command, words: readonly string[]): { command: Command; depth: number } {
  let command = program;
  let depth = 0;
  for (const word of words) {
    const inner = command.commands.find((one) => one.name() === word && isGroup(one));
    if (inner === undefined) break;
    command = inner;
    depth += 1;
  }
  return { command, depth };
}

/** What `--config` says on a line that is still being typed. */
export const configIn = (words: readonly string[]): string | undefined =>
  words.includes('--config') ? words[words.indexOf('--config') + 1] : undefined;

/**
 * `tidemark --config FILE top us-daily` means the same as `tidemark top us-daily --config FILE`,
 * and `tidemark lake --config FILE sync` the same as `tidemark lake sync --config FILE`. The option
 * belongs to the commands, so one that stands before them is moved behind them; but before a `--`,
 * behind which nothing is an option.
 */
export function configLast(program: Command, argv: readonly string[]): string[] {
  const { depth } = groupAt(program, argv);
  const first = argv[depth] ?? '';
  const length = first === '--config' ? 2 : 1;
  if (first !== '--config' && !first.startsWith('--config=')) return [...argv];
  const option = argv.slice(depth, depth + length);
  const rest = [...argv.slice(0, depth), ...argv.slice(depth + length)];
  const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
  return [...rest.slice(0, end), ...option, ...rest.slice(end)];
}
