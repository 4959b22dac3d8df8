import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runDemo } from '../../src/demo/demo.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the tour shows the leaderboard, the movers, what fired and why, the mails and a webhook, and where all of it is', async () => {
  const io = memoryIo({ cwd: folder, clock: systemClock });
  expect(await runDemo(io, { dir: 'tour', days: 6, seed: 1 })).toBe(0);
  const headings = ['The leaderboard:', 'What moved:', 'What fired:', 'What the last one is based on:', 'The last mails', 'The last webhook', 'Where it all is', 'Try next'];
  const places = headings.map((heading) => io.out.indexOf(`\n${heading}`));
  expect(places.every((at) => at > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  // The evidence is that of the newest alert in the list above it.
  const id = /tidemark alerts show (\d+)/.exec(io.out)?.[1] ?? 'none';
  expect(io.out).toMatch(new RegExp(`\nAlert ${id}: `));
  expect(io.out).toMatch(/^when +rank/m);
  expect(io.out).toContain('(the signature is good)');
  expect(io.out.split('\n').filter((line) => line.startsWith('  npx tidemark '))).toHaveLength(3);
  for (const name of ['tidemark.db', 'tidemark.yaml', 'webhooks.json']) expect(existsSync(join(folder, 'tour', name))).toBe(true);
  expect(readdirSync(join(folder, 'tour/mails')).some((name) => name.endsWith('.html'))).toBe(true);
});

test('a folder that no demo wrote is left alone', async () => {
  mkdirSync(join(folder, 'mine'));
  await expect(runDemo(memoryIo({ cwd: folder, clock: systemClock }), { dir: 'mine', days: 6, seed: 1 })).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('was not written by a demo') as string });
});
