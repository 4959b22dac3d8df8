// What is judged and stored of served pages: one answer for passes and for imported answers.
import type { Watch } from '../../config/config.ts';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import { windowDaysOf } from '../../list/list-kind.ts';
import type { FetchedList, SnapshotOrigin } from '../../model.ts';
import type { ServedList } from '../../snapshot/build.ts';
import { judge } from '../../snapshot/judge.ts';
import { largestTotal } from '../../snapshot/shortfall.ts';
import type { Db } from '../file/open.ts';
import type { WatchRow } from '../series/series.ts';
import { findPrecedent } from './precedent.ts';
import type { Judgement, NewSnapshot } from './snapshots.ts';

/** A list as its pages were served, and the slot it is for. */
export type Taken = {
  watch: Watch;
  row: WatchRow;
  slotAt: Instant;
  /** Of a dated list; null for one of now. */
  dataDate: string | null;
  origin: SnapshotOrigin;
  /** Of the schedule as of the slot; worked out before the write lock is taken. */
  intervalMs: number;
  fetched: FetchedList;
  /** Rows on a full page (source/list-end.ts). */
  pageSize: number;
  /** Built from the pages of `fetched`. */
  list: ServedList;
};

/**
 * The snapshot that the pages make, judged by what is known of the series. Run in the transaction
 * that stores it.
 */
export function judgePages(
  db: Db,
  { watch, row, slotAt, dataDate, origin, intervalMs, fetched, pageSize, list }: Taken,
): NewSnapshot & { judgement: Judgement } {
  const windowMs = windowDaysOf(watch.list, watch.asked) * DAY_MS;
  const { status, reason, moved, ...judgement } = judge(
    fetched,
    list,
    { kind: watch.list, said: watch.asked, depth: watch.depth, pageSize, windowMs },
    findPrecedent(db, {
      ...list,
      kind: watch.list,
      seriesId: row.seriesId,
      slotAt,
      dataDate,
      intervalMs,
      windowMs,
    }),
  );
  return {
    watchId: row.watchId,
    seriesId: row.seriesId,
    slotAt,
    dataDate,
    takenAt: fetched.startedAt,
    status,
    reason,
    moved,
    judgement,
    origin,
    rows: list.rows,
    setAside: list.setAside,
    total: largestTotal(fetched.pages),
    pages: fetched.pages.length,
    intervalMs,
    contentHash: list.rows.length > 0 ? list.contentHash : null,
  };
}
