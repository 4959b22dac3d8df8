/**
 * Pages as served, kept until `retention.raw_pages`. All pages of a pass share one row, since they
 * are alike and compress better together; and a row for each would leave most of its file page
 * empty. It takes 94 bytes per observation instead of 205, of the 536 that are served.
 */
import { brotliCompressSync, constants } from 'node:zlib';
import type { Clock, Instant } from '../../lib/clock.ts';
import type { ServedPage } from '../../model.ts';
import { takeInTurns } from '../file/in-turns.ts';
import type { Db } from '../file/open.ts';

/**
 * Takes some 2 ms for 500 rows, as gzip at its fastest did for each page alone. One quality lower
 * would save half of that time, and cost 10 bytes more per observation.
 */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } };

/** The pages of a pass as they are kept; null where none was served. */
export type PackedPages = { first: ServedPage; parts: string; body: Buffer } | null;

/**
 * Packs the pages of a pass as one body: all as received, one after the other, brotli. Which is
 * where stands in `parts`: `[[page, taken_at, bytes], …]`. It needs no database, so it is done
 * before others have to wait for a transaction.
 */
export function packRawPages(pages: readonly ServedPage[]): PackedPages {
  const [first] = pages;
  if (first === undefined) return null;
  const bodies = pages.map(({ body }) => Buffer.from(body));
  const parts = pages.map(({ page, takenAt }, at) => [page, takenAt, bodies[at]?.length ?? 0]);
  const body = brotliCompressSync(Buffer.concat(bodies), QUALITY);
  return { first, parts: JSON.stringify(parts), body };
}

/** Keeps the packed pages of a snapshot. Run inside a transaction. */
export function insertRawPages(db: Db, snapshotId: number, packed: PackedPages): void {
  if (packed === null) return;
  const { first, parts, body } = packed;
  db.statement(
    'INSERT INTO raw_pages (snapshot_id, page, taken_at, pages, body) VALUES (?, ?, ?, ?, ?)',
  ).run(snapshotId, first.page, first.takenAt, parts, body);
}

/** Pages of a row; one in a row of earlier versions, which has no `pages`. */
const PAGES = 'coalesce(json_array_length(pages), 1)';

/** How many raw pages were taken before `before`. */
export function countRawPages(db: Db, before: Instant): number {
  return (
    db.raw
      .prepare<[Instant], number>(
        `SELECT coalesce(sum(${PAGES}), 0) FROM raw_pages WHERE taken_at < ?`,
      )
      .pluck()
      .get(before) ?? 0
  );
}

/** Rows per transaction: of some tens of kilobytes each, a few tens of milliseconds. */
const ROWS_AT_ONCE = 50;

/**
 * Deletes raw pages taken before `before`, in turns with other writers: where `retention` was made
 * shorter they may be gigabytes. Returns how many pages there were.
 */
export async function pruneRawPages(db: Db, before: Instant, clock: Clock): Promise<number> {
  const prune = db
    .statement(
      `DELETE FROM raw_pages WHERE rowid IN (SELECT rowid FROM raw_pages WHERE taken_at < ? LIMIT ?)
      RETURNING ${PAGES}`,
    )
    .pluck();
  let count = 0;
  const take = () => {
    const pages = prune.all(before, ROWS_AT_ONCE) as number[];
    count += pages.reduce((sum, each) => sum + each, 0);
    return pages.length;
  };
  await takeInTurns(clock, take, { atOnce: ROWS_AT_ONCE });
  return count;
}
