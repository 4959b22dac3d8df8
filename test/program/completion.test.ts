import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/program/program.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-complete-'));
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `source: { token: x }
watches: { us-daily: { region: US, time_scope: 1, schedule: "0 6 * * *" }, gb-week: { region: GB, time_scope: 7, schedule: "0 6 * * *" } }
channels: { hook: { type: webhook, url: "https://example.com/x" } }
rules: { climber: { when: rank <= 3, notify: [hook] } }
digests: { weekly: { schedule: "0 8 * * 1", notify: [hook] } }
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const io = memoryIo({ cwd: folder });
  const noSignals = () => {
    throw new Error('not needed');
  };
  const code = await runProgram(io, noSignals, '1.2.3', argv);
  return { code, out: io.out, err: io.err };
}
const offered = async (...words: string[]) =>
  (await run('__complete', ...words)).out.split('\n').filter((line) => line !== '');

describe('the shell is offered', () => {
  test.each<[words: string[], expected: string[]]>([
    [['sta'], ['status']],
    [
      ['top', ''],
      ['us-daily', 'gb-week'],
    ],
    [['top', 'us'], ['us-daily']],
    [['--config', 'tidemark.yaml', 'movers', 'g'], ['gb-week']],
    [['alerts', '--rule', ''], ['climber']],
    [['deliveries', '--channel', 'h'], ['hook']],
    [
      ['channels', ''],
      ['test', 'unsubscribed', 'subscribe'],
    ],
    [['channels', 'test', ''], ['hook']],
    [['digest', 'w'], ['weekly']],
    [['snapshot', 'us-daily', 'g'], ['gb-week']],
    [
      ['sql', '@mov'],
      ['@movers', '@movers-7d'],
    ],
    [['status', '--e'], ['--exit-code']],
    // A value that is no name, and what does not exist.
    [['top', 'us-daily', '--limit', ''], []],
    [['nonsense', 'x'], []],
  ])('for %j: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  test('nothing of names, and no word of why, where there is no config', async () => {
    const io = memoryIo({ cwd: '/', env: {} });
    const noSignals = () => {
      throw new Error('not needed');
    };
    expect(await runProgram(io, noSignals, '1', ['__complete', 'top', ''])).toBe(0);
    expect([io.out, io.err]).toEqual(['', '']);
  });

  test.each(['bash', 'zsh', 'fish'])('a script that %s can read', async (shell) => {
    const { out } = await run('completion', shell);
    expect(out).toContain('tidemark __complete');
    if (spawnSync(shell, ['--version']).status !== 0) return;
    const path = join(folder, `completion.${shell}`);
    writeFileSync(path, out);
    expect(spawnSync(shell, ['-n', path], { encoding: 'utf8' }).stderr).toBe('');
  });
});

/** Whether a shell is here; where it is not, that is said. */
const has = (shell: string): boolean => {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  if (!isHere) console.log(`the completion of ${shell} is not tried: it is not here`);
  return isHere;
};

describe('a name that is missing', () => {
  const said = async (...argv: string[]) => {
    const io = memoryIo({ cwd: folder });
    const code = await runProgram(io, () => ({}) as never, '1', argv);
    return { code, err: io.err };
  };

  test.each([
    [['product'], 'there is: us-daily, gb-week\n'],
    [['channels', 'test'], 'there is: hook\n'],
    [['digest', '--json'], 'there is: weekly\n'],
  ])('is answered with what there is: %j', async (argv, expected) => {
    const { code, err } = await said(...argv);
    expect(code).toBe(2);
    expect(err).toContain('missing required argument');
    expect(err).toContain(expected);
  });

  test('of a watch is not needed where there is one', async () => {
    const help = (await run('help', 'top')).out;
    expect(help).toContain('[watch]');
  });
});

describe('in a real shell', () => {
  /** A program that knows one name, and writes down the words that it is asked about. */
  const inShell = async (shell: string, script: string) => {
    writeFileSync(join(folder, 'script'), (await run('completion', shell)).out);
    writeFileSync(
      join(folder, 'tidemark'),
      '#!/bin/sh\nfor word; do printf "%s|" "$word" >> "$ASKED"; done\necho "Egg Pans (New)"\n',
      { mode: 0o755 },
    );
    const asked = join(folder, 'asked');
    rmSync(asked, { force: true });
    const { stdout, stderr } = spawnSync(shell, ['-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ASKED: asked, HOME: folder },
    });
    return { stdout, stderr, asked: readFileSync(asked, 'utf8') };
  };

  test.runIf(has('bash'))('bash asks for what was typed, and quotes what it offers', async () => {
    const script = `source ./script; COMP_WORDS=(tidemark product us 'Egg\\ P'); COMP_CWORD=3; _tidemark; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(await inShell('bash', script)).toEqual({
      stdout: 'Egg\\ Pans\\ \\(New\\)\n',
      stderr: '',
      asked: '__complete|product|us|Egg P|',
    });
  });

  test.runIf(has('fish'))('fish asks for what was typed', async () => {
    const script = `source ./script; complete -C 'tidemark product us Egg'`;
    expect(await inShell('fish', script)).toEqual({
      stdout: 'Egg Pans (New)\n',
      stderr: '',
      asked: '__complete|product|us|Egg|',
    });
  });

  test.runIf(has('zsh'))('zsh asks for what was typed', async () => {
    const script = `compdef() { }; compadd() { print -r -- "\${(@P)2}" }; source ./script; words=(tidemark product us Egg); CURRENT=4; _tidemark`;
    expect(await inShell('zsh', script)).toEqual({
      stdout: 'Egg Pans (New)\n',
      stderr: '',
      asked: '__complete|product|us|Egg|',
    });
  });
});

describe('the help', () => {
  test('lists commands in groups, at most 100 columns wide', async () => {
    const io = memoryIo({ columns: 180 });
    await runProgram(io, () => ({}) as never, '1', []);
    const help = io.out.split('\nThe manual')[0] ?? '';
    for (const group of ['Set up and run:', 'Look:', 'Messages:', 'The whole history:', 'Keep it:'])
      expect(help.split('\n')).toContain(group);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
