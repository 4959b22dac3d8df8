// What becomes of the rows of a snapshot once all are there: it is stored, found to be known
// already, or refused as a whole.
import { isEvaluatedStatus } from '../../change/baseline.ts';
import { DAY_MS, isoTime, type Instant } from '../../lib/clock.ts';
import { windowDaysOf } from '../../list/list-kind.ts';
import type { SnapshotStatus } from '../../model.ts';
import { intervalMs } from '../../schedule/slots.ts';
import type { RankedProduct, ServedList } from '../../snapshot/build.ts';
import { hashRows } from '../../snapshot/hash-rows.ts';
import { judge } from '../../snapshot/judge.ts';
import type { Db } from '../../store/file/open.ts';
import { findLeftOfSlot, takeLeft, type LeftRow } from '../../store/lake/left.ts';
import { findPrecedent } from '../../store/snapshots/precedent.ts';
import { findSnapshot, importSnapshot, type SnapshotRow } from '../../store/snapshots/snapshots.ts';
import type { InOrder } from '../../store/snapshots/standings-in-order.ts';
import type { Doubts } from './doubts.ts';
import type { ImportedStatus } from './row.ts';
import type { ImportDeps, ImportedSnapshot, Target } from './terms.ts';

/** What all rows of a snapshot must agree on. */
export type SnapshotHead = {
  target: Target;
  seriesId: number;
  slotAt: Instant;
  /** Of a dated list; null for one of now. */
  dataDate: string | null;
  takenAt: Instant;
  status: ImportedStatus | null;
  /** As the file says. */ snapshotRows: number | null;
  /** How many ranks its list has at most. */
  depth: number;
};

/** `head` is that of its first good row; null until there is one. */
export type RowsOfSnapshot = {
  head: SnapshotHead | null;
  rows: RankedProduct[];
  /** At least one of its rows was refused. */ isRefused: boolean;
};

/** What one import knows of what it has stored. */
export type Settling = {
  /** Gains the series that got snapshots. */
  series: Set<number>;
  inOrder: InOrder;
  doubts: Doubts;
};

/** What became of a group; `stored` when it was stored just now, in the place of `before`. */
export type Settled = {
  snapshot: ImportedSnapshot;
  stored: {
    id: number;
    seriesId: number;
    before: SnapshotRow | undefined;
    left: LeftRow | null;
  } | null;
};

/**
 * Stores a snapshot whose rows are all there, unless it is stored already or something speaks
 * against it. Null when it has no good row.
 */
export function settle(
  { db, config }: ImportDeps,
  group: RowsOfSnapshot,
  { series, inOrder, doubts }: Settling,
): Settled | null {
  const { head } = group;
  if (head === null) return null;
  // Products that share a rank go by their ids, as in exports. So a list has the same hash however
  // the file orders them.
  const rows = group.rows.sort((a, b) => a.rank - b.rank || byText(a, b));
  const what = {
    watch: head.target.watch.name,
    slotAt: head.slotAt,
    rows: rows.length,
  };
  if (group.isRefused)
    return {
      snapshot: {
        ...what,
        outcome: 'refused',
        reason: 'some of its rows were refused',
      },
      stored: null,
    };
  if (head.snapshotRows !== null && head.snapshotRows !== rows.length)
    return {
      snapshot: {
        ...what,
        outcome: 'refused',
        reason: `the file holds ${rows.length} of its ${head.snapshotRows} rows`,
      },
      stored: null,
    };
  series.add(head.seriesId);
  // What needs no database is worked out before the transaction: others wait for its end.
  const { watch } = head.target;
  const worked = {
    contentHash: hashRows(rows, watch.list),
    interval: intervalMs(watch.schedule, watch.timezone, head.slotAt),
  };
  return inOrder.transaction(() =>
    store({ db, config }, head, { rows, ...worked }, what, { inOrder, doubts }),
  );
}

const byText = (a: RankedProduct, b: RankedProduct): number =>
  a.product.upstreamId < b.product.upstreamId ? -1 : 1;

function store(
  { db, config }: Pick<ImportDeps, 'db' | 'config'>,
  head: SnapshotHead,
  { rows, contentHash, interval }: { rows: RankedProduct[]; contentHash: Buffer; interval: number },
  what: Pick<ImportedSnapshot, 'watch' | 'slotAt' | 'rows'>,
  { inOrder, doubts }: Pick<Settling, 'inOrder' | 'doubts'>,
): Settled {
  const {
    target: {
      watch,
      row: { watchId },
    },
    seriesId,
    slotAt,
    dataDate,
    takenAt,
  } = head;
  const known = whatIsKnown({ db, config }, { watchId, seriesId, slotAt, contentHash });
  if (known !== null) return { snapshot: { ...what, ...known }, stored: null };
  const list: ServedList = {
    rows,
    setAside: 0,
    duplicates: 0,
    totals: [],
    places: rows.at(-1)?.rank ?? 0,
    longPages: [],
    contentHash,
  };
  // "complete" is believed only of a file that also says how many rows the list has. Without that,
  // rows may be missing at its end, and nobody could tell.
  const said = head.status === 'complete' && head.snapshotRows === null ? null : head.status;
  const verdict =
    said === null
      ? judgeRows(db, list, head, interval, doubts)
      : {
          status: said,
          reason: said === 'complete' ? null : `it was ${said} where it was exported`,
          moved: false,
        };
  if (verdict.status === 'suspect' && said === null) {
    doubts.add(seriesId, { slotAt, rows });
    return {
      snapshot: {
        ...what,
        outcome: 'refused',
        reason: `it does not look like ${watch.name}: ${verdict.reason ?? ''}`,
      },
      stored: null,
    };
  }
  if (isEvaluatedStatus(verdict.status)) doubts.end(seriesId);
  const { status, reason, moved, ...judgement } = verdict;
  const before = findSnapshot(db, watchId, slotAt);
  const left = takeLeft(db, watchId, slotAt);
  const imported = {
    watchId,
    seriesId,
    slotAt,
    dataDate,
    takenAt,
    status,
    reason,
    moved,
    ...('spread' in judgement ? { judgement } : {}),
    origin: 'import',
    rows,
    setAside: 0,
    total: null,
    pages: 0,
    intervalMs: interval,
    contentHash,
  } as const;
  const id = importSnapshot(db, imported, inOrder);
  return {
    snapshot: {
      ...what,
      status,
      outcome: 'imported',
      reason,
      because: becauseOf(verdict, said, watch.depth),
    },
    stored: { id, seriesId, before, left },
  };
}

/**
 * Why lists were judged alike, for a summary: the reason without its figures. Null when it is
 * complete.
 */
function becauseOf(
  { status }: { status: SnapshotStatus },
  said: ImportedStatus | null,
  depth: number,
): string | null {
  if (status === 'complete') return null;
  if (said !== null) return 'as it was exported';
  return status === 'partial' ? `shorter than depth ${depth}` : null;
}

/** An imported list has no pages and no total: only the depth says how long it should be. */
function judgeRows(
  db: Db,
  list: ServedList,
  { target: { watch }, seriesId, slotAt, dataDate }: SnapshotHead,
  interval: number,
  doubts: Doubts,
) {
  const { depth } = watch;
  const windowMs = windowDaysOf(watch.list, watch.asked) * DAY_MS;
  const precedent = findPrecedent(db, {
    ...list,
    kind: watch.list,
    seriesId,
    slotAt,
    dataDate,
    intervalMs: interval,
    windowMs,
  });
  const refused = doubts.before(watch.list, seriesId, slotAt, interval);
  const verdict = judge(
    { startedAt: slotAt, pages: [], missing: [], credits: 0, requests: 0, refused: null },
    list,
    { kind: watch.list, said: watch.asked, depth, pageSize: depth, windowMs },
    refused.length === 0 ? precedent : { ...precedent, doubted: () => refused },
  );
  return verdict.status === 'partial'
    ? {
        ...verdict,
        reason: `${list.rows.length} of ${depth} products in the file`,
      }
    : verdict;
}

/**
 * Whether a slot holds this very list, or another; null when it is free, or was missed. What is in
 * the lake alone is known, too; where the config thins for the lake no more, it comes back.
 */
export function whatIsKnown(
  { db, config }: Pick<ImportDeps, 'db' | 'config'>,
  {
    watchId,
    seriesId,
    slotAt,
    contentHash,
  }: {
    watchId: number;
    seriesId: number;
    slotAt: Instant;
    contentHash: Buffer;
  },
): { outcome: 'known'; status: SnapshotStatus } | { outcome: 'refused'; reason: string } | null {
  const stored = findSnapshot(db, watchId, slotAt);
  const left = stored === undefined ? findLeftOfSlot(db, watchId, slotAt) : null;
  if (left !== null) {
    if (left.seriesId !== seriesId || left.contentHash?.equals(contentHash) !== true)
      return {
        outcome: 'refused',
        reason: `the slot ${isoTime(slotAt)} holds another list, which is in ${left.place}`,
      };
    return config.retention.then === 'lake' ? { outcome: 'known', status: left.status } : null;
  }
  if (stored === undefined || stored.rows === 0) return null;
  if (stored.seriesId === seriesId && stored.contentHash?.equals(contentHash))
    return { outcome: 'known', status: stored.status };
  return {
    outcome: 'refused',
    reason: `the slot ${isoTime(slotAt)} holds another list (snapshot ${stored.id}, ${stored.origin})`,
  };
}
