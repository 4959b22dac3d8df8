// How an attempt ended: what is recorded of it, what becomes of the delivery, and what it says of
// the channel.
import { isDeepStrictEqual } from 'node:util';
import type { Channel } from '../config/channels/kinds.ts';
import type { Instant } from '../lib/clock.ts';
import { getHealth, saveHealth, type Health } from '../store/outbox/channel-health.ts';
import type { ClaimedDelivery } from '../store/outbox/claims.ts';
import {
  endAttempt,
  killWaiting,
  listFailures,
  pullForward,
  release,
  type AttemptEnd,
  type DeliveryEnd,
  type NotificationRow,
  type Payload,
} from '../store/outbox/outbox.ts';
import { afterFailure, afterSuccess, isOpen, troubleToTell } from './circuit.ts';
import type { Courier, Result } from './courier.ts';
import { FAILURES, failureText, type Outcome } from './outcome.ts';
import { messageAsCalled } from './message-as-called.ts';
import { makePlainPayload } from './payload.ts';
import { decide } from './retry.ts';
import { judgeRefusal, noteRecipient } from './suppression.ts';
import { tellRecovery, tellTrouble } from './trouble.ts';

/** A message that was sent, or was to be. */
export type Sent = {
  delivery: ClaimedDelivery;
  payload: Payload;
  notification: NotificationRow;
  attemptId: number;
  /** True when it tries a channel that was held, on behalf of all its messages. */
  isProbe: boolean;
};

type Next = { end: DeliveryEnd; attempt: Pick<AttemptEnd, 'outcome' | 'reason'> };

/**
 * Writes down how an attempt ended, in one transaction, with what follows for its delivery, its
 * channel, and others. Returns what became of the delivery: `lost` when the lease ran out, and
 * another process has it now. The attempt is written down even then, since it was made.
 */
export function settle(courier: Courier, channel: Channel, sent: Sent, ended: Outcome): Result {
  const { db, clock, log, random, channels } = courier;
  const { delivery, notification, attemptId } = sent;
  const now = clock.now();
  let outcome = ended;
  const result = db.transaction((): Result => {
    outcome = judgeRefusal(db, channel, delivery, ended, now);
    const before = getHealth(db, channel.name);
    const after = healthAfter(before, sent, outcome, now, random);
    const { end, attempt } = nextOf(courier, channel, sent, outcome, after.heldUntilAt);
    endAttempt(db, attemptId, {
      ...attempt,
      endedAt: now,
      statusCode: outcome.statusCode,
      excerpt: outcome.excerpt,
    });
    const isOurs = release(db, delivery, end);
    noteRecipient(db, channels, channel, delivery.recipient, outcome, now);
    // When a message about a channel's trouble fails, no message is made of that. Two broken
    // channels would otherwise report each other for ever.
    const mayTell = notification.message.type !== 'channel.trouble';
    if (!isDeepStrictEqual(before, after))
      noteHealth(
        courier,
        channel,
        before,
        after,
        { mayTell, dead: end.state === 'dead' ? 1 : 0 },
        now,
      );
    if (!isOurs) return 'lost';
    if (end.state !== 'pending') return end.state;
    return attempt.outcome === 'held' ? 'held' : 'retry';
  });
  const fields = { delivery: delivery.id, channel: channel.name, result };
  if (outcome.kind === 'delivered') log.info(fields, 'message delivered');
  else
    log.warn(
      { ...fields, reason: failureText(outcome), excerpt: outcome.excerpt },
      'message not delivered',
    );
  return result;
}

function healthAfter(
  before: Health,
  { isProbe }: Sent,
  outcome: Outcome,
  now: Instant,
  random: () => number,
): Health {
  if (outcome.kind === 'delivered') return afterSuccess(before);
  const after = afterFailure(before, outcome, now, random);
  // The failure was of this message, so nothing is known of the channel yet. The next message may
  // try it at once.
  return isProbe && after === before ? { ...before, heldUntilAt: now } : after;
}

function nextOf(
  { db, clock, timezone, locale, called, random }: Courier,
  channel: Channel,
  { delivery, payload, notification, isProbe }: Sent,
  outcome: Outcome,
  heldUntilAt: Instant | null,
): Next {
  const now = clock.now();
  if (outcome.kind === 'delivered')
    return {
      end: { state: 'delivered', deliveredAt: now },
      attempt: { outcome: 'delivered', reason: null },
    };
  const reason = failureText(outcome);
  if (outcome.failure === 'refused') {
    const plain = makePlainPayload(messageAsCalled(called, notification.message), channel, {
      timezone,
      locale,
      called,
      ranks: new Map(),
    });
    // Try the short form next, unless that is what was just refused.
    if (plain !== null && !plain.equals(payload.bytes))
      return {
        end: { state: 'pending', nextAttemptAt: now, payload: plain },
        attempt: { outcome: 'retry', reason },
      };
  }
  const decision = decide(outcome, channel, listFailures(db, delivery.id), now, random);
  // An attempt before its time was made to try the channel. It does not count as one of the
  // message's own, and its next attempt stays when it was.
  const isEarly = isProbe && delivery.nextAttemptAt > now;
  if (isEarly && decision.kind === 'retry' && FAILURES[outcome.failure].blames === 'channel')
    return {
      end: { state: 'pending', nextAttemptAt: delivery.nextAttemptAt },
      attempt: { outcome: 'held', reason },
    };
  switch (decision.kind) {
    case 'retry':
      return {
        end: { state: 'pending', nextAttemptAt: decision.at },
        attempt: { outcome: 'retry', reason },
      };
    case 'hold':
      return {
        end: { state: 'pending', nextAttemptAt: heldUntilAt ?? now },
        attempt: { outcome: 'held', reason },
      };
    case 'dead':
      return {
        end: { state: 'dead', reason: decision.reason },
        attempt: { outcome: 'rejected', reason },
      };
  }
}

/**
 * Records the channel's new health, with what follows from it for its other messages and for other
 * channels.
 */
function noteHealth(
  { db, channels }: Courier,
  channel: Channel,
  before: Health,
  after: Health,
  { mayTell, dead }: { mayTell: boolean; dead: number },
  now: Instant,
): void {
  if (after.failures === 0) {
    if (isOpen(before) || before.heldUntilAt !== null) pullForward(db, channel.name, now);
    tellRecovery(db, channels, before, now);
  }
  const trouble = troubleToTell(before, after, now);
  const killed =
    trouble === 'disabled'
      ? killWaiting(db, channel.name, now, `channel_disabled: ${after.reason ?? ''}`)
      : 0;
  const told =
    trouble !== null && mayTell
      ? tellTrouble(db, channels, channel, after, { kind: trouble, deadCount: killed + dead }, now)
      : after;
  saveHealth(db, told);
}
