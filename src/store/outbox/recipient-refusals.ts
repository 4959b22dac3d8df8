// Recipients of mail whom the server refuses: see `recipient_refusals` in schema/channels.ts.
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import type { recipientRefusals } from '../schema/channels.ts';

export type Refusal = typeof recipientRefusals.$inferSelect;

/** How long mail to a recipient stops: an address may come back, and a server may be mended. */
export const SUPPRESSED_MS = 7 * DAY_MS;

/** Does mail to it rest now? A suppression noted by a clock that was ahead does not count. */
export const isSuppressed = ({ suppressedAt }: Pick<Refusal, 'suppressedAt'>, now: Instant) =>
  suppressedAt !== null && suppressedAt <= now && now < suppressedAt + SUPPRESSED_MS;

const COLUMNS =
  'channel, recipient, refusals, reason, suppressed_at AS suppressedAt, told_through AS toldThrough';

/** Of the recipients of a channel. */
export const listRefusals = (db: Db, channel: string): Refusal[] =>
  db
    .statement(`SELECT ${COLUMNS} FROM recipient_refusals WHERE channel = ? ORDER BY recipient`)
    .all(channel) as Refusal[];

/** What is known of a recipient; undefined while the server takes its mail. */
export const findRefusal = (db: Db, channel: string, recipient: string): Refusal | undefined =>
  db
    .statement(`SELECT ${COLUMNS} FROM recipient_refusals WHERE channel = ? AND recipient = ?`)
    .get(channel, recipient) as Refusal | undefined;

/** Stores it; what was there is replaced. */
export function saveRefusal(db: Db, refusal: Refusal): void {
  db.statement(
    `INSERT OR REPLACE INTO recipient_refusals
      (channel, recipient, refusals, reason, suppressed_at, told_through)
    VALUES (@channel, @recipient, @refusals, @reason, @suppressedAt, @toldThrough)`,
  ).run(refusal);
}

/** Mail got through, so nothing speaks against the recipient any more. */
export function deleteRefusal(db: Db, channel: string, recipient: string): void {
  db.statement('DELETE FROM recipient_refusals WHERE channel = ? AND recipient = ?').run(
    channel,
    recipient,
  );
}

/**
 * How the last attempt ended that told recipients of a notification; who was not tried yet is
 * missing.
 */
export const listLastReasons = (
  db: Db,
  notificationId: number,
): { recipient: string; state: string; reason: string | null }[] =>
  db
    .statement(
      `SELECT d.recipient, d.state, (SELECT a.reason FROM attempts a
          WHERE a.delivery_id = d.id AND a.ended_at IS NOT NULL
          ORDER BY a.number DESC LIMIT 1) AS reason
      FROM deliveries d WHERE d.notification_id = ?`,
    )
    .all(notificationId) as { recipient: string; state: string; reason: string | null }[];

/**
 * Deliveries of a notification that were given up because their recipients were refused wait again:
 * the refusals were not about them.
 */
export function reviveRefused(db: Db, notificationId: number, now: Instant): void {
  db.statement(
    `UPDATE deliveries SET state = 'pending', next_attempt_at = ?, reason = NULL
    WHERE notification_id = ? AND state = 'dead' AND reason LIKE 'recipient_refused%'`,
  ).run(now, notificationId);
}
