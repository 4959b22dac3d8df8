// (b) Storing 500-row snapshots, beside hand-written better-sqlite3 statements.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Watch } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { Z_MIN_VALUES } from '../../src/snapshot/robust-z.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { dayAt, makeConfig, makeWatch } from '../support/world.ts';
import { marketDay, storeDay } from './market-day.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';
import { RANKING_ASKED, rankingDays } from './ranking.ts';

type Ids = { watchId: number; seriesId: number };

/** The same tables, by hand: prepared single-row statements, in rank order. */
function handWritten(db: Db, list: ListKind) {
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
  return (ids: Ids, day: number, rows: readonly RankedProduct[]) =>
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

/** A file with so many watches of a list, each a series of its own. */
function openWith(path: string, watch: Watch): { db: Db; ids: Ids[] } {
  const db = openDatabase(path);
  const watches = Array.from({ length: SERIES }, (_, at) => ({
    ...watch,
    name: `list-${at}`,
    depth: 500 - at,
  }));
  const synced = db.transaction(() =>
    syncConfig(db, makeConfig({ rules: [], watches }), dayAt(0) - 1),
  );
  return { db, ids: [...synced.watches.values()] };
}

/** Enough series that both sides are warm before one has the history that z-scores need. */
const SERIES = 16;
/** Days that are stored before z-scores are full; each is measured on one series after the other. */
const WINDOW = 29;

/** A list to store, day by day, and what an observation of it may take at most. */
type Stored = { watch: Watch; dayOf: (day: number) => RankedProduct[]; mostBytes: number };

const STORED: readonly Stored[] = [
  { watch: makeWatch(), dayOf: marketDay, mostBytes: 92.5 },
  {
    watch: makeWatch({ list: PRODUCT_RANKING, asked: RANKING_ASKED }),
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
  const ours = openWith(join(folder, 'ours.db'), watch);
  const floor = openWith(join(folder, 'floor.db'), watch);
  const byHand = handWritten(floor.db, list);
  const days = Array.from({ length: WINDOW + 7 }, (_, day) => dayOf(day));
  const places = days.flatMap((rows, day) =>
    ours.ids.map((id, at) => ({ rows, day, ours: id, floor: floor.ids[at] ?? id })),
  );
  const next = { ours: 0, floor: 0 };
  const take = (side: 'ours' | 'floor') => {
    const place = places[next[side]++];
    if (place === undefined) throw new Error('no days are left');
    return place;
  };
  const run = (rounds: number, warmUp: number) =>
    alternate(
      [
        {
          name: 'ours',
          run: () => {
            const { day, rows, ours: ids } = take('ours');
            ours.db.transaction(() => storeDay(ours.db, ids, day, rows));
          },
        },
        {
          name: 'floor',
          run: () => {
            const { day, rows, floor: ids } = take('floor');
            byHand(ids, day, rows);
          },
        },
      ],
      rounds,
      warmUp,
      cpuMs,
    );
  const [first = NaN, firstFloor = NaN] = await run(SERIES * (Z_MIN_VALUES - 5), SERIES * 5);
  printRatio(
    `(b) storing a 500-row snapshot of ${list.name}, before there is history for z-scores, CPU`,
    first,
    firstFloor,
    'hand-written statements into the same tables',
    1.5,
  );
  const [later = NaN, laterFloor = NaN] = await run(SERIES * 6, SERIES * (WINDOW - Z_MIN_VALUES));
  printRatio(
    '(b) the same with z-scores over 28 snapshots, CPU',
    later,
    laterFloor,
    'the same, which computes none',
    2,
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
