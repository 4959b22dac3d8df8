// (g) Rules on products that left: alerts of theirs stay open for as long as the product stays away,
// so every pass evaluates thousands of products that are on no list any more.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplay, runReplay } from '../../src/backtest/replay.ts';
import { evaluate } from '../../src/alert/evaluate.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { getSnapshot, insertSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { dayAt, makeConfig, makeRule, makeWatch } from '../support/world.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';

const DAYS = 365;
const DEPTH = 500;
/** Of 500 products so many leave for good each day: 5,000 and more in a year. */
const LEAVING = 15;

const LEFT = makeRule({ name: 'gone', when: "status = 'left'" });
const RANK = makeRule({ name: 'top', when: 'rank_gain >= 200 and rank <= 100' });

function listOf(day: number): RankedProduct[] {
  return Array.from({ length: DEPTH }, (_, index) => {
    const number = day * LEAVING + index;
    return {
      // Places change from day to day, by as much as those of real lists.
      order: index + 40 * Math.sin(number * 7.3 + day * 1.7),
      product: {
        upstreamId: String(600_000 + number),
        name: `Leaf Category ${number}`,
        categoryL1: `Department ${number % 26}`,
        categoryL2: `Section ${number % 180}`,
      },
      metrics: { posts: 10_000 - index, impressions: 1_000_000 - index * 9, ctr: 1.83, cost: 9.5 },
    };
  })
    .sort((a, b) => b.order - a.order)
    .map(({ product, metrics }, index) => ({ rank: index + 1, product, metrics }));
}

function storeDay(db: Db, ids: { watchId: number; seriesId: number }, day: number): number {
  return db.transaction(() =>
    insertSnapshot(db, {
      ...ids,
      slotAt: dayAt(day),
      takenAt: dayAt(day),
      status: 'complete',
      reason: null,
      moved: false,
      origin: 'schedule',
      rows: listOf(day),
      setAside: 0,
      total: DEPTH,
      pages: 25,
      intervalMs: DAY_MS,
      contentHash: null,
    }),
  );
}

export async function benchLeft(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const path = join(folder, 'tidemark.db');
  const db = openDatabase(path);
  db.raw.pragma('synchronous = OFF');
  const synced = db.transaction(() =>
    syncConfig(db, makeConfig({ rules: [LEFT, RANK] }), dayAt(0) - 1),
  );
  const ids = synced.watches.get('us-daily');
  if (ids === undefined) throw new Error('no watch');
  const snapshots = Array.from({ length: DAYS + 40 }, (_, day) => storeDay(db, ids, day));
  const [gone = [], top = []] = [LEFT, RANK].map(({ name }) =>
    synced.rules.filter(({ rule }) => rule.name === name),
  );
  const pass = (rules: typeof gone, id: number) =>
    evaluate(db, getSnapshot(db, id), makeWatch(), rules, dayAt(0));
  for (const id of snapshots.slice(0, DAYS)) db.transaction(() => pass([...gone, ...top], id));
  const openAlerts = db.raw
    .prepare('SELECT count(*) FROM alerts WHERE resolved_at IS NULL AND rule_id = ?')
    .pluck()
    .get(gone[0]?.id) as number;
  let [goneDay, topDay] = [DAYS, DAYS];
  const [live = NaN, floor = NaN] = await alternate(
    [
      {
        name: 'gone',
        prepare: () => void db.raw.exec('BEGIN IMMEDIATE'),
        run: () => void pass(gone, snapshots[goneDay++] ?? 0),
      },
      { name: 'top', run: () => void pass(top, snapshots[topDay++] ?? 0) },
      { name: 'commit', run: () => void db.raw.exec('COMMIT') },
    ],
    30,
    5,
    cpuMs,
  );
  printRatio(
    `(g) evaluating \`status = 'left'\` with ${openAlerts} products that stay away`,
    live,
    floor,
    'a rule on rank, which has none of them',
    2,
  );
  process.stdout.write(
    `(g) what the absent products add to a pass\n  ${(live - floor).toFixed(1)} ms, aim at most 20 ms${live - floor <= 20 ? '' : '  MISSED'}\n`,
  );
  db.close();
  const replayOf = (rule: typeof LEFT) => async () => {
    const config = { ...makeConfig({ rules: [rule] }), database: path };
    const replay = openReplay(
      path,
      config,
      { watch: undefined, rule: undefined },
      dayAt(DAYS + 40),
    );
    await runReplay(replay, () => {}, new AbortController().signal);
    replay.db.close();
  };
  const [left = NaN, rank = NaN] = await alternate(
    [
      { name: 'gone', run: replayOf(LEFT) },
      { name: 'top', run: replayOf(RANK) },
    ],
    3,
    1,
    cpuMs,
  );
  printRatio(
    `(g) a backtest of \`status = 'left'\` over ${DAYS + 40} snapshots, ${LEAVING} products leaving at each`,
    left,
    rank,
    'the same of a rule on rank',
    3,
  );
  rmSync(folder, { recursive: true, force: true });
}
