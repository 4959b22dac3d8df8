// The lists of past dates, fetched and stored one after the other, the oldest first.
import { sourceOf, type Asking, type Config, type Watch } from '../../config/config.ts';
import { costOf } from '../../config/pass-cost.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FetchedList, Ledger, SnapshotStatus } from '../../model.ts';
import { intervalMs } from '../../schedule/slots.ts';
import { buildList } from '../../snapshot/build.ts';
import { fullPageSize } from '../../source/list-end.ts';
import { attachRequests, openLedger } from '../../store/ledger.ts';
import type { Db } from '../../store/file/open.ts';
import type { WatchRow } from '../../store/series/series.ts';
import { freeSlot } from '../../store/snapshots/dates.ts';
import { judgePages } from '../../store/snapshots/judge-pages.ts';
import { insertRawPages, packRawPages } from '../../store/snapshots/raw-pages.ts';
import { findOfDate, importSnapshot } from '../../store/snapshots/snapshots.ts';
import { finishInChunks, importTurns } from '../../store/snapshots/standings-chunks.ts';
import { creditsToSpend, type Wanted } from './plan.ts';

export type BackfillDeps = {
  db: Db;
  config: Config;
  clock: Clock;
  /** One pass at a time asks a source, also beside a daemon. */
  fetchList: (
    query: Asking & { source: string },
    ledger: Ledger,
    signal: AbortSignal,
  ) => Promise<FetchedList>;
  signal: AbortSignal;
  /** Told what came of each date. */
  onDate(done: BackfilledDate): void;
};

/** What came of one date. Nothing is stored of one that was never published, or failed. */
export type BackfilledDate = Wanted & {
  outcome: 'stored' | 'known' | 'not_published' | 'failed';
  status: SnapshotStatus | null;
  reason: string | null;
  rows: number;
  credits: number;
};

/** Why a backfill stopped before its end; null: it did not. */
export type BackfillStop = 'credits' | 'refused' | 'failing' | 'stopped' | null;

/** So many failures in a row are no matter of single dates. */
const MOST_FAILURES = 3;

/**
 * Fetches and stores the lists of these dates as imported snapshots: they fire nothing. Each is
 * stored by itself, so that what a kill leaves is found as stored by the next call; the standings
 * are made at the end, and also when it is stopped. Returns why it stopped, and the dates it left.
 */
export async function fetchDates(
  deps: BackfillDeps,
  {
    watch,
    row,
    wanted,
    creditsEach,
  }: { watch: Watch; row: WatchRow; wanted: readonly Wanted[]; creditsEach: number },
): Promise<{ stop: BackfillStop; left: readonly Wanted[] }> {
  const { db, config, clock, signal } = deps;
  const turn = importTurns(db, clock, signal);
  let failures = 0;
  try {
    for (const [index, one] of wanted.entries()) {
      const stopped = (stop: BackfillStop, from = index) => ({ stop, left: wanted.slice(from) });
      await turn();
      if (signal.aborted) return stopped('stopped');
      const spend = creditsToSpend(db, config, watch, clock.now());
      if (spend !== null && spend.left < creditsEach) return stopped('credits');
      const took = await takeDate(deps, watch, row, one);
      if (took === 'stopped' || took === 'credits' || took === 'refused') return stopped(took);
      deps.onDate(took);
      failures = took.outcome === 'failed' ? failures + 1 : 0;
      if (failures === MOST_FAILURES) return stopped('failing', index + 1 - MOST_FAILURES);
    }
    return { stop: null, left: [] };
  } finally {
    await finishInChunks(db, [row.seriesId], clock);
  }
}

async function takeDate(
  { db, config, clock, fetchList, signal }: BackfillDeps,
  watch: Watch,
  row: WatchRow,
  one: Wanted,
): Promise<BackfilledDate | 'stopped' | 'credits' | 'refused'> {
  const source = sourceOf(config, watch);
  const { creditsPerRequest, pageSize: planned } = costOf(source, watch.list);
  const { watchId, seriesId } = row;
  const slotAt = freeSlot(db, watchId, one.slotAt);
  const { dailyCredits } = source;
  const ledger = openLedger(
    db,
    { watchId, slotAt, source: source.name, creditsPerRequest, dailyCredits },
    clock,
  );
  const fetched = await fetchList({ ...watch, date: one.date }, ledger, signal);
  if (signal.aborted) return 'stopped';
  // Half a list of a date that can be asked for again tomorrow is no list.
  if (fetched.refused !== null)
    return fetched.refused.reason === 'daily_credits' ? 'credits' : 'refused';
  const { credits } = fetched;
  const done = { ...one, slotAt, status: null, reason: null, rows: 0, credits };
  if (fetched.isUnpublished === true) return { ...done, outcome: 'not_published' };
  const interval = intervalMs(watch.schedule, watch.timezone, slotAt);
  // What needs no database is worked out before the transaction: others wait for its end.
  const pageSize = fullPageSize(fetched.pages, planned);
  const list = buildList(fetched.pages, pageSize, watch);
  const packed = packRawPages(fetched.pages);
  return db.transaction((): BackfilledDate => {
    // A daemon, or a snapshot by hand, may have stored it meanwhile.
    if (findOfDate(db, seriesId, one.date) !== null) return { ...done, outcome: 'known' };
    const slot = { slotAt, dataDate: one.date, origin: 'import' as const, intervalMs: interval };
    const judged = judgePages(db, { watch, row, ...slot, fetched, pageSize, list });
    const { status, reason } = judged;
    const rows = list.rows.length;
    if (rows === 0) return { ...done, status, reason, outcome: 'failed' };
    const id = importSnapshot(db, judged);
    insertRawPages(db, id, packed);
    attachRequests(db, watchId, slotAt, id);
    return { ...done, status, reason, rows, outcome: 'stored' };
  });
}
