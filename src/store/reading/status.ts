// Read queries behind `status`.
import { newestCompleteSql } from '../../change/baseline.ts';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import type { SnapshotStatus } from '../../model.ts';
import { and, between, count, eq, gte, inArray, isNotNull, lt, sum } from 'drizzle-orm';
import type { Health } from '../outbox/channel-health.ts';
import { findNote } from '../snapshots/judgements.ts';
import { findNewest, findNewestComplete } from './leaderboard.ts';
import type { Db } from '../file/open.ts';
import { channelHealth } from '../schema/channels.ts';
import { requests } from '../schema/requests.ts';
import { snapshots } from '../schema/snapshots.ts';
import { watches } from '../schema/watches.ts';
import type { SnapshotRow } from '../snapshots/snapshots.ts';

/** How a watch is doing. */
export type WatchRecord = {
  /** The newest snapshot, whatever came of it, and the newest complete one. */
  last: SnapshotRow | null;
  /** What was noted of the newest besides its status; null when nothing was. */
  note: string | null;
  lastComplete: SnapshotRow | null;
  /** Snapshots of slots since a given instant, by status; statuses without any are missing. */
  recent: Partial<Record<SnapshotStatus, number>>;
  creditsToday: number;
};

/**
 * As of `now`. `since` bounds the counts of snapshots, `midnight` begins the day whose credits are
 * counted.
 */
export function readWatchRecord(
  db: Db,
  watch: string,
  { now, since, midnight }: { now: Instant; since: Instant; midnight: Instant },
): WatchRecord {
  const ofWatch = (column: typeof snapshots.watchId | typeof requests.watchId) =>
    inArray(column, db.orm.select({ id: watches.id }).from(watches).where(eq(watches.name, watch)));
  const recent = db.orm
    .select({ status: snapshots.status, count: count() })
    .from(snapshots)
    .where(and(ofWatch(snapshots.watchId), between(snapshots.slotAt, since, now)))
    .groupBy(snapshots.status)
    .all();
  const spent = db.orm
    .select({ credits: sum(requests.credits) })
    .from(requests)
    .where(
      and(
        ofWatch(requests.watchId),
        gte(requests.startedAt, midnight),
        lt(requests.startedAt, midnight + DAY_MS),
      ),
    )
    .get();
  const last = findNewest(db, watch, now) ?? null;
  return {
    last,
    note: last === null ? null : findNote(db, last.id),
    lastComplete: findNewestComplete(db, watch, now) ?? null,
    recent: Object.fromEntries(recent.map(({ status, count: times }) => [status, times])),
    creditsToday: Number(spent?.credits ?? 0),
  };
}

/** `critical` and `warning` are parts of `told`; the rest of it is `info`. */
export type OpenCounts = {
  told: number;
  quiet: number;
  left: number;
  critical: number;
  warning: number;
};

/**
 * Alerts that fire now: those that were told, the quiet ones, and apart from both those of products
 * that are not on the list. A rule on `left` holds for as long as a product stays away, which for
 * most is for ever.
 */
export function countOpenAlerts(db: Db): OpenCounts {
  return db
    .statement(
      `WITH open AS (SELECT a.quiet, a.severity, coalesce(r.last_seen_at <
        ${newestCompleteSql('t.series_id = a.series_id', 'slot_at')}, 0) AS is_away
      FROM alerts a LEFT JOIN product_records r ON r.series_id = a.series_id AND r.product_id = a.product_id
      WHERE a.resolved_at IS NULL)
    SELECT coalesce(sum(NOT is_away AND quiet IS NULL), 0) AS told, coalesce(sum(NOT is_away AND quiet IS NOT NULL), 0) AS quiet,
      coalesce(sum(is_away), 0) AS "left", count(*) FILTER (WHERE severity = 'critical' AND NOT is_away AND quiet IS NULL) AS critical,
      count(*) FILTER (WHERE severity = 'warning' AND NOT is_away AND quiet IS NULL) AS warning FROM open`,
    )
    .get() as OpenCounts;
}

/** What waits for a channel: how many messages, and when the first of them was to be sent. */
export type Waiting = { channel: string; messages: number; oldestDueAt: Instant };

/** The messages that wait, channel by channel. */
export const listWaiting = (db: Db): Waiting[] =>
  db.raw
    .prepare<[], Waiting>(
      `SELECT channel, count(*) AS messages, min(next_attempt_at) AS oldestDueAt
      FROM deliveries WHERE state IN ('pending', 'sending') GROUP BY channel ORDER BY channel`,
    )
    .all();

/** Channels whose last attempts failed. */
export const listFailingChannels = (db: Db): Health[] =>
  db.orm
    .select()
    .from(channelHealth)
    .where(isNotNull(channelHealth.failingSinceAt))
    .orderBy(channelHealth.channel)
    .all();
