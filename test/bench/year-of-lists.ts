// A file with a year of 500-row lists for digests to be built from: made once, outside the repository, by prepared
// statements, and used again. The market is simple; sizes and overlap from day to day are those of real lists.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Watch } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { nextStreak } from '../../src/snapshot/robust-z.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { syncWatches } from '../../src/store/series/series.ts';
import { dayAt } from '../support/world.ts';
import { mulberry } from './mulberry.ts';

const PRODUCTS = 650;
const DEPTH = 500;
/** Rows per INSERT, as in store/observations.ts. */
const CHUNK = 25;
const COLUMNS = [
  'snapshot_id',
  'product_id',
  'rank',
  'posts',
  'impressions',
  'likes',
  'ctr',
  'cost',
  'rank_best',
  'slots_on_list',
  'streak',
];

/** Path of the file with `days` daily snapshots of each watch, the first at `dayAt(0)`. */
export function yearOfLists(watches: readonly Watch[], days: number): string {
  const path = join(tmpdir(), 'tidemark-bench', `lists-${watches.length}x${days}.db`);
  if (existsSync(path)) return path;
  mkdirSync(join(path, '..'), { recursive: true });
  // Two runs at once must not build one file.
  const building = `${path}.${process.pid}`;
  const db = openDatabase(building);
  db.raw.pragma('synchronous = OFF');
  const ids = db.transaction(() => {
    const insert = db.raw.prepare(
      'INSERT INTO products (upstream_id, name, category_l1, category_l2, updated_at) VALUES (?, ?, ?, ?, 0)',
    );
    for (let product = 1; product <= PRODUCTS; product++)
      insert.run(
        String(600_000 + product),
        `Leaf Category ${product}`,
        `Department ${product % 26}`,
        `Section ${product % 180}`,
      );
    return [...syncWatches(db, watches, dayAt(-1)).values()];
  });
  const random = mulberry(7);
  for (const ofWatch of ids) db.transaction(() => writeSeries(db, ofWatch, days, random));
  db.raw.exec('ANALYZE');
  db.raw.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  renameSync(building, path);
  return path;
}

type Past = {
  rank: number | null;
  streak: number;
  best: number;
  slots: number;
  firstAt: number;
  lastAt: number;
};

function writeSeries(
  db: Db,
  { watchId, seriesId }: { watchId: number; seriesId: number },
  days: number,
  random: () => number,
): void {
  const insertSnapshot = db.raw.prepare(
    `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, origin, "rows", total, pages, interval_ms) VALUES (?, ?, ?, ?, 'complete', 'schedule', ${DEPTH}, ${DEPTH}, 25, ${DAY_MS})`,
  );
  const insertRows = db.raw.prepare(
    `INSERT INTO observations (${COLUMNS.join(', ')}) VALUES ${Array<string>(CHUNK)
      .fill(`(${COLUMNS.map(() => '?').join(', ')})`)
      .join(', ')}`,
  );
  // A long tail: the levels of products, in powers of e, and their days' noise.
  const levels = Array.from({ length: PRODUCTS }, () => 3 + 6 * random() ** 2);
  const pasts = new Map<number, Past>();
  for (let day = 0; day < days; day++) {
    const slotAt = dayAt(day);
    const snapshotId = Number(
      insertSnapshot.run(watchId, seriesId, slotAt, slotAt + 40_000).lastInsertRowid,
    );
    const today = levels.map((level, index) => ({
      productId: index + 1,
      level: (levels[index] = level + 0.04 * (random() - 0.5)) + 0.5 * (random() - 0.5),
    }));
    const listed = today
      .sort((a, b) => b.level - a.level)
      .slice(0, DEPTH)
      .map(({ productId, level }, index) => ({
        productId,
        rank: index + 1,
        posts: Math.round(Number(Math.exp(level).toPrecision(3))),
      }));
    const ranks = new Map(listed.map(({ productId, rank }) => [productId, rank]));
    let values: unknown[] = [];
    for (const { productId, rank, posts } of listed.sort((a, b) => a.productId - b.productId)) {
      const past = pasts.get(productId);
      const before =
        past === undefined || past.rank === null
          ? 'absent'
          : { rank: past.rank, streak: past.streak };
      const streak = (day === 0 ? null : nextStreak(rank, before)) ?? 0;
      const now = {
        rank,
        streak,
        best: Math.min(rank, past?.best ?? rank),
        slots: (past?.slots ?? 0) + 1,
        firstAt: past?.firstAt ?? slotAt,
        lastAt: slotAt,
      };
      pasts.set(productId, now);
      values.push(
        snapshotId,
        productId,
        rank,
        posts,
        posts * 1_700,
        posts * 4,
        1.83,
        posts * 4.2,
        now.best,
        now.slots,
        day === 0 ? null : streak,
      );
      if (values.length === CHUNK * COLUMNS.length) {
        insertRows.run(values);
        values = [];
      }
    }
    for (const [productId, past] of pasts) if (!ranks.has(productId)) past.rank = null;
  }
  const insertRecord = db.raw.prepare(
    'INSERT INTO product_records (series_id, product_id, first_seen_at, last_seen_at, rank_best, slots_on_list) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const [productId, { firstAt, lastAt, best, slots }] of pasts)
    insertRecord.run(seriesId, productId, firstAt, lastAt, best, slots);
}
