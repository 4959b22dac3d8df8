// Who asks, by the link of a mail, for no more of what it is one of; and who takes it up again.
import { recipientsOf, type Channel } from '../config/channels/kinds.ts';
import type { Instant } from '../lib/clock.ts';
import type { Db } from '../store/file/open.ts';
import {
  deleteUnsubscribed,
  insertUnsubscribed,
  isUnsubscribed,
  type Subscription,
} from '../store/outbox/unsubscribed.ts';
import { commandText } from '../words/shell-text.ts';
import { enqueue } from './enqueue.ts';
import { chooseOther, troubleMessage } from './trouble.ts';

/** `the alerts of the channel "mail"`, `the digest weekly of the channel "mail"` */
export const topicText = ({ topic, channel }: Pick<Subscription, 'topic' | 'channel'>): string =>
  `${topic === 'alerts' ? 'the alerts' : `the ${topic}`} of the channel "${channel}"`;

/**
 * Ends it for one recipient: what waits for them is cancelled when its turn comes. Who runs this is
 * told. False when it had ended before. One transaction.
 */
export function unsubscribe(
  db: Db,
  channels: readonly Channel[],
  subscription: Subscription,
  now: Instant,
): boolean {
  return db.transaction(() => {
    if (!insertUnsubscribed(db, subscription, now)) return false;
    const { channel, recipient } = subscription;
    const undo = commandText(['channels', 'subscribe', channel, recipient]);
    const text = `${recipient} asked for no more of ${topicText(subscription)}, and gets no more of it. To undo it: ${undo}`;
    tell(db, channels, subscription, { state: 'trouble', text }, now);
    return true;
  });
}

/** Takes it up again; false when nothing had ended. One transaction. */
export function subscribe(
  db: Db,
  channels: readonly Channel[],
  subscription: Subscription,
  now: Instant,
): boolean {
  return db.transaction(() => {
    if (!deleteUnsubscribed(db, subscription)) return false;
    const text = `${subscription.recipient} gets ${topicText(subscription)} again.`;
    tell(db, channels, subscription, { state: 'recovered', text }, now);
    return true;
  });
}

/** Tells another channel, or else the other recipients of this one. */
function tell(
  db: Db,
  channels: readonly Channel[],
  { channel: name, recipient, topic }: Subscription,
  { state, text }: { state: 'trouble' | 'recovered'; text: string },
  now: Instant,
): void {
  const own = channels.find((channel) => channel.name === name);
  if (own === undefined) return;
  const through = chooseOther(db, channels, own) ?? own;
  const only =
    through === own
      ? recipientsOf(own).filter(
          (one) =>
            one !== recipient && !isUnsubscribed(db, { channel: name, recipient: one, topic }),
        )
      : recipientsOf(through);
  if (only.length === 0) return;
  enqueue(db, {
    key: `channel.trouble/${name}/${state}/${topic}/${recipient}/${now}`,
    channel: through,
    message: troubleMessage(name, 'recipient_unsubscribed', state, now, text, now),
    now,
    only,
  });
}
