// (b) Storing 500-row snapshots, and (c) 100 rules on one snapshot, beside hand-written better-sqlite3 statements.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../src/alert/evaluate.ts';
import type { Watch } from '../../src/config/config.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { fillChangeRows } from '../../src/store/reading/change-rows.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { getSnapshot, insertSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { marketMetrics } from '../support/market-row.ts';
import { dayAt, makeWatch, makeConfig, makeRule } from '../support/world.ts';
import { RANKING, RANKING_ASKED, rankingDays } from './ranking.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';

const market = createMarket({ seed: 9 });

/** A day of the simulated market as ranked products. */
export function marketDay(day: number): RankedProduct[] {
  const rows = market.list({
    region: 'US',
    timeScope: 7,
    day: new Date(dayAt(day)).toISOString().slice(0, 10),
  });
  return rows.map((row, index) => ({
    rank: index + 1,
    product: {
      upstreamId: row.third_ecom_category.id,
      name: row.third_ecom_category.value,
      categoryL1: row.first_ecom_category.value,
      categoryL2: row.second_ecom_category.value,
    },
    metrics: marketMetrics(row),
  }));
}

function storeDay(
  db: Db,
  ids: { watchId: number; seriesId: number },
  day: number,
  rows: readonly RankedProduct[],
): number {
  return insertSnapshot(db, {
    ...ids,
    slotAt: dayAt(day),
    takenAt: dayAt(day),
    status: 'complete',
    reason: null,
    moved: false,
    origin: 'schedule',
    rows,
    setAside: 0,
    total: 500,
    pages: 25,
    intervalMs: DAY_MS,
    contentHash: null,
  });
}

/** The same tables, by hand: prepared single-row statements, in rank order. */
function handWritten(db: Db, list: ListKind, ids: { watchId: number; seriesId: number }) {
  const snapshot = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows", interval_ms) VALUES (?, ?, ?, ?, 'complete', 'schedule', ?, ?)`,
  );
  const product = db.raw
    .prepare(
      `INSERT INTO products (source, upstream_id, name, category_l1, category_l2, updated_at)
      VALUES ('${list.seriesSource}', ?, ?, ?, ?, ?)
      ON CONFLICT (source, upstream_id) DO UPDATE SET name = excluded.name RETURNING id`,
    )
    .pluck();
  const columns = [
    'snapshot_id',
    'product_id',
    'rank',
    ...list.metrics.map(({ column }) => column),
    'rank_best',
    'slots_on_list',
    'streak',
  ];
  const observation = db.raw.prepare(
    `INSERT INTO ${list.table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const record = db.raw.prepare(
    `INSERT INTO product_records VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at, rank_best = min(rank_best, excluded.rank_best), slots_on_list = slots_on_list + 1`,
  );
  return (day: number, rows: readonly RankedProduct[]) =>
    db.transaction(() => {
      const at = dayAt(day);
      const { lastInsertRowid } = snapshot.run(
        ids.watchId,
        ids.seriesId,
        at,
        at,
        rows.length,
        DAY_MS,
      );
      for (const {
        product: { upstreamId, name, categoryL1, categoryL2 },
        rank,
        metrics,
      } of rows) {
        const id = product.get(upstreamId, name, categoryL1, categoryL2, at);
        observation.run(
          lastInsertRowid,
          id,
          rank,
          ...list.metrics.map(({ column }) => metrics[column]),
          rank,
          1,
          0,
        );
        record.run(ids.seriesId, id, at, at, rank);
      }
    });
}

function openWith(
  folder: string,
  name: string,
  rules = makeConfig().rules,
  watch: Watch = makeWatch(),
) {
  const db = openDatabase(join(folder, name));
  const config = makeConfig({ rules, watches: [watch] });
  const synced = db.transaction(() => syncConfig(db, config, dayAt(0) - 1));
  const ids = synced.watches.get('us-daily');
  if (ids === undefined) throw new Error('no watch');
  return { db, ids, rules: synced.rules };
}

/** A list to store, day by day, and what an observation of it may take at most. */
type Stored = { watch: Watch; dayOf: (day: number) => RankedProduct[]; mostBytes: number };

const STORED: readonly Stored[] = [
  { watch: makeWatch(), dayOf: marketDay, mostBytes: 94 },
  {
    watch: makeWatch({ list: RANKING, asked: RANKING_ASKED }),
    dayOf: rankingDays(),
    mostBytes: 80,
  },
];

export async function benchStore(): Promise<void> {
  for (const stored of STORED) await benchStoreOf(stored);
}

async function benchStoreOf({ watch, dayOf, mostBytes }: Stored): Promise<void> {
  const { list } = watch;
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const ours = openWith(folder, 'ours.db', [], watch);
  const floor = openWith(folder, 'floor.db', [], watch);
  const byHand = handWritten(floor.db, list, floor.ids);
  const days = Array.from({ length: 64 }, (_, day) => dayOf(day));
  let [oursDay, floorDay] = [0, 0];
  const run = (count: number, warmUp: number) =>
    alternate(
      [
        {
          name: 'ours',
          run: () =>
            void ours.db.transaction(() =>
              storeDay(ours.db, ours.ids, oursDay, days[oursDay++] ?? []),
            ),
        },
        { name: 'floor', run: () => byHand(floorDay, days[floorDay++] ?? []) },
      ],
      count,
      warmUp,
      cpuMs,
    );
  const [first = NaN, firstFloor = NaN] = await run(12, 2);
  printRatio(
    `(b) storing a 500-row snapshot of ${list.name}, before there is history for z-scores`,
    first,
    firstFloor,
    'hand-written statements into the same tables',
    1.5,
  );
  const [later = NaN, laterFloor = NaN] = await run(30, 20);
  process.stdout.write(
    `(b) the same with z-scores over 28 snapshots\n  ${later.toFixed(2)} ms, ${(later / laterFloor).toFixed(2)} times the floor, which computes none\n`,
  );
  const bytes = bytesEach(ours.db, list);
  process.stdout.write(
    `(b) an observation of ${list.name}\n  ${bytes.toFixed(1)} bytes, aim at most ${mostBytes}${bytes <= mostBytes ? '' : '  MISSED'}\n`,
  );
  ours.db.close();
  floor.db.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Bytes of the pages of the table, over its rows. */
const bytesEach = ({ raw }: Db, { table }: ListKind): number =>
  raw
    .prepare<[string], number>(
      `SELECT sum(pgsize) * 1.0 / (SELECT count(*) FROM ${table}) FROM dbstat WHERE name = ?`,
    )
    .pluck()
    .get(table) ?? NaN;

const COLUMNS = [
  'rank',
  'rank_gain',
  'posts_pct',
  'impressions_delta',
  'ctr',
  'ctr_delta',
  'cvr_delta',
  'cost_pct',
  'likes_pct',
  'cpa',
];

/** A hundred rules, each over one to four columns; most are rarely true, as rules are. */
export const HUNDRED_RULES = Array.from({ length: 100 }, (_, index) => {
  const column = (offset: number) => COLUMNS[(index * 7 + offset * 3) % COLUMNS.length] ?? 'rank';
  const terms = Array.from(
    { length: 1 + (index % 4) },
    (_, term) =>
      `${column(term)} ${(index + term) % 2 === 0 ? '>' : '<'} ${((index * 37 + term * 11) % 90) - 30}`,
  );
  return makeRule({
    name: `rule-${index}`,
    when: `rank_gain > ${70 + (index % 40)} and (${terms.join(' or ')})`,
  });
});

export async function benchRules(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const { db, ids, rules } = openWith(folder, 'rules.db', HUNDRED_RULES);
  const snapshots = Array.from({ length: 40 }, (_, day) =>
    db.transaction(() => storeDay(db, ids, day, marketDay(day))),
  );
  for (const id of snapshots.slice(0, 5))
    db.transaction(() => evaluate(db, getSnapshot(db, id), makeWatch(), rules, dayAt(0)));
  let next = 5;
  const [id = 0, baseline = 0] = [snapshots.at(-1), snapshots.at(-2)];
  fillChangeRows(db, TOP_PRODUCTS, id, baseline);
  const statements = HUNDRED_RULES.map(({ when }) =>
    db.raw.prepare(`SELECT product_key FROM temp.change_rows WHERE ${when}`).pluck(),
  );
  const [ours = NaN, floor = NaN] = await alternate(
    [
      // A pass commits once for everything; that is measured in (a) and (b).
      {
        name: 'ours',
        prepare: () => void db.raw.exec('BEGIN IMMEDIATE'),
        run: () =>
          void evaluate(db, getSnapshot(db, snapshots[next++] ?? id), makeWatch(), rules, dayAt(0)),
      },
      {
        name: 'floor',
        prepare: () => void db.raw.exec('COMMIT'),
        run: () => {
          fillChangeRows(db, TOP_PRODUCTS, id, baseline);
          for (const statement of statements) statement.all();
        },
      },
    ],
    30,
    5,
    cpuMs,
  );
  const alerts = db.raw.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
  printRatio(
    `(c) 100 rules on a snapshot of 500 rows (${Math.round(alerts / next)} alerts fire on each)`,
    ours,
    floor,
    'fill the table, run 100 prepared statements',
    2,
  );
  db.close();
  rmSync(folder, { recursive: true, force: true });
}
