// The help of every command, found by asking the program for what follows each word.
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../src/program/program.ts';
import { asCalled } from '../../src/words/as-called.ts';
import { memoryIo } from '../support/memory-io.ts';

const said = (...argv: string[]): Promise<string> => saidAt(80, ...argv);

async function saidAt(columns: number, ...argv: string[]): Promise<string> {
  const io = memoryIo({ columns });
  const noSignals = () => {
    throw new Error('not needed');
  };
  await runProgram(io, noSignals, '1.2.3', argv);
  return io.out + io.err;
}

/** Names of the commands below these words, as its help lists them. */
async function commandsBelow(words: readonly string[]): Promise<string[]> {
  const listed = (await said(...words, '--help'))
    .split('\n\n')
    .filter((part) => /^[A-Z].*:\n/.test(part));
  return listed
    .filter(
      (part) =>
        !/^(?:Usage|Arguments|Options|Examples|Pages? of the manual|The manual)[^\n]*:/.test(part),
    )
    .flatMap((part) => [...part.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name))
    .filter((name) => name !== 'help');
}

/** Every command that has none below it. */
async function leavesBelow(words: readonly string[]): Promise<string[][]> {
  const names = await commandsBelow(words);
  if (names.length === 0) return [[...words]];
  return (await Promise.all(names.map((name) => leavesBelow([...words, name])))).flat();
}

const LEAVES = await leavesBelow([]);

describe('the help', () => {
  test('is of all commands', () => {
    expect(LEAVES.length).toBeGreaterThan(35);
    expect(LEAVES.map((words) => words.join(' '))).toEqual(
      expect.arrayContaining(['status', 'alerts show', 'rules backtest', 'silence add']),
    );
  });

  test.each(LEAVES.map((words) => ({ words, name: words.join(' ') })))(
    'of $name has examples of it, and fits 80 columns',
    async ({ words, name }) => {
      const help = await said(...words, '--help');
      const [, examples = ''] = help.split('\nExamples:\n');
      expect(examples).toMatch(new RegExp(`^  .*tidemark ${name}\\b`, 'm'));
      expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  // Commands are shown as they have to be typed, and a table of signs as it stands.
  const isKept = (line: string) =>
    /^ +(?:\S+ \| )?tidemark /.test(line) || / {3,}\S.* {3,}\S/.test(line);

  test.each([60, 100, 180])(
    'of every command wraps between words at %i columns, and never wider than 100',
    async (columns) => {
      const tooWide: string[] = [];
      let widest = 0;
      for (const words of [[], ['alerts'], ['channels'], ...LEAVES]) {
        if (words.join(' ') === 'rules test') continue;
        for (const line of (await saidAt(columns, ...words, '--help')).split('\n')) {
          widest = Math.max(widest, isKept(line) ? 0 : line.length);
          if (line.length > Math.min(columns, 100) && !isKept(line) && / \S+ \S/.test(line))
            tooWide.push(line);
        }
      }
      expect(tooWide).toEqual([]);
      // As wide as the terminal: not all as narrow as for 80 columns.
      if (columns >= 100) expect(widest).toBeGreaterThan(90);
    },
  );

  test('a description stands below its name where beside it is no room', async () => {
    const help = await saidAt(60, 'channels', '--help');
    expect(help).toContain(
      '  subscribe [options] <name> <address>\n      send a recipient again what it has ended\n',
    );
  });

  test.each([
    ['help wather', 'there is no page or command "wather"\nthere is: alerts, '],
    ['help alrets', 'there is no page or command "alrets"\ndid you mean alerts?'],
    ['--config a.yaml', '--config takes a path, and a command behind it'],
  ])('of nothing is an error, not the help of all: %s', async (line, expected) => {
    expect(await said(...line.split(' '))).toMatch(new RegExp(`^error: ${expected}`));
  });

  test.each(LEAVES.map((words) => ({ words, name: words.join(' ') })))(
    'a command that is printed goes with the config of the line: $name',
    async ({ words, name }) => {
      const called = { program: 'tidemark', config: 'a.yaml' };
      const takesConfig = (await said(...words, '--help')).includes('--config <path>');
      expect(asCalled(called, `tidemark ${name}`)).toBe(
        takesConfig ? `tidemark --config a.yaml ${name}` : `tidemark ${name}`,
      );
    },
  );
});
