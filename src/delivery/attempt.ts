import type { Channel } from '../config/config.ts';
import { MINUTE_MS } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { getHealth } from '../store/channel-health.ts';
import type { Db } from '../store/open.ts';
import {
  beginAttempt,
  claimNext,
  freezePayload,
  getNotification,
  listOrphanResolves,
  release,
  type ClaimedDelivery,
  type DeliveryEnd,
  type NotificationRow,
} from '../store/outbox.ts';
import { listRankHistory } from '../store/rank-history.ts';
import type { Courier, Result } from './courier.ts';
import { withoutOrphans } from './orphans.ts';
import { makePayload } from './payload.ts';
import type { LetterContext } from './render/letter.ts';
import { send } from './senders.ts';
import { settle } from './settle.ts';

/** The time of one attempt and a margin: after that the delivery is anybody's again. */
const LEASE_MS = MINUTE_MS;
/** Snapshots shown in a sparkline. */
const RANKS_SHOWN = 30;

/**
 * Sends the next due message of a channel, if there is one:
 *
 * 1. claim the delivery with a lease
 * 2. set it aside when there is nobody to tell any more, and leave out what would be an end without a beginning
 * 3. render it once, and freeze the bytes
 * 4. record that an attempt starts
 * 5. send, outside any transaction
 * 6. in one transaction: record how it ended, what comes next, and what it says of the channel
 *
 * A process that dies after 5 leaves the lease to run out; the same bytes then go out again under the same id.
 * Returns null when nothing is due, or the channel may send nothing now.
 */
export async function deliverNext(courier: Courier, channel: Channel): Promise<Result | null> {
  const { db, clock, owner } = courier;
  const now = clock.now();
  const health = getHealth(db, channel.name);
  if (health.disabledAt !== null || (health.heldUntilAt ?? 0) > now) return null;

  const delivery = claimNext(db, channel.name, { owner, now, untilAt: now + LEASE_MS });
  if (delivery === null) return null;
  const stored = getNotification(db, delivery.notificationId);

  if (channel.kind === 'email' && !channel.to.includes(delivery.recipient))
    return endEarly(courier, channel, delivery, {
      state: 'cancelled',
      reason: 'the recipient is no longer in the config',
    });
  const message = withoutOrphans(stored.message, listOrphanResolves(db, delivery));
  if (message === null)
    return endEarly(courier, channel, delivery, {
      state: 'cancelled',
      reason: 'nobody was told that it fired',
    });
  const notification = { ...stored, message };

  let payload = delivery.payload;
  if (payload === null) {
    try {
      payload = await render(courier, channel, delivery, notification);
    } catch (thrown) {
      // A message that cannot be written down now cannot be later: a dead letter, and not a crash loop.
      courier.log.error(
        { err: thrown, delivery: delivery.id, channel: channel.name },
        'a message could not be rendered',
      );
      return endEarly(courier, channel, delivery, {
        state: 'dead',
        reason: `not rendered: ${messageOf(thrown)}`,
      });
    }
    if (!freezePayload(db, delivery, payload)) return 'lost';
  }

  const startedAt = clock.now();
  const attemptId = beginAttempt(db, delivery, startedAt, startedAt + LEASE_MS);
  if (attemptId === null) return 'lost';
  const outcome = await send(
    { channel, recipient: delivery.recipient, messageId: delivery.messageId, payload },
    { ...courier, signal: courier.abort },
  );
  return settle(courier, channel, { delivery, payload, notification, attemptId }, outcome);
}

function endEarly(
  { db, log }: Courier,
  channel: Channel,
  delivery: ClaimedDelivery,
  end: Extract<DeliveryEnd, { reason: string }>,
): Result {
  if (!release(db, delivery, end)) return 'lost';
  log.info(
    { delivery: delivery.id, channel: channel.name, reason: end.reason },
    `delivery ${end.state}`,
  );
  return end.state;
}

const render = (
  { db, smtp, timezone, locale }: Courier,
  channel: Channel,
  { recipient, messageId }: ClaimedDelivery,
  notification: NotificationRow,
): Promise<Buffer> =>
  makePayload({
    ...notification,
    channel,
    recipient,
    messageId,
    smtp,
    context: { timezone, locale, ranks: ranksFor(db, notification) },
  });

function ranksFor(db: Db, { message, snapshotId }: NotificationRow): LetterContext['ranks'] {
  if (
    snapshotId === null ||
    (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')
  )
    return new Map();
  return listRankHistory(
    db,
    snapshotId,
    message.data.alerts.map(({ product }) => product.id),
    RANKS_SHOWN,
  );
}
