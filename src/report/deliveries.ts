// The outbox as people look at it: deliveries, their attempts, and what keeps a channel from
// sending.
import type { Channel } from '../config/channels/kinds.ts';
import { isOpen } from '../delivery/circuit.ts';
import { listSuppressed } from '../delivery/suppressed.ts';
import { isoTime, isoTimeOrNull, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Db } from '../store/file/open.ts';
import { getHealth, type Health } from '../store/outbox/channel-health.ts';
import {
  countByState,
  findDelivery,
  listAttempts,
  listDeliveries,
  type AttemptRow,
  type DeliveryRow,
  type DeliveryState,
} from '../store/outbox/delivery-log.ts';
import type { Refusal } from '../store/outbox/recipient-refusals.ts';

export type DeliveryFilter = { state?: DeliveryState | undefined; channel?: string | undefined };

/** What keeps a channel from sending. */
export type ChannelTrouble = {
  /** Null while it sends, or has failed only so few times that it may pass by itself. */
  failing: Health | null;
  /** Recipients to whom mail rests. */
  suppressed: readonly Refusal[];
};

export type DeliveriesReport = {
  /** The newest first. */
  rows: readonly DeliveryRow[];
  /** Of the whole outbox; states without any are missing. */
  counts: Partial<Record<DeliveryState, number>>;
  /** One for each channel of the config, in its order. */
  troubles: readonly ChannelTrouble[];
};

/** At most `limit` deliveries, and how the outbox as a whole is doing as of `now`. */
export const readDeliveries = (
  db: Db,
  channels: readonly Channel[],
  filter: DeliveryFilter,
  limit: number,
  now: Instant,
): DeliveriesReport => ({
  rows: listDeliveries(db, filter, limit),
  counts: countByState(db),
  troubles: channels.map((channel) => readTrouble(db, channel, now)),
});

function readTrouble(db: Db, channel: Channel, now: Instant): ChannelTrouble {
  const health = getHealth(db, channel.name);
  const isLasting = isOpen(health) || health.disabledAt !== null;
  return {
    failing: health.failingSinceAt !== null && isLasting ? health : null,
    suppressed: [...listSuppressed(db, channel, now).values()],
  };
}

/** One delivery, and its attempts in order. */
export type DeliveryReport = { row: DeliveryRow; attempts: readonly AttemptRow[] };

/** Instead of what a message said. */
export const FORGOTTEN_TEXT =
  'What it said is no longer kept: it was delivered longer ago than retention.messages.';

/** @throws AppError `not_found` */
export function requireDelivery(db: Db, id: number): DeliveryRow {
  const row = findDelivery(db, id);
  if (row === undefined)
    throw new AppError('not_found', `there is no delivery ${id}`, {
      hint: 'tidemark deliveries lists them',
    });
  return row;
}

/** @throws AppError `not_found` */
export const readDelivery = (db: Db, id: number): DeliveryReport => ({
  row: requireDelivery(db, id),
  attempts: listAttempts(db, id),
});

/**
 * A delivery as `deliveries --json` prints it; `recipient` is null where the channel has only one.
 */
export const deliveryJson = (row: DeliveryRow) => ({
  id: row.id,
  notification_id: row.notificationId,
  type: row.type,
  channel: row.channel,
  recipient: row.recipient === '' ? null : row.recipient,
  message_id: row.messageId,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  created_at: isoTime(row.createdAt),
  next_attempt_at: row.state === 'pending' ? isoTime(row.nextAttemptAt) : null,
  expires_at: isoTime(row.expiresAt),
  delivered_at: isoTimeOrNull(row.deliveredAt),
});

/**
 * The shape of `deliveries show --json`: also the message, and every attempt in the place of their
 * number.
 */
export const deliveryReportJson = ({ row, attempts }: DeliveryReport) => ({
  ...deliveryJson(row),
  message: row.message,
  attempts: attempts.map(attemptJson),
});

const attemptJson = (row: AttemptRow) => ({
  number: row.number,
  started_at: isoTime(row.startedAt),
  ended_at: isoTimeOrNull(row.endedAt),
  outcome: row.outcome,
  status_code: row.statusCode,
  reason: row.reason,
  excerpt: row.excerpt,
});
