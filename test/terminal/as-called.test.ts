import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asCalled } from '../../src/words/as-called.ts';
import { calledAs, calledFromAnywhere, programName } from '../../src/terminal/program-name.ts';

describe('commands in texts', () => {
  const called = { program: 'node dist/cli.js', config: '/etc/my tide.yaml' };

  test.each([
    ['tidemark run', "node dist/cli.js --config '/etc/my tide.yaml' run"],
    [
      'mend it, then tidemark channels test hook.',
      "mend it, then node dist/cli.js --config '/etc/my tide.yaml' channels test hook.",
    ],
    // These read no config.
    ['see tidemark help config', 'see node dist/cli.js help config'],
    // No commands.
    ['tidemark.yaml and Tidemark run', 'tidemark.yaml and Tidemark run'],
  ])('%s', (text, expected) => {
    expect(asCalled(called, text)).toBe(expected);
    expect(asCalled({ program: 'tidemark', config: null }, text)).toBe(text);
    expect(asCalled(undefined, text)).toBe(text);
  });
});

describe('the name of the program', () => {
  test.each([
    ['/usr/local/bin/tidemark', { PATH: '/usr/bin:/usr/local/bin' }, 'tidemark'],
    ['/opt/x/bin/tidemark', { PATH: '/usr/bin' }, '/opt/x/bin/tidemark'],
    ['/srv/checkout/dist/cli.js', {}, 'node dist/cli.js'],
    ['/else where/dist/cli.js', {}, "node '/else where/dist/cli.js'"],
    ['/srv/checkout/src/cli.ts', {}, 'npx tsx src/cli.ts'],
    ['/x/node_modules/.bin/tidemark', { npm_command: 'exec' }, 'npx tidemark'],
  ])('of %s', (script, env, expected) => {
    expect(programName(script, env, '/srv/checkout')).toBe(expected);
  });

  test('goes with the config of the line, wherever it stands', () => {
    const of = (...argv: string[]) =>
      calledAs(argv, '/srv/checkout/dist/cli.js', {}, '/srv/checkout').config;
    expect([
      of('--config', 'a.yaml', 'top'),
      of('top', '--config=b.yaml'),
      of('top', 'us'),
      of('top', '--config'),
    ]).toEqual(['a.yaml', 'b.yaml', null, null]);
  });
});

test('what is written already is left as it is', () => {
  for (const program of ['/opt/x/bin/tidemark', 'npx tidemark', 'node dist/cli.js']) {
    const once = asCalled({ program, config: null }, 'see: tidemark status');
    expect(once).toBe(`see: ${program} status`);
    expect(asCalled({ program, config: null }, once)).toBe(once);
  }
});

describe('a command that is read elsewhere', () => {
  const from = (argv: string[], env: NodeJS.ProcessEnv = {}) => ({
    called: calledAs(argv, '/srv/checkout/dist/cli.js', env, '/srv/checkout'),
    env,
    cwd: '/srv/checkout',
  });
  const program = 'node /srv/checkout/dist/cli.js';

  test('names the program and the config by absolute paths', () => {
    expect(calledFromAnywhere(from(['run', '--config', 'a.yaml']), '/srv/checkout/a.yaml')).toEqual(
      { program, config: '/srv/checkout/a.yaml' },
    );
    // Found in the working folder, or by a variable of the daemon alone.
    expect(calledFromAnywhere(from(['run']), '/srv/checkout/tidemark.yaml')).toEqual({
      program,
      config: '/srv/checkout/tidemark.yaml',
    });
  });

  test('leaves out a config that is found anyway', () => {
    const found = '/etc/tidemark/tidemark.yaml';
    expect(calledFromAnywhere(from(['run']), found)).toEqual({ program, config: null });
    expect(calledFromAnywhere(from(['run', '--config', found]), found)?.config).toBe(found);
    expect(calledFromAnywhere({ env: {}, cwd: '/' }, found)).toBeUndefined();
  });

  test('is called tidemark where the shell finds just this program', () => {
    const bin = mkdtempSync(join(tmpdir(), 'tidemark-path-'));
    writeFileSync(join(bin, 'cli.js'), '');
    symlinkSync('cli.js', join(bin, 'tidemark'));
    expect(programName(join(bin, 'cli.js'), { PATH: `/nowhere:${bin}` }, null)).toBe('tidemark');
    expect(programName(join(bin, 'cli.js'), { PATH: '/nowhere' }, null)).toBe(`node ${bin}/cli.js`);
    rmSync(bin, { recursive: true });
  });
});
