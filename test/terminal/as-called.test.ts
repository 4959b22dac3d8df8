import { describe, expect, test } from 'vitest';
import { asCalled } from '../../src/words/as-called.ts';
import { calledAs, programName } from '../../src/terminal/program-name.ts';

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
