import { isDeepStrictEqual } from 'node:util';
import type { Channel, SmtpConfig } from '../config/config.ts';
import { MINUTE_MS, type Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { getHealth, saveHealth } from '../store/channel-health.ts';
import type { Db } from '../store/open.ts';
import { beginAttempt, claimNext, countFailures, endAttempt, freezePayload, getNotification, isOrphanResolve, killWaiting, pullForward, release, type AttemptEnd, type ClaimedDelivery, type DeliveryEnd, type NotificationRow } from '../store/outbox.ts';
import { listRankHistory } from '../store/rank-history.ts';
import { afterFailure, afterSuccess, isOpen, troubleToTell } from './circuit.ts';
import { failureText, type Outcome } from './outcome.ts';
import { makePayload, makePlainPayload } from './payload.ts';
import type { LetterContext } from './render/letter.ts';
import { decide } from './retry.ts';
import { send, type Senders } from './senders.ts';
import { tellRecovery, tellTrouble } from './trouble.ts';

/** The time of one attempt and a margin: after that the delivery is anybody's again. */
const LEASE_MS = MINUTE_MS;
/** Snapshots shown in a sparkline. */
const RANKS_SHOWN = 30;

/** What one worker of the dispatcher needs. */
export type Courier = {
  db: Db;
  channels: readonly Channel[];
  smtp: SmtpConfig | null;
  timezone: string;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Bounds one attempt. */
  timeoutMs: number;
  /** Names the holder of a lease. */
  owner: string;
  senders: Senders;
  /** Aborts attempts under way. */
  abort: AbortSignal;
};

export type Result = 'delivered' | 'retry' | 'held' | 'dead' | 'cancelled' | 'lost';

/**
 * Sends the next due message of a channel, if there is one:
 *
 * 1. claim the delivery with a lease
 * 2. set it aside when there is nobody to tell any more
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
  const notification = getNotification(db, delivery.notificationId);

  const reason = whyCancelled(courier, channel, delivery);
  if (reason !== null) return endEarly(courier, channel, delivery, { state: 'cancelled', reason });

  let payload = delivery.payload;
  if (payload === null) {
    try {
      payload = await render(courier, channel, delivery, notification);
    } catch (thrown) {
      // A message that cannot be written down now cannot be later: a dead letter, and not a crash loop.
      courier.log.error({ err: thrown, delivery: delivery.id, channel: channel.name }, 'a message could not be rendered');
      return endEarly(courier, channel, delivery, { state: 'dead', reason: `not rendered: ${messageOf(thrown)}` });
    }
    if (!freezePayload(db, delivery, payload)) return 'lost';
  }

  const startedAt = clock.now();
  const attemptId = beginAttempt(db, delivery, startedAt, startedAt + LEASE_MS);
  if (attemptId === null) return 'lost';
  const outcome = await send({ channel, recipient: delivery.recipient, messageId: delivery.messageId, payload }, { ...courier, signal: courier.abort });
  return settle(courier, channel, { ...delivery, payload }, notification, attemptId, outcome);
}

function whyCancelled({ db }: Courier, channel: Channel, delivery: ClaimedDelivery): string | null {
  if (channel.kind === 'email' && !channel.to.includes(delivery.recipient)) return 'the recipient is no longer in the config';
  return isOrphanResolve(db, delivery) ? 'nobody was told that it fired' : null;
}

function endEarly({ db, log }: Courier, channel: Channel, delivery: ClaimedDelivery, end: Extract<DeliveryEnd, { reason: string }>): Result {
  if (!release(db, delivery, end)) return 'lost';
  log.info({ delivery: delivery.id, channel: channel.name, reason: end.reason }, `delivery ${end.state}`);
  return end.state;
}

const render = ({ db, smtp, timezone }: Courier, channel: Channel, { recipient, messageId }: ClaimedDelivery, notification: NotificationRow): Promise<Buffer> =>
  makePayload({ ...notification, channel, recipient, messageId, smtp, context: { timezone, ranks: ranksFor(db, notification) } });

function ranksFor(db: Db, { message, snapshotId }: NotificationRow): LetterContext['ranks'] {
  if (snapshotId === null || (message.type !== 'alerts.fired' && message.type !== 'alerts.resolved')) return new Map();
  return listRankHistory(db, snapshotId, message.data.alerts.map(({ product }) => product.id), RANKS_SHOWN);
}

function settle(courier: Courier, channel: Channel, delivery: ClaimedDelivery, notification: NotificationRow, attemptId: number, outcome: Outcome): Result {
  const { db, clock, log, random } = courier;
  const now = clock.now();
  const result = db.transaction(() => {
    const before = getHealth(db, channel.name);
    const after = outcome.kind === 'delivered' ? afterSuccess(before) : afterFailure(before, outcome, now, random);
    const { end, attempt } = nextOf(courier, channel, delivery, notification, outcome, after.heldUntilAt);
    endAttempt(db, attemptId, { ...attempt, endedAt: now, statusCode: outcome.statusCode, excerpt: outcome.excerpt });
    const isOurs = release(db, delivery, end);
    if (!isDeepStrictEqual(before, after)) {
      const trouble = troubleToTell(before, after, now);
      const deadCount = trouble === 'disabled' ? killWaiting(db, channel.name, now, `channel_disabled: ${after.reason ?? ''}`) : 0;
      if (outcome.kind === 'delivered' && isOpen(before)) pullForward(db, channel.name, now);
      if (outcome.kind === 'delivered') tellRecovery(db, courier.channels, before, now);
      // Trouble in telling of trouble is not told: two broken channels would go on about each other for ever.
      const isTold = trouble !== null && notification.message.type !== 'channel.trouble';
      saveHealth(db, isTold ? tellTrouble(db, courier.channels, channel, after, trouble === 'failing' ? { kind: trouble } : { kind: trouble, deadCount: deadCount + 1 }, now) : after);
    }
    if (!isOurs) return 'lost';
    return end.state === 'pending' ? (attempt.outcome === 'held' ? 'held' : 'retry') : end.state;
  });
  const fields = { delivery: delivery.id, channel: channel.name, result, ...(outcome.kind === 'failed' ? { reason: failureText(outcome), excerpt: outcome.excerpt } : {}) };
  if (outcome.kind === 'delivered') log.info(fields, 'message delivered');
  else log.warn(fields, 'message not delivered');
  return result;
}

/** What becomes of the delivery, and how its attempt is recorded. */
function nextOf(courier: Courier, channel: Channel, delivery: ClaimedDelivery, notification: NotificationRow, outcome: Outcome, heldUntilAt: number | null): { end: DeliveryEnd; attempt: Pick<AttemptEnd, 'outcome' | 'reason'> } {
  const { db, clock, timezone, random } = courier;
  const now = clock.now();
  if (outcome.kind === 'delivered') return { end: { state: 'delivered', deliveredAt: now }, attempt: { outcome: 'delivered', reason: null } };
  const reason = failureText(outcome);
  if (outcome.failure === 'refused') {
    const plain = makePlainPayload(notification.message, channel, { timezone, ranks: new Map() });
    if (plain !== null && delivery.payload !== null && !plain.equals(delivery.payload)) return { end: { state: 'pending', nextAttemptAt: now, payload: plain }, attempt: { outcome: 'retry', reason } };
  }
  const decision = decide(outcome, channel, countFailures(db, delivery.id), now, random);
  switch (decision.kind) {
    case 'retry': return { end: { state: 'pending', nextAttemptAt: decision.at }, attempt: { outcome: 'retry', reason } };
    case 'hold': return { end: { state: 'pending', nextAttemptAt: heldUntilAt ?? now }, attempt: { outcome: 'held', reason } };
    case 'dead': return { end: { state: 'dead', reason: decision.reason }, attempt: { outcome: 'rejected', reason } };
  }
}
