import { randomBytes } from 'node:crypto';
import { hasAddresses, recipientsOf, type Channel } from '../config/channels/kinds.ts';
import { MINUTE_MS, type Instant } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { getHealth, saveHealth } from '../store/outbox/channel-health.ts';
import { claimNext, type ClaimedDelivery } from '../store/outbox/claims.ts';
import { listLeftOut } from '../store/outbox/left-out.ts';
import type { Db } from '../store/file/open.ts';
import {
  beginAttempt,
  getNotification,
  release,
  type DeliveryEnd,
  type NotificationRow,
  type Payload,
} from '../store/outbox/outbox.ts';
import { listRankHistory } from '../store/reading/rank-history.ts';
import { READDRESSED, readdress } from '../store/outbox/readdress.ts';
import { isUnsubscribed } from '../store/outbox/unsubscribed.ts';
import { findKey, keyFor, type KeyPurpose } from '../store/web/keys.ts';
import { kindOf } from './channels/kinds.ts';
import { turnOf } from './circuit.ts';
import type { Courier, Result } from './courier.ts';
import { messageAsCalled } from './message-as-called.ts';
import { messageId } from './message-id.ts';
import { topicOf, type PageAccess } from './page-links.ts';
import { withoutOrphans } from './orphans.ts';
import { makePayload, payloadKind } from './payload.ts';
import type { LetterContext } from './render/letter.ts';
import type { PayloadRequest } from './channels/channel-kind.ts';
import { asKept, fromKept, sealedKind } from './sealed.ts';
import { send } from './senders.ts';
import { settle, type Sent } from './settle.ts';

/**
 * How long a claim holds: the time of one attempt and a margin. After that any worker may take the
 * delivery.
 */
const LEASE_MS = MINUTE_MS;
const KEY_BYTES = 32;
/** Snapshots shown in a sparkline. */
const RANKS_SHOWN = 30;

const UNSUBSCRIBED = 'the recipient has unsubscribed: tidemark channels subscribe undoes it';

/** A delivery that we have claimed, and what it tells its recipient. */
type Taken = Omit<Sent, 'payload' | 'attemptId'>;
/** What came of claiming one. */
type Start =
  | { kind: 'begun'; sent: Sent }
  /** Its bytes are not made yet, and that takes longer than a transaction may. */
  | { kind: 'unwritten'; taken: Taken }
  | { kind: 'ended'; result: Result };

/**
 * Sends the next due message of a channel, if there is one:
 *
 * 1. In one transaction: ask whether the channel may send, and claim the delivery with a lease; set it aside when there is
 *    nobody to tell any more; leave out what would be an end without a beginning; write the bytes, once and for all; record
 *    that an attempt starts. Only a mail is written outside, and its attempt begins in a second transaction.
 * 2. Send, outside any transaction.
 * 3. In one transaction: record how it ended, what comes next, and what it says of the channel.
 *
 * A process that dies after 2 leaves the lease to run out; the same bytes then go out again under
 * the same id. Returns null when nothing is due, or the channel may send nothing now.
 */
export async function deliverNext(courier: Courier, channel: Channel): Promise<Result | null> {
  const start = courier.db.transaction(() => take(courier, channel));
  if (start === null) return null;
  if (start.kind === 'ended') return start.result;
  const sent =
    start.kind === 'begun' ? start.sent : await writeSlowly(courier, channel, start.taken);
  if (typeof sent === 'string') return sent;
  const { delivery, payload } = sent;
  const outcome = await send(
    {
      channel,
      recipient: delivery.recipient,
      messageId: delivery.messageId,
      payload: payload.bytes,
    },
    {
      senders: courier.senders,
      smtp: courier.smtp,
      clock: courier.clock,
      timeoutMs: courier.timeoutMs,
      signal: courier.abort,
    },
  );
  return settle(courier, channel, sent, outcome);
}

/** Step 1. */
function take(courier: Courier, channel: Channel): Start | null {
  const { db, clock, owner, endsAbsent } = courier;
  const now = clock.now();
  const health = getHealth(db, channel.name);
  const turn = turnOf(health, now);
  if (turn === 'nothing') return null;

  const delivery = claimNext(db, channel.name, {
    owner,
    now,
    untilAt: now + LEASE_MS,
    early: turn === 'probe',
    recipients: endsAbsent || !hasAddresses(channel) ? null : ['', ...recipientsOf(channel)],
  });
  if (delivery === null) return null;

  const ended = (end: Extract<DeliveryEnd, { reason: string }>): Start => ({
    kind: 'ended',
    result: endEarly(courier, channel, delivery, end),
  });
  if ((delivery.recipient !== '') !== hasAddresses(channel)) {
    readdress(db, addresseesOf(channel), delivery.id, now);
    sayEnd(courier, channel, delivery, { state: 'cancelled', reason: READDRESSED });
    return { kind: 'ended', result: 'cancelled' };
  }
  if (!recipientsOf(channel).includes(delivery.recipient))
    return ended({ state: 'cancelled', reason: 'the recipient is no longer in the config' });
  const stored = getNotification(db, delivery.notificationId);
  const leftOut = listLeftOut(db, delivery.id);
  const message = withoutOrphans(stored.message, leftOut);
  if (message === null) {
    const reason = leftOut.some(({ event }) => event === 'resolved')
      ? 'nobody was told that it fired'
      : 'that it is over was told already';
    return ended({ state: 'cancelled', reason });
  }
  const topic = topicOf(stored.message);
  const { recipient } = delivery;
  if (topic !== null && isUnsubscribed(db, { channel: channel.name, recipient, topic }))
    return ended({ state: 'cancelled', reason: UNSUBSCRIBED });
  const taken: Taken = {
    delivery,
    notification: { ...stored, message },
    isProbe: turn === 'probe',
  };
  // One message tries the channel, and no other process sends through it until that attempt has
  // ended or its process died.
  if (taken.isProbe) saveHealth(db, { ...health, heldUntilAt: now + LEASE_MS });

  let payload = fromKept(delivery, payloadKind(channel), () => findKey(db, 'payloads'));
  const kind = kindOf(channel);
  try {
    if (payload === null) {
      if (kind.isSlow) return { kind: 'unwritten', taken };
      payload = {
        bytes: kind.write(requestOf(courier, channel, taken)),
        kind: payloadKind(channel),
      };
    }
  } catch (thrown) {
    return { kind: 'ended', result: notRendered(courier, channel, taken, thrown) };
  }
  const sent = begin(courier, taken, payload);
  return sent === null ? { kind: 'ended', result: 'lost' } : { kind: 'begun', sent };
}

const addresseesOf = (channel: Channel) => ({
  channel: channel.name,
  words: kindOf(channel).words,
  hasAddresses: hasAddresses(channel),
  recipients: recipientsOf(channel),
  messageId,
});

const requestOf = (
  courier: Courier,
  channel: Channel,
  { delivery, notification }: Taken,
): PayloadRequest => ({
  ...notification,
  message: messageAsCalled(courier.called, notification.message),
  channel,
  page: hasAddresses(channel) ? pageOf(courier) : undefined,
  recipient: delivery.recipient,
  messageId: delivery.messageId,
  smtp: courier.smtp,
  context: {
    timezone: courier.timezone,
    locale: courier.locale,
    called: courier.called,
    ranks: ranksFor(courier.db, notification),
  },
});

/** Runs outside a transaction as well. */
const pageOf = (courier: Courier): PageAccess | undefined => {
  const { publicUrl = null } = courier;
  return publicUrl === null ? undefined : { url: publicUrl, key: ownKey(courier, 'links') };
};

const ownKey = ({ db, clock }: Courier, purpose: KeyPurpose): Buffer =>
  keyFor(db, purpose, () => randomBytes(KEY_BYTES), clock.now());

/** Makes bytes that take their time, and then begins the attempt. */
async function writeSlowly(
  courier: Courier,
  channel: Channel,
  taken: Taken,
): Promise<Sent | Result> {
  const { db } = courier;
  try {
    const request = requestOf(courier, channel, taken);
    const bytes = await makePayload(request);
    const plain = payloadKind(channel);
    const payload = { bytes, kind: request.page === undefined ? plain : sealedKind(plain) };
    return db.transaction(() => begin(courier, taken, payload)) ?? 'lost';
  } catch (thrown) {
    return db.transaction(() => notRendered(courier, channel, taken, thrown));
  }
}

function begin(courier: Courier, taken: Taken, payload: Payload): Sent | null {
  const { db, clock } = courier;
  const startedAt = clock.now();
  const kept = asKept(payload, () => ownKey(courier, 'payloads'));
  const attemptId = beginAttempt(db, taken.delivery, kept, startedAt, startedAt + LEASE_MS);
  return attemptId === null ? null : { ...taken, payload, attemptId };
}

/**
 * A message that cannot be put into bytes now cannot be later: it is dead, so that the worker does
 * not try for ever.
 */
function notRendered(courier: Courier, channel: Channel, taken: Taken, thrown: unknown): Result {
  const { db, clock, log } = courier;
  const { delivery } = taken;
  log.error(
    { err: thrown, delivery: delivery.id, channel: channel.name },
    'a message could not be rendered',
  );
  // Nothing was learned about the channel, so the next message may try it.
  if (taken.isProbe) liftHold(db, channel, clock.now());
  const reason = `not rendered: ${messageOf(thrown)}`;
  return endEarly(courier, channel, delivery, { state: 'dead', reason });
}

const liftHold = (db: Db, channel: Channel, now: Instant): void =>
  saveHealth(db, { ...getHealth(db, channel.name), heldUntilAt: now });

function endEarly(
  courier: Courier,
  channel: Channel,
  delivery: ClaimedDelivery,
  end: Extract<DeliveryEnd, { reason: string }>,
): Result {
  if (!release(courier.db, delivery, end)) return 'lost';
  sayEnd(courier, channel, delivery, end);
  return end.state;
}

const sayEnd = (
  { log }: Courier,
  channel: Channel,
  delivery: ClaimedDelivery,
  { state, reason }: Extract<DeliveryEnd, { reason: string }>,
): void => log.info({ delivery: delivery.id, channel: channel.name, reason }, `delivery ${state}`);

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
