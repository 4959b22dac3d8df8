import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askAnswers, confirm } from '../../src/commands/set-up/init-ask.ts';
import type { Answers } from '../../src/commands/set-up/init-answers.ts';
import { runInit } from '../../src/commands/set-up/init.ts';
import { expressionChecker } from '../../src/alert/compile.ts';
import { loadConfig } from '../../src/config/load.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function written(answers: Answers) {
  const io = memoryIo({ cwd: folder });
  await runInit(io, { ...answers, force: true });
  return loadConfig({
    env: { KEYAPI_TOKEN: 'sk_live_1' },
    cwd: folder,
    checkExpression: expressionChecker(),
  });
}

describe('what init is told', () => {
  test('stands in the file, which is valid and keeps its comments', async () => {
    const { config, warnings } = await written({
      region: 'GB',
      depth: 50,
      schedule: '15 7 * * 1-5',
      timezone: 'Europe/London',
      to: 'ana@company.co.uk',
      smtp: 'smtp://me@mail.company.co.uk:587',
    });
    expect(config.watches).toMatchObject([
      {
        name: 'gb-daily',
        asked: { region: 'GB' },
        depth: 50,
        schedule: '15 7 * * 1-5',
        timezone: 'Europe/London',
      },
    ]);
    expect(config.digests[0]?.timezone).toBe('Europe/London');
    expect(config.channels).toMatchObject([{ kind: 'email', to: ['ana@company.co.uk'] }]);
    expect(config.smtp?.from).toBe('Tidemark <ana@company.co.uk>');
    expect(warnings).toEqual([]);
    const text = readFileSync(join(folder, 'tidemark.yaml'), 'utf8');
    expect(text).toContain('# When to tell.');
    expect(text).not.toMatch(/EDIT ME|example\.com\]/);
  });

  test('may be a webhook, or nobody yet', async () => {
    const hook = await written({ to: 'https://hooks.company.com/x' });
    expect(hook.config.channels).toMatchObject([{ kind: 'webhook', name: 'team' }]);
    expect(hook.config.rules.map(({ notify }) => notify)).toEqual([['team'], ['team']]);
    expect(hook.config.smtp).toBeNull();
    const nobody = await written({ to: '' });
    expect([nobody.config.channels, nobody.config.smtp]).toEqual([[], null]);
    expect(nobody.warnings.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('only recorded'),
    );
  });

  test('is refused before anything is written, where no config may have it', async () => {
    await expect(runInit(memoryIo({ cwd: folder }), { schedule: 'at six' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('schedule') as string,
    });
    await expect(async () => readFileSync(join(folder, 'tidemark.yaml'))).rejects.toThrow('ENOENT');
  });
});

test('a terminal is asked again for what is wrong, and an empty answer takes what is offered', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(
    ['usa', 'de', '', '', 'Europe/Berlin', 'ana@company.de', '']
      .map((line) => `${line}\n`)
      .join(''),
  );
  const answers = await askAnswers({}, { input, output });
  expect(answers).toEqual({
    region: 'DE',
    depth: 100,
    schedule: '0 6 * * *',
    timezone: 'Europe/Berlin',
    to: 'ana@company.de',
    smtp: 'smtp://localhost:25',
  });
  const asked = String(output.read());
  expect(asked).toContain('It must be two letters, or all_regions.');
  // What an option has said is not asked.
  const more = new PassThrough();
  more.end('\n\n\n\n');
  const silent = new PassThrough();
  const others = await askAnswers({ region: 'FR', to: '' }, { input: more, output: silent });
  expect(others?.region).toBe('FR');
  expect(String(silent.read())).not.toContain('region');
});

test.each(['', 'US\n', 'US\n\n\n\n'])(
  'who stops in the midst of the questions has answered none: %j',
  async (typed) => {
    const input = new PassThrough();
    input.end(typed);
    expect(await askAnswers({}, { input, output: new PassThrough() })).toBeNull();
  },
);

test('a question for yes or no that is stopped is a no', async () => {
  const input = new PassThrough();
  input.end();
  expect(await confirm('Really?', { input, output: new PassThrough() })).toBe(false);
});
