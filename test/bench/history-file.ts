// A file with years of history, built once outside the repository and used again: 165 lists of 500 for a year are 30
// million observations, half of them of top-products and half of product-ranking.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS } from '../../src/lib/clock.ts';
import { scoredColumns } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import type { Seen } from '../../src/snapshot/standing.ts';
import { walkSeries, type SeriesRecord } from '../../src/snapshot/series-walk.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { syncWatches, type WatchRow } from '../../src/store/series/series.ts';
import { inFillOrder } from '../../src/store/snapshots/observations.ts';
import { standingColumns, standingValues } from '../../src/store/snapshots/standing-columns.ts';
import { dayAt, makeWatch } from '../support/world.ts';
import {
  HISTORY_DEPTH,
  HISTORY_LISTS,
  HISTORY_PRODUCTS,
  historyDays,
  type HistoryList,
} from './history-rows.ts';
import { RANKING_ASKED } from './ranking.ts';

export type HistorySize = { watches: number; days: number };

/** Path of the file; building it says so on stdout. */
export function historyFile(size: HistorySize, log: (text: string) => void): string {
  const folder = join(tmpdir(), 'tidemark-bench');
  const path = join(folder, `history-of-lists-${size.watches}x${size.days}.db`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const building = `${path}.building`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${building}${suffix}`, { force: true });
  const startedAt = performance.now();
  const db = openDatabase(building);
  build(db, size, log);
  db.raw.exec('ANALYZE');
  db.raw.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  renameSync(building, path);
  const seconds = (performance.now() - startedAt) / 1_000;
  const rows = size.watches * size.days * HISTORY_DEPTH;
  log(
    `built ${path}: ${(rows / 1e6).toFixed(1)} million observations in ${seconds.toFixed(0)} s\n`,
  );
  return path;
}

export const watchName = (index: number): string => `list-${String(index).padStart(3, '0')}`;

/** Every other watch is of the same list. */
export const listAt = (index: number): HistoryList =>
  HISTORY_LISTS[index % HISTORY_LISTS.length] as HistoryList;

const watchAt = (index: number) => {
  const { list } = listAt(index);
  const name = watchName(index);
  return list === TOP_PRODUCTS
    ? makeWatch({ name })
    : makeWatch({ name, list, asked: RANKING_ASKED });
};

/**
 * Each list is made once, with its standings, and then copied by SQL into each of its watches, day by day, as the passes
 * of a year would have written it.
 */
function build(db: Db, { watches, days }: HistorySize, log: (text: string) => void): void {
  // A lost file is built again; and every row is right by construction.
  for (const pragma of ['synchronous = OFF', 'foreign_keys = OFF', 'temp_store = MEMORY'])
    db.raw.pragma(pragma);
  const ids = db.transaction(() => {
    insertProducts(db);
    const configured = Array.from({ length: watches }, (_, index) => watchAt(index));
    return [...syncWatches(db, configured, dayAt(-1)).values()];
  });
  const copiers = HISTORY_LISTS.map((one) => makeTemplate(db, one, days));
  const insertSnapshot = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows", total, pages, interval_ms)
    VALUES (?, ?, ?, ?, 'complete', 'schedule', ${HISTORY_DEPTH}, ${HISTORY_DEPTH}, 25, ${DAY_MS})`,
  );
  const copierAt = (index: number) => {
    const copier = copiers[index % copiers.length];
    if (copier === undefined) throw new Error('no list');
    return copier;
  };
  for (let day = 0; day < days; day++) {
    db.transaction(() => {
      for (const [index, { watchId, seriesId }] of ids.entries()) {
        const at = dayAt(day);
        const { lastInsertRowid } = insertSnapshot.run(watchId, seriesId, at, at + 40_000);
        copierAt(index).copyDay(Number(lastInsertRowid), day);
      }
    });
    if (day % 30 !== 29) continue;
    db.raw.pragma('wal_checkpoint(TRUNCATE)');
    log(`  day ${day + 1} of ${days}\n`);
  }
  db.transaction(() => ids.forEach((row, index) => copierAt(index).writeRecords(row)));
}

function insertProducts(db: Db): void {
  const insert = db.raw.prepare(
    'INSERT INTO products (id, source, upstream_id, name, category_l1, category_l2, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const one of HISTORY_LISTS)
    for (let product = 0; product < HISTORY_PRODUCTS; product++)
      insert.run(
        one.firstId + product,
        one.list.seriesSource,
        one.upstreamIdOf(product + 1),
        `Leaf Category ${product + 1}`,
        `Department ${product % 26}`,
        `Section ${product % 180}`,
        dayAt(0),
      );
}

type Copier = {
  copyDay(snapshotId: number, day: number): void;
  writeRecords(row: WatchRow): void;
};

/** One list of a year, in a table of this connection. */
function makeTemplate(db: Db, one: HistoryList, days: number): Copier {
  const { list } = one;
  const metrics = list.metrics.map(({ column }) => column);
  const columns = ['product_id', 'rank', ...metrics, ...standingColumns(list)];
  const template = `temp.template_${list.table}`;
  db.raw.exec(
    `CREATE TABLE ${template} (day, place, ${columns.join(', ')}, PRIMARY KEY (day, place)) WITHOUT ROWID`,
  );
  const insert = db.raw.prepare(
    `INSERT INTO ${template} VALUES (?, ?, ${columns.map(() => '?').join(', ')})`,
  );
  const walk = walkSeries();
  const scored = scoredColumns(list).slice(1);
  const nextDay = historyDays(one);
  for (let day = 0; day < days; day++) {
    const rows = nextDay().map((row) => {
      const seen: Seen = [row.rank, ...scored.map((column) => row.metrics[column] ?? null)];
      return { ...row, seen };
    });
    const standings = walk.step({ slotAt: dayAt(day), intervalMs: DAY_MS, isComplete: true, rows });
    const whole = rows.map((row, index) => {
      const standing = standings[index];
      if (standing === undefined) throw new Error('no standing');
      const values = metrics.map((column) => row.metrics[column] ?? null);
      return [row.productId, row.rank, ...values, ...standingValues(standing)];
    });
    inFillOrder(whole).forEach((values, place) => insert.run(day, place, ...values));
  }
  const records: [productId: number, record: SeriesRecord][] = [...walk.records()];
  const copy = db.raw.prepare(
    `INSERT INTO ${list.table} (snapshot_id, ${columns.join(', ')})
    SELECT ?, ${columns.join(', ')} FROM ${template} WHERE day = ? ORDER BY place`,
  );
  const insertRecord = db.raw.prepare(
    'INSERT INTO product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return {
    copyDay: (snapshotId, day) => void copy.run(snapshotId, day),
    writeRecords: ({ seriesId }) => {
      for (const [productId, record] of records.sort(([a], [b]) => a - b))
        insertRecord.run(
          seriesId,
          productId,
          record.firstSeenAt,
          record.lastSeenAt,
          record.rankBest,
          record.slotsOnList,
        );
    },
  };
}
