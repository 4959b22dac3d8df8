import { newestCompleteSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { SnapshotOrigin, SnapshotStatus } from '../../model.ts';
import type { Db } from '../file/open.ts';
import type { troubles } from '../schema/troubles.ts';

export type OpenTrouble = Pick<
  typeof troubles.$inferSelect,
  'id' | 'kind' | 'sinceSlotAt' | 'text' | 'watchId'
>;

/** What has the trouble: a source by its name, a watch, or a rule on a watch. */
export type TroubleSubject =
  { source: string } | { watchId: number } | { ruleId: number; watchId: number };

export type RecentSnapshot = { slotAt: Instant; status: SnapshotStatus; reason: string | null };

/** How many snapshots are looked at: a longer row of failures is no news. */
const RECENT = 50;

/** The last snapshots of a watch up to a slot, newest first, without imported ones. */
export function listRecentSnapshots(
  db: Db,
  watchId: number,
  untilAt: Instant,
): (RecentSnapshot & { origin: SnapshotOrigin })[] {
  return db
    .statement(
      `SELECT slot_at AS slotAt, status, reason, origin FROM snapshots
      WHERE watch_id = ? AND slot_at <= ? AND origin <> 'import'
        AND NOT (status = 'stale' AND "rows" = 0)
      ORDER BY slot_at DESC LIMIT ${RECENT}`,
    )
    .all(watchId, untilAt) as (RecentSnapshot & { origin: SnapshotOrigin })[];
}

/**
 * Slots of the first snapshot of a series and of its last complete one up to a slot, without
 * imported ones; null when there is none.
 */
export const findCompleteness = (
  db: Db,
  seriesId: number,
  untilAt: Instant,
): { firstAt: Instant | null; lastCompleteAt: Instant | null } =>
  db
    .statement(
      `SELECT (SELECT slot_at FROM snapshots WHERE series_id = @seriesId AND origin <> 'import'
        ORDER BY slot_at LIMIT 1) AS firstAt,
      ${newestCompleteSql("t.series_id = @seriesId AND t.slot_at <= @untilAt AND t.origin <> 'import'", 'slot_at')} AS lastCompleteAt`,
    )
    .get({ seriesId, untilAt }) as { firstAt: Instant | null; lastCompleteAt: Instant | null };

/**
 * Slots at which a series had a list that it had not had before, newest first, between two
 * instants.
 */
export const listRefreshes = (
  db: Db,
  seriesId: number,
  sinceAt: Instant,
  untilAt: Instant,
): Instant[] =>
  db
    .statement(
      `SELECT slot_at FROM snapshots
      WHERE series_id = ? AND slot_at > ? AND slot_at <= ? AND origin <> 'import'
        AND status IN ('complete', 'partial', 'suspect')
      ORDER BY slot_at DESC`,
    )
    .pluck()
    .all(seriesId, sinceAt, untilAt) as Instant[];

/** The open trouble of a subject; null when there is none. */
export function findOpenTrouble(db: Db, subject: TroubleSubject): OpenTrouble | null {
  const { where, values } = conditionOf(subject);
  return (
    (db
      .statement(
        `SELECT id, kind, since_slot_at AS sinceSlotAt, text, watch_id AS watchId FROM troubles WHERE closed_at IS NULL AND ${where}`,
      )
      .get(...values) as OpenTrouble | undefined) ?? null
  );
}

function conditionOf(subject: TroubleSubject): { where: string; values: (string | number)[] } {
  if ('source' in subject) return { where: 'source = ?', values: [subject.source] };
  if ('ruleId' in subject) return { where: 'rule_id = ?', values: [subject.ruleId] };
  return { where: 'watch_id = ? AND rule_id IS NULL', values: [subject.watchId] };
}

/** Records that a trouble began. Each subject has at most one open trouble. */
export function openTrouble(
  db: Db,
  subject: TroubleSubject,
  trouble: Omit<OpenTrouble, 'id' | 'watchId'>,
  now: Instant,
): void {
  const {
    source = null,
    watchId = null,
    ruleId = null,
  } = { ...subject } as {
    source?: string;
    watchId?: number;
    ruleId?: number;
  };
  db.statement(
    'INSERT INTO troubles (source, watch_id, rule_id, kind, since_slot_at, opened_at, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(source, watchId, ruleId, trouble.kind, trouble.sinceSlotAt, now, trouble.text);
}

/** Records that a trouble is over. */
export function closeTrouble(db: Db, id: number, now: Instant): void {
  db.statement('UPDATE troubles SET closed_at = ? WHERE id = ?').run(now, id);
}

/**
 * When the last trouble of a watch, or of its source, was over, as far as that is not later than
 * now; null when there was none.
 */
export const findRecovery = (
  db: Db,
  source: string,
  watchId: number,
  now: Instant,
): Instant | null =>
  db
    .statement(
      'SELECT max(closed_at) FROM troubles WHERE closed_at <= ? AND (source = ? OR (watch_id = ? AND rule_id IS NULL))',
    )
    .pluck()
    .get(now, source, watchId) as Instant | null;

/**
 * Closes, without a message, the troubles of watches and rules that are no longer configured, and
 * of rules that were edited since: while open they would keep any later one from being told. Run
 * inside a transaction, after the config was applied.
 */
export function closeObsoleteTroubles(db: Db, now: Instant): void {
  db.statement(
    `UPDATE troubles SET closed_at = ? WHERE closed_at IS NULL AND
    (watch_id IN (SELECT id FROM watches WHERE NOT active)
      OR rule_id IN (SELECT r.id FROM rules r WHERE NOT r.active OR r.updated_at > troubles.opened_at))`,
  ).run(now);
}

/** A rule that is set aside, on which watch and since which slot, and what was told of it. */
export type RuleTrouble = { rule: string; watch: string; sinceSlotAt: Instant; text: string };

/** The rules that are set aside now, by name. */
export const listRuleTroubles = (db: Db): RuleTrouble[] =>
  db
    .statement(
      `SELECT r.name AS rule, w.name AS watch, t.since_slot_at AS sinceSlotAt, t.text FROM troubles t
    JOIN rules r ON r.id = t.rule_id JOIN watches w ON w.id = t.watch_id WHERE t.closed_at IS NULL ORDER BY r.name`,
    )
    .all() as RuleTrouble[];

/**
 * Who heard on a channel that something began: its end is for them alone. A message about the
 * beginning that still waits is taken back, since a trouble that is over need not be told. `key` is
 * that of the message. Run inside a transaction.
 */
export function listHearers(db: Db, channel: string, key: string): string[] {
  const ownKey = `${channel}/${key}`;
  db.statement(
    `UPDATE deliveries SET state = 'cancelled', reason = 'it was over before it could be told'
    WHERE state = 'pending' AND notification_id = (SELECT id FROM notifications WHERE key = ?)`,
  ).run(ownKey);
  return db
    .statement(
      "SELECT d.recipient FROM notifications n JOIN deliveries d ON d.notification_id = n.id WHERE n.key = ? AND d.state IN ('delivered', 'sending')",
    )
    .pluck()
    .all(ownKey) as string[];
}
