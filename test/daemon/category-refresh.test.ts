// When the daemon fetches the tree of categories anew, at what cost, and what it does when that fails.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refreshCategories, type RefreshDeps } from '../../src/daemon/category-refresh.ts';
import { fetchCategories } from '../../src/history/categories.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { HACKER_NEWS } from '../../src/list/hacker-news.ts';
import { createGoodsMarket } from '../../src/sandbox/goods/rankings.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { readTree, replaceTree } from '../../src/store/categories.ts';
import { sourceLock, tryLock } from '../../src/store/file/lock.ts';
import { creditsToday } from '../../src/store/ledger.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { makeAccount, makeWatch } from '../support/world.ts';

let file: HistoryFile;
let clock: ManualClock;
let sandbox: Sandbox;
let stopping: AbortController;
let running: Promise<void>;
let fetched: string[];
let logged: string[];
let unfit: string | null;
const START = Date.parse('2026-03-04T10:00:00Z');
const AUTH = { kind: 'bearer', token: makeSecret('sandbox') } as const;
const OLD = { id: '1', name: 'Old', parentId: null, level: 1 };

/** A tree is kept that was fetched so many days ago; none with null. */
async function begin(ageDays: number | null, fails = false): Promise<void> {
  if (ageDays !== null) replaceTree(file.world.db, [OLD], START - ageDays * DAY_MS);
  await run(fails);
}
async function run(fails: boolean): Promise<void> {
  stopping = new AbortController();
  const note = (fields: object, text: string) =>
    void logged.push(`${text} ${'reason' in fields ? String(fields.reason) : ''}`.trim());
  const fetch: RefreshDeps['fetch'] = async (deps, account) => {
    fetched.push(new Date(clock.now()).toISOString().slice(5, 16));
    if (fails) throw new Error('down');
    return await fetchCategories(deps, account);
  };
  running = refreshCategories({
    db: file.world.db,
    config: () => file.world.config,
    clock,
    log: { info: note, warn: note, error: note },
    random: () => 0.5,
    fetch,
    whyUnfit: () => unfit,
    signal: stopping.signal,
  });
  await settled();
}
/** Answers of the sandbox come by real sockets, which no clock moves. */
async function settled(): Promise<void> {
  while (logged.length < fetched.length) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1);
  }
}
async function stop(): Promise<void> {
  stopping.abort();
  await clock.advance(0);
  await running;
}
const kept = () => readTree(file.world.db)?.categories.length ?? 0;
const credits = () => creditsToday(file.world.db, 'keyapi', clock.now());

beforeEach(async () => {
  [fetched, logged, unfit] = [[], [], null];
  clock = manualClock(START);
  const [market, goods] = [createMarket({ seed: 1 }), createGoodsMarket({ seed: 1 })];
  sandbox = await startSandbox({ market, goods, clock });
  file = makeHistoryFile({
    sources: [makeAccount({ baseUrl: sandbox.url, auth: AUTH })],
    watches: [makeWatch({ depth: 20, schedule: '0 9 * * *' })],
  });
});
afterEach(async () => {
  await stop();
  await sandbox.close();
  file.close();
});

describe('the tree of categories', () => {
  test('is fetched anew when it is a month old, once, and every request is in the ledger', async () => {
    await begin(29);
    await clock.advance(20 * HOUR_MS);
    expect(fetched).toEqual([]);
    for (let hour = 0; hour < 10; hour++) {
      await clock.advance(HOUR_MS);
      await settled();
    }
    expect(fetched).toHaveLength(1);
    expect(kept()).toBeGreaterThan(1_000);
    expect(credits()).toBe(3);
    expect(logged).toEqual(['tree of categories fetched anew']);
  });

  test.each([
    { why: 'none was fetched before', age: null, list: undefined },
    { why: 'no watch has a list with categories', age: 40, list: HACKER_NEWS.lists[0] },
  ])('is not fetched where $why', async ({ age, list }) => {
    if (list !== undefined) file.world.config.watches = [makeWatch({ list, asked: {} })];
    await begin(age);
    await clock.advance(3 * HOUR_MS);
    expect(fetched).toEqual([]);
  });

  test('waits for a pause of three minutes between passes, and for a source that is asked just now', async () => {
    file.world.config.watches = [makeWatch({ schedule: '2 10 * * *' })];
    await begin(40);
    expect(fetched).toEqual([]);
    const lock = tryLock(file.path, sourceLock('keyapi'));
    await clock.advance(7 * MINUTE_MS);
    expect(fetched).toEqual([]);
    lock?.release();
    await clock.advance(7 * MINUTE_MS);
    await settled();
    expect(fetched).toEqual(['03-04T10:14']);
  });

  test('leaves the credits that the passes of the day need', async () => {
    file.world.config.sources = [
      makeAccount({ baseUrl: sandbox.url, auth: AUTH, dailyCredits: 10 }),
    ];
    file.world.config.watches = [makeWatch({ depth: 40, schedule: '0 12,18 * * *' })];
    await begin(40);
    await clock.advance(HOUR_MS);
    expect(fetched).toEqual([]);
    // Between the two: four are still needed, and three fit beside them.
    await clock.advance(2 * HOUR_MS);
    await settled();
    expect(fetched).toHaveLength(1);
    expect(credits()).toBe(3);
  });

  test('is tried again after an hour, six hours and a day, also after a restart', async () => {
    await begin(40, true);
    for (let hour = 0; hour < 8; hour++) await clock.advance(HOUR_MS);
    await stop();
    await run(true);
    for (let hour = 0; hour < 24; hour++) await clock.advance(HOUR_MS);
    expect(fetched.map((at) => at.slice(0, 8))).toEqual([
      '03-04T10',
      '03-04T11',
      '03-04T17',
      '03-05T17',
    ]);
    expect(kept()).toBe(1);
    await stop();
    await clock.advance(2 * DAY_MS);
    await run(false);
    expect(kept()).toBeGreaterThan(1_000);
  });

  test('stays as it was where the config names what the new one lacks, for a week', async () => {
    unfit = 'watches.us.category is no category of the tree';
    await begin(40);
    expect(logged).toEqual([
      `the tree of categories stays as it was, and is asked for later ${unfit}`,
    ]);
    expect(kept()).toBe(1);
    for (let day = 0; day < 6; day++) await clock.advance(DAY_MS);
    expect(fetched).toHaveLength(1);
  });
});
