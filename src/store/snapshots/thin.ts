// Old history, thinned: of each list one snapshot a week stays, and of slots without rows none.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { deleteSnapshot } from './snapshots.ts';

/** What thinning takes from one watch, and what it leaves alone. */
export type Thinning = {
  watch: string;
  /** Snapshots that go, and their rows. */ snapshots: number;
  rows: number;
  fromAt: Instant | null;
  toAt: Instant | null;
  /** Would go, but an alert points at them. */ keptForAlerts: number;
};

type Candidate = { id: number; watch: string; slot_at: Instant; rows: number };

/** Snapshots per transaction, about 20 ms: a pass that wants to store meanwhile does not wait long. */
const CHUNK = 20;
const WEEK_MS = 7 * 86_400_000;
/** Weeks begin on Monday, 00:00 UTC; the epoch was a Thursday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;

/**
 * Deletes the snapshots of each series that lie in weeks (from Monday, UTC) wholly before `before`, all but one a week: the
 * last complete one, or where none is, the one with most rows; those that failed or were missed all go. The newest scheduled
 * snapshot of a watch stays whatever it is: slots are due after it. What alerts were decided on stays whole: the snapshots that
 * counted, and their baselines. Records, standings and alerts know as much afterwards as before.
 */
export function thinHistory(db: Db, before: Instant, options: { dryRun: boolean }): Thinning[] {
  const evidence = listEvidence(db);
  const candidates = listCandidates(db, before);
  const going = candidates.filter(({ id }) => !evidence.has(id));
  if (!options.dryRun) {
    for (let at = 0; at < going.length; at += CHUNK) {
      db.transaction(() => {
        for (const { id } of going.slice(at, at + CHUNK)) deleteSnapshot(db, id);
      });
    }
  }
  return [...new Set(candidates.map(({ watch }) => watch))].sort().map((watch) => {
    const gone = going.filter((candidate) => candidate.watch === watch);
    return {
      watch,
      snapshots: gone.length,
      rows: gone.reduce((sum, { rows }) => sum + rows, 0),
      fromAt: gone[0]?.slot_at ?? null,
      toAt: gone.at(-1)?.slot_at ?? null,
      keptForAlerts:
        candidates.filter((candidate) => candidate.watch === watch).length - gone.length,
    };
  });
}

/** All that are not the one of their week, by slot. Without a scheduled one before `before` left, the slots after it would be due again. */
function listCandidates(db: Db, before: Instant): Candidate[] {
  return db.raw
    .prepare<{ before: Instant }, Candidate>(
      `
    WITH old AS (SELECT id, watch_id, series_id, slot_at, status, "rows", (slot_at - ${FIRST_MONDAY_MS}) / ${WEEK_MS} AS week FROM snapshots),
    placed AS (SELECT *, row_number() OVER (PARTITION BY series_id, week ORDER BY "rows" > 0 DESC, status = 'complete' DESC, iif(status = 'complete', 0, "rows") DESC, slot_at DESC) AS place
      FROM old WHERE (week + 1) * ${WEEK_MS} + ${FIRST_MONDAY_MS} <= @before),
    newest AS (SELECT watch_id, max(slot_at) AS slot_at FROM snapshots
      WHERE origin IN ('schedule', 'catchup') AND slot_at < @before GROUP BY watch_id)
    SELECT placed.id, w.name AS watch, slot_at, "rows" FROM placed JOIN watches w ON w.id = placed.watch_id WHERE (place > 1 OR "rows" = 0)
      AND (placed.watch_id, slot_at) NOT IN (SELECT watch_id, slot_at FROM newest) ORDER BY slot_at`,
    )
    .all({ before });
}

/** Snapshots that `alerts show` needs to come to each decision again: those that counted (`for` and `clear_for` of them), and their baselines. */
function listEvidence(db: Db): Set<number> {
  const ids = new Set<number>();
  const decisions = db.raw
    .prepare<
      [],
      {
        series_id: number;
        slot_at: Instant;
        snapshot_id: number;
        baseline_id: number | null;
        counted: number;
      }
    >(
      `
    SELECT series_id, slot_at, snapshot_id, baseline_id, coalesce(json_extract(evidence, '$.for'), 1) AS counted FROM alerts
    UNION ALL
    SELECT series_id, resolved_slot_at, resolved_snapshot_id, json_extract(resolved_evidence, '$.baseline.id'), coalesce(json_extract(resolved_evidence, '$.clear_for'), 1)
    FROM alerts WHERE resolved_snapshot_id IS NOT NULL`,
    )
    .all();
  const earlier = db.raw.prepare<[number, Instant], Earlier>(
    `SELECT id, slot_at AS slotAt, interval_ms AS intervalMs, origin = 'manual' AS isByHand FROM snapshots WHERE series_id = ? AND slot_at <= ? AND ${evaluatedSql('status')} ORDER BY slot_at DESC`,
  );
  for (const {
    series_id: seriesId,
    slot_at: slotAt,
    snapshot_id: snapshotId,
    baseline_id: baselineId,
    counted,
  } of decisions) {
    ids.add(snapshotId);
    if (baselineId !== null) ids.add(baselineId);
    if (counted > 1)
      for (const id of lastSlots(earlier.iterate(seriesId, slotAt), counted + 1)) ids.add(id);
  }
  return ids;
}

type Earlier = { id: number; slotAt: Instant; intervalMs: number; isByHand: number };

/**
 * The snapshots of so many slots, of those given (newest first): one more than counted, for the baseline of the first. Those by
 * hand that lie close behind another are for the same slot, and do not count.
 */
function lastSlots(snapshots: Iterable<Earlier>, slots: number): number[] {
  const ids: number[] = [];
  let newer: Earlier | null = null;
  let count = 0;
  for (const snapshot of snapshots) {
    const isSameSlot =
      newer?.isByHand === 1 && newer.slotAt - snapshot.slotAt < newer.intervalMs / 2;
    if (!isSameSlot && ++count > slots) break;
    ids.push(snapshot.id);
    newer = snapshot;
  }
  return ids;
}
