// What a new list of a series is judged by: earlier lists, and what is usual. The judgement itself
// is pure (snapshot/).
import { evaluatedSql, isEvaluatedStatus } from '../../change/baseline.ts';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { RankedProduct } from '../../snapshot/build.ts';
import type { EarlierList, EarlierRow } from '../../snapshot/earlier.ts';
import type { Precedent } from '../../snapshot/judge.ts';
import { DOUBTED_BEFORE } from '../../snapshot/new-normal.ts';
import { SHORTFALLS_BEFORE } from '../../snapshot/shortfall.ts';
import { findLastComplete, usualSpreads } from './judgements.ts';
import type { Db } from '../file/open.ts';
import { findSameList } from './same-list.ts';
import { findOfDate } from './snapshots.ts';

/** A list about to be judged, and the schedule it is of. */
export type ListAt = {
  kind: ListKind;
  seriesId: number;
  slotAt: Instant;
  /** Of a dated list; null for one of now. */
  dataDate: string | null;
  intervalMs: number;
  windowMs: number;
  rows: readonly RankedProduct[];
  contentHash: Buffer;
};

/** How far back a list that is served again is looked for. */
const SERVED_AGAIN_MS = 30 * DAY_MS;
/**
 * How many snapshots are looked through for those that count: of lists taken very often, fewer are
 * found.
 */
const LOOK_BACK = 100;

/**
 * What is known of the series before the slot of the list. Later slots say nothing: neither those
 * an import goes before, nor those of a clock that was once ahead.
 */
export function findPrecedent(db: Db, list: ListAt): Precedent {
  const { kind, seriesId, slotAt } = list;
  const last = findLastComplete(db, seriesId, slotAt);
  return {
    ofDate: findDated(db, list),
    served: findServed(db, list),
    last: last === undefined ? null : loadList(db, kind, last, slotAt),
    usual: usualSpreads(db, seriesId, slotAt, kind),
    shortfalls: findShortfalls(db, list),
    sameListOf: findSameList(db, list),
    doubted: () => loadDoubted(db, list),
  };
}

/** The rows of a stored snapshot, as a list some time before `slotAt`. */
function loadList(
  db: Db,
  { metrics, table }: ListKind,
  { id, slot_at, total }: { id: number; slot_at: Instant; total: number | null },
  slotAt: Instant,
): EarlierList {
  const columns = metrics.map(({ column }) => `, o.${column}`).join('');
  const stored = db
    .statement(
      `SELECT p.upstream_id, o.rank${columns} FROM ${table} o
      JOIN products p ON p.id = o.product_id WHERE o.snapshot_id = ?`,
    )
    .raw()
    .all(id) as [string, number, ...(number | null)[]][];
  const rows = new Map<string, EarlierRow>();
  for (const [upstreamId, rank, ...values] of stored) rows.set(upstreamId, { rank, values });
  return { slotAt: slot_at, ageMs: slotAt - slot_at, total, rows };
}

/** The complete snapshot of the same date; null where there is none, and for a list of now. */
function findDated(
  db: Db,
  { seriesId, dataDate }: ListAt,
): NonNullable<Precedent['ofDate']> | null {
  const slotAt = findOfDate(db, seriesId, dataDate);
  return slotAt === null || dataDate === null ? null : { slotAt, dataDate };
}

/** Of lists of a date four periods are looked through, also where these are months. */
const servedAgainMs = ({ dataDate, intervalMs }: ListAt): number =>
  dataDate === null ? SERVED_AGAIN_MS : Math.max(SERVED_AGAIN_MS, 4 * intervalMs);

/** The list just before this one counts whatever its age: see design.md, `stale`. */
function findServed(db: Db, list: ListAt): NonNullable<Precedent['served']> | null {
  const { seriesId, slotAt, contentHash } = list;
  const found = db
    .statement(
      `SELECT slot_at, data_date, NOT EXISTS (SELECT 1 FROM snapshots l WHERE l.series_id = s.series_id
        AND l.slot_at > s.slot_at AND l.slot_at < @slotAt AND l."rows" > 0) AS is_latest
      FROM snapshots s WHERE series_id = @seriesId
        AND slot_at < @slotAt AND slot_at >= min(@slotAt - @againMs, coalesce((SELECT slot_at
          FROM snapshots WHERE series_id = @seriesId AND slot_at < @slotAt AND "rows" > 0
          ORDER BY slot_at DESC LIMIT 1), @slotAt))
        AND "rows" > 0 AND content_hash = @contentHash ORDER BY slot_at DESC LIMIT 1`,
    )
    .get({ seriesId, slotAt, contentHash, againMs: servedAgainMs(list) }) as
    { slot_at: Instant; data_date: string | null; is_latest: 0 | 1 } | undefined;
  return found === undefined
    ? null
    : {
        slotAt: found.slot_at,
        dataDate: found.data_date,
        ageMs: slotAt - found.slot_at,
        isLatest: found.is_latest === 1,
      };
}

/**
 * The shortfalls of the latest complete and partial lists, newest first. Lists taken within half an
 * interval count as one.
 */
function findShortfalls(db: Db, { seriesId, slotAt, intervalMs }: ListAt): (string | null)[] {
  const counted = db
    .statement(
      `SELECT s.slot_at, j.shortfall FROM snapshots s LEFT JOIN judgements j ON j.snapshot_id = s.id
      WHERE s.series_id = ? AND s.slot_at < ? AND ${evaluatedSql('+s.status')}
      ORDER BY s.slot_at DESC LIMIT ${LOOK_BACK}`,
    )
    .iterate(seriesId, slotAt) as Iterable<{ slot_at: Instant; shortfall: string | null }>;
  const found: (string | null)[] = [];
  let from = slotAt;
  for (const { slot_at, shortfall } of counted) {
    if (from - slot_at < intervalMs / 2) continue;
    found.push(shortfall);
    from = slot_at;
    if (found.length === SHORTFALLS_BEFORE) break;
  }
  return found;
}

type Doubtful = {
  id: number;
  slot_at: Instant;
  total: number | null;
  status: string;
  is_of_complete: 0 | 1;
};

/**
 * The doubtful lists in a row just before this one, at least half an interval apart: three by hand
 * within a minute count as one. A list that was believed ends the row, and so does an older list
 * that was served again.
 */
function loadDoubted(db: Db, list: ListAt): EarlierList[] {
  const { kind, seriesId, slotAt, intervalMs } = list;
  const stored = db
    .statement(
      `SELECT s.id, s.slot_at, s.total, s.status, s.status = 'stale' AND EXISTS (SELECT 1 FROM snapshots c
        WHERE c.series_id = s.series_id AND c.content_hash = s.content_hash AND +c.status = 'complete'
          AND c.slot_at BETWEEN s.slot_at - ? AND s.slot_at) AS is_of_complete
      FROM snapshots s WHERE s.series_id = ? AND s.slot_at < ? AND s."rows" > 0
      ORDER BY s.slot_at DESC LIMIT ${LOOK_BACK}`,
    )
    .iterate(servedAgainMs(list), seriesId, slotAt) as Iterable<Doubtful>;
  const found: Doubtful[] = [];
  let from = slotAt;
  for (const snapshot of stored) {
    const { status, slot_at, is_of_complete } = snapshot;
    if (isEvaluatedStatus(status) || is_of_complete === 1) break;
    if (status !== 'suspect' || from - slot_at < intervalMs / 2) continue;
    found.push(snapshot);
    from = slot_at;
    if (found.length === DOUBTED_BEFORE) break;
  }
  return found.map((snapshot) => loadList(db, kind, snapshot, slotAt));
}
