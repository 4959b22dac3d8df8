/**
 * What to do when the clock was ahead once. Every stored instant is listed here, with its treatment
 * if it turns out to be later than now. It is kept if it only says when something was, or is the
 * time of a snapshot that was really taken. It is healed if something would wait for it.
 * test/store/clock-ahead.test.ts holds that no column is missing.
 */
import { evaluatedSql } from '../change/baseline.ts';
import { DAY_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import type { Db } from './file/open.ts';
import { forgetApplied } from './series/applied.ts';

/**
 * The longest that a message or a channel is ever told to wait: `Retry-After` and the pauses
 * between attempts are cut to it.
 */
const LONGEST_WAIT_MS = DAY_MS;
/** How long a delivery is leased (delivery/attempt.ts). */
const LEASE_MS = MINUTE_MS;

/**
 * Statements are run in order, with `@now`, `@longest` and `@lease`; what they change is counted
 * together.
 */
type Treatment =
  { kind: 'kept'; why: string } | { kind: 'healed'; says: string; sql: readonly string[] };

const kept = (why: string): Treatment => ({ kind: 'kept', why });
const healed = (says: string, ...sql: readonly string[]): Treatment => ({
  kind: 'healed',
  says,
  sql,
});

const FACT = 'says when something was';
const OF_SNAPSHOT = 'a snapshot taken then stays, and is not looked at before its time';

/** The instant of a past event cannot be later than now: it becomes now. */
const bringBack = (table: string, column: string, where = ''): string =>
  `UPDATE ${table} SET ${column} = @now WHERE ${column} > @now ${where}`;

const WAITING = "state IN ('pending', 'sending')";
const MADE_AHEAD = 'notification_id IN (SELECT id FROM notifications WHERE created_at > @now)';
const LAST_TRIED_AT =
  '(SELECT a.started_at FROM attempts a WHERE a.delivery_id = deliveries.id ORDER BY a.number DESC LIMIT 1)';
const CHANNEL_TRIED_AT = `(SELECT a.started_at FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
  WHERE d.channel = channel_health.channel ORDER BY a.id DESC LIMIT 1)`;

/**
 * By `table.column`. Healed from the top down: `deliveries` look at when their notification was
 * made.
 */
export const INSTANTS: Readonly<Record<string, Treatment>> = {
  'watches.scheduled_from_at': healed(
    'watches are due from now on, not only once it is caught up with',
    bringBack('watches', 'scheduled_from_at'),
  ),
  'watches.created_at': kept(FACT),
  'series.created_at': kept(FACT),
  'series.thinned_until_at': kept('what was taken from the history then is gone'),
  'series.unfinished_from_at': kept('an import is finished whatever its slots are'),
  'products.updated_at': healed(
    'names of products are kept up to date again',
    bringBack('products', 'updated_at'),
  ),
  'snapshots.slot_at': healed(
    'slots recorded as missed are still to come',
    // Watch by watch, so that the index on watch and slot is used.
    `DELETE FROM snapshots WHERE watch_id IN (SELECT id FROM watches) AND slot_at > @now AND status = 'missed'`,
  ),
  'snapshots.taken_at': kept(OF_SNAPSHOT),
  'open_slots.slot_at': kept('a slot is looked up by it, and none before its time'),
  'open_slots.asked_at': healed(
    'lists that were not published are asked for again in their time',
    bringBack('open_slots', 'asked_at'),
  ),
  'categories.fetched_at': healed(
    'the tree of categories is fetched anew in its time',
    bringBack('categories', 'fetched_at'),
  ),
  'lake_months.confirmed_at': kept(FACT),
  'lake_snapshots.slot_at': kept(OF_SNAPSHOT),
  'lake_snapshots.taken_at': kept(OF_SNAPSHOT),
  'lake_bests.slot_at': kept(OF_SNAPSHOT),
  'lake_lasts.slot_at': kept(OF_SNAPSHOT),
  'product_records.first_seen_at': kept(OF_SNAPSHOT),
  'product_records.last_seen_at': kept(OF_SNAPSHOT),
  'config_in_force.applied_at': kept(FACT),
  'requests.slot_at': kept(FACT),
  'requests.started_at': kept('counts for its own day, not for those before it'),
  'raw_pages.taken_at': healed('raw pages count as taken now', bringBack('raw_pages', 'taken_at')),
  'rules.updated_at': kept(FACT),
  'rule_watermarks.last_slot_at': healed(
    'rules are evaluated again from now on, not only once it is caught up with',
    `UPDATE rule_watermarks SET last_slot_at = coalesce((SELECT max(s.slot_at) FROM snapshots s
      WHERE s.series_id = rule_watermarks.series_id AND s.slot_at <= @now
        AND ${evaluatedSql('s.status')}), @now)
    WHERE last_slot_at > @now`,
  ),
  'rule_states.told_slot_at': healed(
    'cooldowns count from now',
    bringBack('rule_states', 'told_slot_at'),
  ),
  'rule_states.settled_at': kept('slots before it are looked at all the same'),
  'alerts.slot_at': kept(OF_SNAPSHOT),
  'alerts.fired_at': kept(FACT),
  'alerts.told_slot_at': kept('the cooldown counts from rule_states'),
  'alerts.reminded_slot_at': healed(
    'reminders count from now',
    bringBack('alerts', 'reminded_slot_at', 'AND resolved_at IS NULL'),
  ),
  'alerts.resolved_slot_at': kept(OF_SNAPSHOT),
  'alerts.resolved_at': kept(FACT),
  'silences.until_at': healed(
    'silences last from now as long as they were meant to',
    'UPDATE silences SET until_at = @now + (until_at - created_at) WHERE created_at > @now AND until_at > created_at AND removed_at IS NULL',
  ),
  'silences.created_at': healed('silences began now', bringBack('silences', 'created_at')),
  'silences.removed_at': kept(FACT),
  'web_sessions.created_at': kept('a session from the future has ended'),
  'web_sessions.used_at': healed(
    'sessions end in their time',
    bringBack('web_sessions', 'used_at'),
  ),
  'web_tokens.created_at': kept(FACT),
  'web_tokens.used_at': kept(FACT),
  'web_tokens.revoked_at': kept(FACT),
  'web_keys.created_at': kept(FACT),
  'deliveries.expires_at': healed(
    'messages that were given up as too old are sent after all, and the others are too old in their time',
    `UPDATE deliveries SET state = 'pending', reason = NULL WHERE state = 'expired' AND expires_at > @now`,
    `UPDATE deliveries SET expires_at = @now + (expires_at - n.created_at) FROM notifications n
    WHERE n.id = deliveries.notification_id AND n.created_at > @now AND ${WAITING}`,
  ),
  'deliveries.next_attempt_at': healed(
    'messages are tried again now, not only once it is caught up with',
    `UPDATE deliveries SET next_attempt_at = @now WHERE ${WAITING} AND next_attempt_at > @now
      AND (next_attempt_at > @now + @longest OR ${MADE_AHEAD} OR ${LAST_TRIED_AT} > @now)`,
  ),
  // Not set to now: the process that holds it may be sending.
  'deliveries.lease_until_at': healed(
    'messages that a process had claimed are free again in a minute',
    `UPDATE deliveries SET lease_until_at = @now + @lease WHERE state = 'sending' AND lease_until_at > @now + @lease`,
  ),
  'deliveries.delivered_at': kept(FACT),
  'notifications.created_at': healed(
    'messages count as made now',
    bringBack('notifications', 'created_at'),
  ),
  'attempts.started_at': kept(FACT),
  'attempts.ended_at': kept(FACT),
  'channel_health.held_until_at': healed(
    'channels are tried again now, not only once it is caught up with',
    `UPDATE channel_health SET held_until_at = NULL WHERE held_until_at > @now
      AND (held_until_at > @now + @longest OR failing_since_at > @now OR ${CHANNEL_TRIED_AT} > @now)`,
  ),
  'channel_health.failing_since_at': healed(
    'channels fail since now',
    bringBack('channel_health', 'failing_since_at'),
  ),
  'channel_health.failed_at': healed(
    'channels failed last now',
    bringBack('channel_health', 'failed_at'),
  ),
  // No healing is needed: suppression.ts does not wait for one in the future.
  'recipient_refusals.suppressed_at': kept('mail goes to a recipient whose rest is still to come'),
  'unsubscribed.created_at': kept('who asked for no more gets no more, whenever that was'),
  'channel_health.disabled_at': kept('a channel is enabled again by a test that gets through'),
  'channel_health.told_at': kept(FACT),
  'digest_schedules.scheduled_from_at': healed(
    'digests are due from now on, not only once it is caught up with',
    bringBack('digest_schedules', 'scheduled_from_at'),
  ),
  'digests.slot_at': kept('a digest written then is not looked at before its time'),
  'digests.since_at': kept(FACT),
  'digests.created_at': kept(FACT),
  // Healed together with `notifications.created_at`, so that those who heard of the trouble hear of
  // its end.
  'troubles.opened_at': healed('troubles began now', bringBack('troubles', 'opened_at')),
  'troubles.since_slot_at': kept(OF_SNAPSHOT),
  'troubles.closed_at': kept(FACT),
};

/**
 * Instants that are meant to be in the future, with how far at most; null where a person says it.
 * Of the last two, what a clock ahead has left shows by when they were made.
 */
const AHEAD_BY_NATURE: Readonly<Record<string, number | null>> = {
  'deliveries.next_attempt_at': LONGEST_WAIT_MS,
  'deliveries.lease_until_at': LEASE_MS,
  'channel_health.held_until_at': LONGEST_WAIT_MS,
  'silences.until_at': null,
  'deliveries.expires_at': null,
};
/** Rows that are stored during the look are not ahead. */
const SLACK_MS = MINUTE_MS;

/**
 * Stored instants that lie after `now` and have no reason to, by `table.column`, with how many there
 * are and the latest. Reads whole tables, and changes nothing.
 */
export const findAhead = (
  db: Db,
  now: Instant,
): { column: string; count: number; latestAt: Instant }[] =>
  Object.keys(INSTANTS).flatMap((column) => {
    const farthestMs = AHEAD_BY_NATURE[column];
    if (farthestMs === null) return [];
    const [table, name] = column.split('.');
    const { count, latestAt } = db
      .statement(
        `SELECT count(*) AS count, max(${name}) AS latestAt FROM ${table} WHERE ${name} > ?`,
      )
      .get(now + SLACK_MS + (farthestMs ?? 0)) as { count: number; latestAt: Instant };
    return count === 0 ? [] : [{ column, count, latestAt }];
  });

export type Healed = { column: string; count: number; says: string };

/**
 * Mends every stored instant after `now` that something would wait for; returns what it changed, by
 * column. To do it again changes nothing, nor does it where the clock was never ahead. One
 * transaction. It reads some tables whole, so it is for the start, and for when the clock was set
 * back, not for every look.
 */
export function healInstants(db: Db, now: Instant): Healed[] {
  const values = { now, longest: LONGEST_WAIT_MS, lease: LEASE_MS };
  forgetApplied(db);
  return db.transaction(() =>
    Object.entries(INSTANTS).flatMap(([column, treatment]) => {
      if (treatment.kind === 'kept') return [];
      const count = treatment.sql.reduce((sum, sql) => {
        // better-sqlite3 takes no value that a statement does not name.
        const used = Object.fromEntries(
          Object.entries(values).filter(([name]) => sql.includes(`@${name}`)),
        );
        return sum + db.statement(sql).run(used).changes;
      }, 0);
      return count === 0 ? [] : [{ column, count, says: treatment.says }];
    }),
  );
}
