// The command line: every command with its arguments, options and help. What a command does is in
// commands/.
import { Command, CommanderError } from 'commander';
import { manualList, runManual } from '../commands/set-up/manual.ts';
import { formatBytes } from '../lib/size.ts';
import { manualSubjects } from '../report/manual-pages.ts';
import { onReadCopy } from '../store/file/copy-note.ts';
import type { Io, Signals } from '../terminal/io.ts';
import { wrapText } from '../words/fit-text.ts';
import { completions } from './completion.ts';
import type { CommandLine } from './command-line.ts';
import { addDelivering } from './delivering.ts';
import { HELP_LAYOUT, wrapParagraphs } from './help-layout.ts';
import { addHistory } from './history.ts';
import { addKeeping } from './keeping.ts';
import { addLake } from './lake.ts';
import { configIn, configLast, refusalOf } from './line-words.ts';
import { addOperating } from './operating.ts';
import { addReading } from './reading.ts';
import { addRules } from './rules.ts';
import { addSilencing } from './silencing.ts';
import { addWeb } from './web.ts';

/** Longer lines of help are hard to read. */
const WIDEST_HELP = 100;

/** The commands as the help lists them. */
const GROUPS: readonly (readonly [string, (line: CommandLine) => void])[] = [
  ['Set up and run', addOperating],
  ['Look', addReading],
  ['Mute alerts and try rules', (line) => (addSilencing(line), addRules(line))],
  ['Messages', addDelivering],
  ['The whole history', (line) => (addHistory(line), addLake(line))],
  ['Keep it', addKeeping],
];

/** Runs one command line, and returns the exit code. What commander refuses is 2. */
export async function runProgram(
  io: Io,
  signals: () => Signals,
  version: string,
  argv: readonly string[],
): Promise<number> {
  let exitCode = 0;
  const helpWidth = () => Math.min(io.columns, WIDEST_HELP);
  const program = new Command('tidemark')
    .description(
      'Tracks ranked TikTok Shop product lists: snapshots on a schedule, alerts when products move, and plain SQL over the whole history.',
    )
    .version(version, '-V, --version')
    .helpCommand('help [subject]', 'a page of the manual, or the help of a command')
    .addHelpText('after', () => manualList())
    .showHelpAfterError('(tidemark help lists all commands)')
    .showSuggestionAfterError()
    .configureHelp(HELP_LAYOUT)
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      getOutHelpWidth: helpWidth,
      getErrHelpWidth: helpWidth,
    })
    .exitOverride();

  const line: CommandLine = {
    io,
    signals,
    command: (usage, description, examples = [], parent = program) => {
      const made = parent.command(usage).description(description).exitOverride();
      if (examples.length > 0)
        made.addHelpText(
          'after',
          `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`,
        );
      return made;
    },
    remark: (made, text) =>
      made.addHelpText('after', () => `\n${wrapParagraphs(text, helpWidth())}\n`),
    done: async (code) => {
      exitCode = await code;
    },
  };
  for (const [group, add] of GROUPS) {
    program.commandsGroup(`${group}:`);
    add(line);
  }
  program.commandsGroup('The page:');
  addWeb(line);

  if (argv[0] === '__complete') {
    const { namesForShell } = await import('../commands/set-up/complete-names.ts');
    const words = argv.slice(1);
    const found = completions(program, words, ([watch]) =>
      namesForShell(io, configIn(words), watch),
    );
    io.stdout(found.map((candidate) => `${candidate}\n`).join(''));
    return 0;
  }
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  const [first, subject = '', ...others] = argv;
  // A page of the manual goes before the help of a command of that name, which `COMMAND --help`
  // shows.
  if (first === 'help' && others.length === 0 && manualSubjects().includes(subject)) {
    return runManual(io, subject);
  }
  const refusal = refusalOf(program, argv);
  if (refusal !== null) {
    io.stderr(`error: ${refusal}\n`);
    return 2;
  }
  onReadCopy(({ path, bytes }) =>
    io.stderr(
      `A copy of ${path} is read (${formatBytes(bytes)}): no daemon has it open, and its folder cannot be written here.\n`,
    ),
  );
  try {
    await program.parseAsync(configLast(program, argv), { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // commander has printed what is wrong. To ask for help is no error.
    if (thrown.code === 'commander.missingArgument') await sayWhatThereIs(io, program, argv);
    return thrown.exitCode === 0 ? 0 : 2;
  }
}

/** No more names than this are said where one is missing. */
const MOST_NAMES = 10;

/** Says which names could stand where an argument is missing, if it is one of a name. */
async function sayWhatThereIs(io: Io, program: Command, argv: readonly string[]): Promise<void> {
  const { namesForShell } = await import('../commands/set-up/complete-names.ts');
  const words = [...argv, ''];
  const found = completions(program, words, ([watch]) => namesForShell(io, configIn(words), watch));
  if (found.length === 0) return;
  const more = found.length > MOST_NAMES ? ', …' : '';
  io.stderr(
    `${wrapText(`there is: ${found.slice(0, MOST_NAMES).join(', ')}${more}`, io.columns)}\n`,
  );
}
