// A file with years of history, built once outside the repository and used again: 165 lists of 500 for a year are 30
// million observations. The market is simple; sizes, overlap from day to day (about 90 %) and rounding are those of real lists.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { walkSeries } from '../../src/snapshot/series-walk.ts';
import { inFillOrder } from '../../src/store/snapshots/observations.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { syncWatches } from '../../src/store/series/series.ts';
import { dayAt, makeWatch } from '../support/world.ts';
import { mulberry } from './mulberry.ts';

export type HistorySize = { watches: number; days: number };

const PRODUCTS = 1_600;
const DEPTH = 500;
/** Rows per INSERT, as in store/observations.ts. */
const CHUNK = 25;

/** Path of the file; building it says so on stdout. The schema's own version is in its name. */
export function historyFile(size: HistorySize, log: (text: string) => void): string {
  const folder = join(tmpdir(), 'tidemark-bench');
  const path = join(folder, `history-${size.watches}x${size.days}.db`);
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
  log(
    `built ${path}: ${((size.watches * size.days * DEPTH) / 1e6).toFixed(1)} million observations in ${seconds.toFixed(0)} s, ${((size.watches * size.days * DEPTH) / seconds / 1e3).toFixed(0)} thousand a second\n`,
  );
  return path;
}

export const watchName = (index: number): string => `list-${String(index).padStart(3, '0')}`;

function build(db: Db, { watches, days }: HistorySize, log: (text: string) => void): void {
  // A lost file is built again.
  db.raw.pragma('synchronous = OFF');
  const random = mulberry(7);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const ids = db.transaction(() => {
    const insert = db.raw.prepare(
      'INSERT INTO products (upstream_id, name, category_l1, category_l2, updated_at) VALUES (?, ?, ?, ?, ?)',
    );
    for (let product = 1; product <= PRODUCTS; product++)
      insert.run(
        String(600_000 + product),
        `Leaf Category ${product}`,
        `Department ${product % 26}`,
        `Section ${product % 180}`,
        dayAt(0),
      );
    return [
      ...syncWatches(
        db,
        Array.from({ length: watches }, (_, index) => makeWatch({ name: watchName(index) })),
        dayAt(-1),
      ).values(),
    ];
  });
  const markets = ids.map(() => ({
    base: Float64Array.from({ length: PRODUCTS }, () => 5 + 1.7 * normal()),
    drift: new Float64Array(PRODUCTS),
    walk: walkSeries(),
    rates: Float64Array.from({ length: PRODUCTS }, () => 1 + 3 * random()),
  }));
  const columns = [
    'snapshot_id',
    'product_id',
    'rank',
    ...TOP_PRODUCTS.metrics.map(({ column }) => column),
    'rank_best',
    'slots_on_list',
    'streak',
    'rank_z_e4',
    'posts_z_e4',
    'impressions_z_e4',
  ];
  const insertRows = db.raw.prepare(
    `INSERT INTO observations (${columns.join(', ')}) VALUES ${Array<string>(CHUNK)
      .fill(`(${columns.map(() => '?').join(', ')})`)
      .join(', ')}`,
  );
  const insertSnapshot = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows", total, pages, interval_ms) VALUES (?, ?, ?, ?, 'complete', 'schedule', ${DEPTH}, ${DEPTH}, 25, ${DAY_MS})`,
  );

  for (let day = 0; day < days; day++) {
    db.transaction(() => {
      for (const [index, { watchId, seriesId }] of ids.entries()) {
        const market = markets[index];
        if (market === undefined) throw new Error('no market');
        const { base, drift, rates, walk } = market;
        const popularity = base.map(
          (level, product) =>
            level +
            (drift[product] = 0.985 * (drift[product] ?? 0) + 0.1 * normal()) +
            0.25 * normal(),
        );
        const rows = topOf(popularity).map(({ product, level }, place) => {
          const posts = rounded(Math.exp(level));
          const impressions = rounded(Math.exp(level) * 1_700 * (0.8 + 0.4 * random()));
          return {
            product,
            productId: product + 1,
            rank: place + 1,
            posts,
            impressions,
            seen: [place + 1, posts, impressions] as const,
          };
        });
        rows.sort((a, b) => a.productId - b.productId);
        const at = dayAt(day);
        const snapshotId = Number(
          insertSnapshot.run(watchId, seriesId, at, at + 40_000).lastInsertRowid,
        );
        const standings = walk.step({ slotAt: at, intervalMs: DAY_MS, isComplete: true, rows });
        let values: unknown[] = [];
        for (const { product, productId, rank, posts, impressions, standing } of inFillOrder(
          rows.map((row, place) => ({ ...row, standing: standings[place] })),
        )) {
          const rate = rates[product] ?? 1;
          if (standing === undefined) throw new Error('no standing');
          values.push(
            snapshotId,
            productId,
            rank,
            posts,
            twoDigits(normal() * 5),
            impressions,
            Math.floor(posts * rate * 4),
            Math.floor(posts * rate * 0.2),
            Math.floor(posts * rate * 0.1),
            twoDigits(rate + 0.05 * normal()),
            twoDigits(rate * 1.5 + 0.05 * normal()),
            twoDigits(7 + rate),
            random() < 0.05 ? 0 : rounded(100 * (2 + rate)) / 100,
            rounded(posts * rate * 4),
            standing.rankBest,
            standing.slotsOnList,
            standing.streak,
            ...standing.scores,
          );
          if (values.length === CHUNK * columns.length) {
            insertRows.run(values);
            values = [];
          }
        }
      }
    });
    if (day % 30 === 29) {
      db.raw.pragma('wal_checkpoint(TRUNCATE)');
      log(`  day ${day + 1} of ${days}\n`);
    }
  }
  db.transaction(() => {
    const insert = db.raw.prepare(
      'INSERT INTO product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const [index, { seriesId }] of ids.entries()) {
      const records = [...(markets[index]?.walk.records() ?? [])].sort(([a], [b]) => a - b);
      for (const [productId, record] of records)
        insert.run(
          seriesId,
          productId,
          record.firstSeenAt,
          record.lastSeenAt,
          record.rankBest,
          record.slotsOnList,
        );
    }
  });
}

function topOf(popularity: Float64Array): { product: number; level: number }[] {
  return Array.from(popularity, (level, product) => ({ product, level }))
    .sort((a, b) => b.level - a.level)
    .slice(0, DEPTH);
}

/** To 3 significant digits, as the source rounds. */
function rounded(value: number): number {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2);
  return Math.round(value / size) * size;
}
const twoDigits = (value: number): number => Math.round(value * 100) / 100;
