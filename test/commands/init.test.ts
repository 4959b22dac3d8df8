import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runInit } from '../../src/commands/set-up/init.ts';
import { loadConfig } from '../../src/config/load.ts';
import { expressionChecker } from '../../src/alert/compile.ts';
import { PRESETS } from '../../src/list/presets.ts';
import { CONFIG_TEMPLATE } from '../../src/config/template.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it writes a configuration that loads, and says what to do next on stderr', async () => {
  const io = memoryIo({ cwd: folder });
  expect(await runInit(io, {})).toBe(0);
  expect(loadConfig({ env: { KEYAPI_TOKEN: 'sk_live_1' }, cwd: folder }).config.path).toBe(
    join(folder, 'tidemark.yaml'),
  );
  expect(io.out).toBe('');
  expect(io.err.split('\n')).toEqual([
    `Wrote ${join(folder, 'tidemark.yaml')}. Next:`,
    '  1. export KEYAPI_TOKEN=…           the key of the source',
    '  2. edit smtp and channels          where messages go',
    '  3. tidemark check',
    '  4. tidemark run',
    '',
  ]);
});

test('it refuses to write over a file, which stays as it was', async () => {
  writeFileSync(join(folder, 'tidemark.yaml'), 'mine');
  await expect(runInit(memoryIo({ cwd: folder }), {})).rejects.toMatchObject({
    code: 'usage',
    message: `${join(folder, 'tidemark.yaml')} is already there`,
    hint: 'Give another path, or --force to write over it.',
  });
  expect(readFileSync(join(folder, 'tidemark.yaml'), 'utf8')).toBe('mine');
});

test('with --force it writes over it', async () => {
  writeFileSync(join(folder, 'tidemark.yaml'), 'mine');
  expect(await runInit(memoryIo({ cwd: folder }), { force: true })).toBe(0);
  expect(readFileSync(join(folder, 'tidemark.yaml'), 'utf8')).toBe(CONFIG_TEMPLATE);
});

test('another path is written there, and named in the next steps', async () => {
  const io = memoryIo({ cwd: folder });
  expect(await runInit(io, { path: 'eu.yaml' })).toBe(0);
  expect([readdirSync(folder), io.err.includes('tidemark check --config eu.yaml')]).toEqual([
    ['eu.yaml'],
    true,
  ]);
});

test('a folder that is not there is said', async () => {
  await expect(
    runInit(memoryIo({ cwd: folder }), { path: 'no/such/tidemark.yaml' }),
  ).rejects.toMatchObject({
    code: 'usage',
    message: `cannot write ${join(folder, 'no/such/tidemark.yaml')} (ENOENT)`,
  });
});

test.each(Object.keys(PRESETS))(
  'with the preset %s it writes one that loads without any account, and warns of nothing else',
  async (preset) => {
    const io = memoryIo({ cwd: folder });
    expect(await runInit(io, { preset })).toBe(0);
    expect(io.err).toContain(`tidemark top ${PRESETS[preset]?.lists[0]?.name}\n`);
    const { config, warnings } = loadConfig({
      env: {},
      cwd: folder,
      checkExpression: expressionChecker(),
    });
    expect(config.watches[0]?.list).toBe(PRESETS[preset]?.lists[0]);
    expect(warnings.map(({ text }) => text)).toEqual([
      'notifies no channel; its alerts are only recorded',
    ]);
  },
);

test('with the preset sandbox it writes one for the sandbox on this machine', async () => {
  const io = memoryIo({ cwd: folder });
  expect(await runInit(io, { preset: 'sandbox' })).toBe(0);
  expect(io.err).toMatch(/1\. tidemark sandbox --speed 1440 .*\n {2}2\. tidemark run .*\n/);
  const { config, warnings } = loadConfig({
    env: {},
    cwd: folder,
    checkExpression: expressionChecker(),
  });
  expect(config.watches[0]?.schedule).toBe('* * * * *');
  expect(warnings.map(({ text }) => text)).toEqual([
    'notifies no channel; its alerts are only recorded',
  ]);
});

test('an unknown preset is told the nearest, and nothing is written', async () => {
  await expect(runInit(memoryIo({ cwd: folder }), { preset: 'apple-chart' })).rejects.toMatchObject(
    {
      message: 'there is no preset "apple-chart"',
      hint: expect.stringContaining('Did you mean apple-charts?') as string,
    },
  );
  expect(readdirSync(folder)).toEqual([]);
});
