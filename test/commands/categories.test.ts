// `tidemark categories`, against the sandbox.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCategories, type CategoriesArgs } from '../../src/commands/reading/categories.ts';
import { runSnapshot } from '../../src/commands/running/snapshot.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
let sandbox: Sandbox;
let clock: ManualClock;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-categories-'));
  clock = manualClock('2026-03-04T06:00:00Z', { auto: true });
  const [market, goods] = [createMarket({ seed: 1 }), createGoodsMarket({ seed: 1 })];
  sandbox = await startSandbox({ market, goods, clock });
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `source: { base_url: "${sandbox.url}", token: sandbox }
watches:
  us: { list: product-ranking, region: US, depth: 10, schedule: "0 5 * * *" }
`,
  );
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function categories(args: CategoriesArgs = {}) {
  const io = memoryIo({ cwd: folder, clock });
  const code = await runCategories(io, { config: 'tidemark.yaml', ...args });
  return { code, out: io.out, err: io.err };
}

test('fetches the tree once, and finds ids by words of names and of those above', async () => {
  const first = await categories({ search: 'fragrance gift' });
  expect(first.out).toBe(
    `id       key          category
───────  ───────────  ─────────────────────────────────────
1101008  category_l3  Scent & Skin > Fragrance > Gift Sets
`.replace(/─{37}/, '─'.repeat(36)),
  );
  expect(first.err).toContain('fetched from keyapi (3 credits)');
  expect(sandbox.requests()).toHaveLength(3);

  const again = await categories({ search: '1101000', json: true });
  expect(JSON.parse(again.out)).toEqual([
    { id: '1101000', name: 'Fragrance', level: 2, path: 'Scent & Skin > Fragrance' },
  ]);
  expect((await categories({ search: 'no such thing' })).err).toContain('No category has');
  expect(sandbox.requests()).toHaveLength(3);
});

test('fetches it anew after a month, or when told to, and keeps the old one where that fails', async () => {
  await categories();
  await categories({ refresh: true });
  expect(sandbox.requests()).toHaveLength(6);
  await clock.advance(31 * DAY_MS);
  await categories();
  expect(sandbox.requests()).toHaveLength(9);

  await sandbox.close();
  await expect(categories({ refresh: true })).rejects.toMatchObject({ code: 'source_unavailable' });
  expect((await categories({ search: 'Gift Sets' })).out).toContain('1101008');
});

test('gives products the names of their categories', async () => {
  const io = memoryIo({ cwd: folder, clock });
  const groups = () => {
    const db = openDatabase(join(folder, 'tidemark.db'));
    const found = db.raw
      .prepare(
        'SELECT category_l1 FROM product_ranking_history WHERE rank = 1 ORDER BY slot_at DESC',
      )
      .pluck()
      .get();
    db.close();
    return String(found);
  };
  const snapshot = () =>
    runSnapshot(io, { config: 'tidemark.yaml', watches: ['us'] }, new AbortController().signal);
  await snapshot();
  expect(groups()).toMatch(/^\d+$/);
  await categories();
  await clock.advance(DAY_MS);
  await snapshot();
  expect(groups()).toMatch(/^[A-Z]/);
});

test('lets a watch name a category, also before the tree was fetched for the first time', async () => {
  const path = join(folder, 'tidemark.yaml');
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('region: US', 'region: US, category: pet corner'),
  );
  const io = memoryIo({ cwd: folder, clock });
  const snapshot = () =>
    runSnapshot(io, { config: 'tidemark.yaml', watches: ['us'] }, new AbortController().signal);
  await expect(snapshot()).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('run tidemark categories once') as string,
  });
  const [, id = ''] = /^(\d+)\s+category\s+Pet Corner$/m.exec((await categories()).out) ?? [];
  await snapshot();
  expect(sandbox.requests().at(-1)?.status).toBe(200);
  const db = openDatabase(join(folder, 'tidemark.db'));
  expect(
    db.raw.prepare('SELECT DISTINCT category FROM product_ranking_history').pluck().all(),
  ).toEqual([id]);
  db.close();
});
