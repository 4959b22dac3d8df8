// Recipients whom the mail server refuses. One of several who is refused again and again gets no
// mail for a week, and that is told. When all are refused, their addresses are not what is
// wrong.
import { hasAddresses, recipientsOf, type Channel } from '../config/channels/kinds.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { listHearers } from '../store/alerts/troubles.ts';
import { getHealth } from '../store/outbox/channel-health.ts';
import type { Db } from '../store/file/open.ts';
import {
  deleteRefusal,
  findRefusal,
  isSuppressed,
  listLastReasons,
  listRefusals,
  reviveRefused,
  saveRefusal,
  SUPPRESSED_MS,
  type Refusal,
} from '../store/outbox/recipient-refusals.ts';
import { enqueue } from './enqueue.ts';
import { failureText, type Outcome } from './outcome.ts';
import { listSuppressed } from './suppressed.ts';
import { chooseOther, troubleMessage } from './trouble.ts';

/** Refusals in a row. */
const SUPPRESSED_AFTER = 2;

const REFUSED = /^(recipient_refused|recipient_policy|all_refused)\b/;

/**
 * The outcome of an attempt. If every recipient of the channel was refused, the failure becomes the
 * channel's, and counts against no recipient; so does the refusal of the only one. Runs in the
 * transaction that records the attempt, BEFORE it is recorded.
 */
export function judgeRefusal(
  db: Db,
  channel: Channel,
  { notificationId, recipient }: { notificationId: number; recipient: string },
  outcome: Outcome,
  now: Instant,
): Outcome {
  if (!hasAddresses(channel) || outcome.kind === 'delivered' || !REFUSED.test(outcome.failure))
    return outcome;
  const last = new Map(
    listLastReasons(db, notificationId).map((one) => [one.recipient, one.reason]),
  );
  const suppressed = listSuppressed(db, channel, now);
  const others = recipientsOf(channel).filter((one) => one !== recipient && !suppressed.has(one));
  if (!others.every((one) => REFUSED.test(last.get(one) ?? ''))) return outcome;
  reviveRefused(db, notificationId, now);
  for (const { recipient: one, suppressedAt } of listRefusals(db, channel.name))
    if (suppressedAt === null) deleteRefusal(db, channel.name, one);
  return { ...outcome, failure: 'all_refused' };
}

/**
 * Counts what an attempt says of its recipient, and tells when mail to it stops, or goes on. Runs
 * in the caller's transaction.
 */
export function noteRecipient(
  db: Db,
  channels: readonly Channel[],
  channel: Channel,
  recipient: string,
  outcome: Outcome,
  now: Instant,
): void {
  if (!hasAddresses(channel)) return;
  const before = findRefusal(db, channel.name, recipient);
  if (outcome.kind === 'delivered') {
    if (before === undefined) return;
    deleteRefusal(db, channel.name, recipient);
    tellAgain(db, channels, before, now);
    return;
  }
  if (outcome.failure !== 'recipient_refused') return;
  const isOver = before !== undefined && before.suppressedAt !== null && !isSuppressed(before, now);
  const counted = before === undefined || isOver ? 0 : before.refusals;
  const after: Refusal = {
    channel: channel.name,
    recipient,
    refusals: counted + 1,
    reason: failureText(outcome),
    suppressedAt: isOver ? null : (before?.suppressedAt ?? null),
    toldThrough: before?.toldThrough ?? null,
  };
  if (after.refusals < SUPPRESSED_AFTER || after.suppressedAt !== null) {
    saveRefusal(db, after);
    return;
  }
  saveRefusal(db, { ...after, suppressedAt: now });
  const through = tellSuppressed(db, channels, channel, after, now);
  saveRefusal(db, { ...after, suppressedAt: now, toldThrough: through });
}

const suppressedKey = (channel: string, recipient: string, at: Instant): string =>
  `channel.trouble/${channel}/suppressed/${recipient}/${at}`;

/**
 * Tells another channel, or else the other recipients of this one. Returns the channel that was
 * told.
 */
function tellSuppressed(
  db: Db,
  channels: readonly Channel[],
  channel: Channel,
  { recipient, refusals, reason }: Refusal,
  now: Instant,
): string {
  const through = chooseOther(db, channels, channel) ?? channel;
  const text =
    `The mail server refused ${recipient}, a recipient of the channel "${channel.name}", ${refusals} times in a row: ` +
    `${reason}. No more mail goes there until ${isoTime(now + SUPPRESSED_MS)}. When you have mended it, or taken the ` +
    `address out of the config, run: tidemark channels test ${channel.name}`;
  enqueue(db, {
    key: suppressedKey(channel.name, recipient, now),
    channel: through,
    message: troubleMessage(channel.name, 'recipient_suppressed', 'trouble', now, text, now),
    now,
  });
  return through.name;
}

/** Tells those who heard that its mail had stopped. */
function tellAgain(
  db: Db,
  channels: readonly Channel[],
  { channel, recipient, suppressedAt, toldThrough }: Refusal,
  now: Instant,
): void {
  const through = channels.find(({ name }) => name === toldThrough);
  if (through === undefined || suppressedAt === null) return;
  if (getHealth(db, through.name).disabledAt !== null) return;
  const only = listHearers(db, through.name, suppressedKey(channel, recipient, suppressedAt));
  if (only.length === 0) return;
  const text = `Mail of the channel "${channel}" gets through to ${recipient} again.`;
  enqueue(db, {
    key: `channel.trouble/${channel}/recipient/${recipient}/${suppressedAt}`,
    channel: through,
    message: troubleMessage(channel, 'recipient_suppressed', 'recovered', suppressedAt, text, now),
    now,
    only,
  });
}
