// Thins old history: of each list one snapshot a week stays, and slots without rows are deleted.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Clock, Instant } from '../../lib/clock.ts';
import { fairPause, writeInTurns } from '../file/in-turns.ts';
import type { Db } from '../file/open.ts';
import { decisionsIn, listEvidence } from './decided-on.ts';
import { deleteSnapshot } from './snapshots.ts';

/** What thinning takes from one watch, and what it leaves alone. */
export type Thinning = {
  watch: string;
  /** Snapshots that go, and their rows. */ snapshots: number;
  rows: number;
  fromAt: Instant | null;
  toAt: Instant | null;
  /** Would be deleted, but an alert refers to them. */
  keptForAlerts: number;
};

type Candidate = {
  id: number;
  series_id: number;
  watch: string;
  slotAt: Instant;
  rows: number;
  /** Its week. */ week: number;
  /** It counts for standings. */ is_counted: number;
};

/** Snapshots deleted between two looks at the clock: some milliseconds of work. */
const STEP = 5;
const WEEK_MS = 7 * 86_400_000;
/** Weeks begin on Monday, 00:00 UTC; the epoch was a Thursday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/**
 * Deletes the snapshots of each series that lie in weeks (from Monday, UTC) wholly before `before`,
 * all but one a week: the last complete one, or where none is, the one with most rows; those that
 * failed or were missed all go. The newest scheduled snapshot of a watch stays whatever it is:
 * slots are due after it. What alerts were decided on stays whole: the snapshots that counted, and
 * their baselines. Records, standings and alerts know as much afterwards as before. In turns with
 * the other writers of the file; `signal` ends it early, and the rest goes the next time.
 */
export async function thinHistory(
  db: Db,
  before: Instant,
  { dryRun, clock, signal }: { dryRun: boolean; clock: Clock; signal?: AbortSignal | undefined },
): Promise<Thinning[]> {
  let plan = planOf(db, before);
  const gone: Candidate[] = [];
  if (!dryRun) {
    const note = db.statement(
      'UPDATE series SET thinned_until_at = max(coalesce(thinned_until_at, 0), ?) WHERE id = ?',
    );
    const remove = (some: readonly Candidate[]) => {
      for (const snapshot of some) {
        deleteSnapshot(db, snapshot.id);
        if (snapshot.is_counted === 1) note.run(endOf(snapshot.week), snapshot.series_id);
      }
      gone.push(...some);
    };
    const isStopped = () => signal?.aborted === true;
    for (;;) {
      // What is decided between two turns may be decided on what was about to go.
      const { decided } = plan;
      const isStill = () => !isStopped() && decisionsIn(db) === decided;
      const turns = { isStill, pause: fairPause(clock), step: STEP };
      if ((await writeInTurns(db, clock, plan.going, remove, turns)) || isStopped()) break;
      plan = planOf(db, before);
    }
  }
  return summed(dryRun ? plan.going : gone, plan.kept);
}

/** What may go, what stays for alerts, and the decisions that were known then. */
type Plan = { going: Candidate[]; kept: Candidate[]; decided: string };

function planOf(db: Db, before: Instant): Plan {
  const decided = decisionsIn(db);
  const evidence = listEvidence(db);
  const candidates = listCandidates(db, before);
  return {
    going: candidates.filter(({ id }) => !evidence.has(id)),
    kept: candidates.filter(({ id }) => evidence.has(id)),
    decided,
  };
}

type Summed = { watch: string; rows: number; slotAt: Instant };

/** By watch, sorted by its name; each in the order of slots. */
export function summed(going: readonly Summed[], kept: readonly Summed[]): Thinning[] {
  const of = (watch: string, all: readonly Summed[]) => all.filter((one) => one.watch === watch);
  return [...new Set([...going, ...kept].map(({ watch }) => watch))].sort().map((watch) => {
    const gone = of(watch, going);
    return {
      watch,
      snapshots: gone.length,
      rows: gone.reduce((sum, { rows }) => sum + rows, 0),
      fromAt: gone[0]?.slotAt ?? null,
      toAt: gone.at(-1)?.slotAt ?? null,
      keptForAlerts: of(watch, kept).length,
    };
  });
}

const endOf = (week: number): Instant => (week + 1) * WEEK_MS + FIRST_MONDAY_MS;

/**
 * All snapshots but the one that stays of each week, by slot. The newest scheduled one of a watch
 * is not among them: without it the slots after it would be due again.
 */
function listCandidates(db: Db, before: Instant): Candidate[] {
  return db.raw
    .prepare<{ before: Instant }, Candidate>(
      `
    WITH old AS (SELECT id, watch_id, series_id, slot_at, status, "rows", (slot_at - ${FIRST_MONDAY_MS}) / ${WEEK_MS} AS week FROM snapshots),
    placed AS (SELECT *, row_number() OVER (PARTITION BY series_id, week ORDER BY "rows" > 0 DESC,
        status = 'complete' DESC, iif(status = 'complete', 0, "rows") DESC, slot_at DESC) AS place
      FROM old WHERE (week + 1) * ${WEEK_MS} + ${FIRST_MONDAY_MS} <= @before),
    newest AS (SELECT watch_id, max(slot_at) AS slot_at FROM snapshots
      WHERE origin IN ('schedule', 'catchup') AND slot_at < @before GROUP BY watch_id)
    SELECT placed.id, series_id, w.name AS watch, slot_at AS slotAt, "rows", week,
      ${evaluatedSql('status')} AS is_counted FROM placed JOIN watches w ON w.id = placed.watch_id WHERE (place > 1 OR "rows" = 0)
      AND (placed.watch_id, slot_at) NOT IN (SELECT watch_id, slot_at FROM newest) ORDER BY slot_at`,
    )
    .all({ before });
}
