// A test message by way of the outbox, for whoever asks from a page: the daemon sends it.
import { randomUUID } from 'node:crypto';
import { recipientsOf, type Channel } from '../config/channels/kinds.ts';
import type { Instant } from '../lib/clock.ts';
import { getHealth, saveHealth } from '../store/outbox/channel-health.ts';
import type { Db } from '../store/file/open.ts';
import { enqueue } from './enqueue.ts';
import { listSuppressed } from './suppressed.ts';
import { testMessage } from './test-message.ts';

/**
 * Why a test by way of the outbox would reach nobody; null when it is worth a try. Only
 * `tidemark channels test` tries a channel that is disabled, or a recipient to whom mail rests.
 */
export function whyNoTest(db: Db, channel: Channel, now: Instant): string | null {
  const { name } = channel;
  const byCommand = `tidemark channels test ${name} tries it all the same`;
  if (getHealth(db, name).disabledAt !== null)
    return `the channel ${name} is disabled; ${byCommand}`;
  const suppressed = listSuppressed(db, channel, now);
  return recipientsOf(channel).every((one) => suppressed.has(one))
    ? `mail to every recipient of ${name} rests, as it was refused; ${byCommand}`
    : null;
}

/** The notification that waits in the outbox, or why there is none. */
export type TestByOutbox = { id: number; refused: null } | { id: null; refused: string };

/** Puts a test message into the outbox, due now. */
export function testByOutbox(db: Db, channel: Channel, now: Instant): TestByOutbox {
  return db.transaction(() => {
    const refused = whyNoTest(db, channel, now);
    if (refused !== null) return { id: null, refused };
    const id = enqueue(db, {
      key: `channel.test/${randomUUID()}`,
      channel,
      message: testMessage(channel.name, now),
      now,
    });
    if (id === null) throw new Error('a random key is known already');
    // Who tests wants to know now, and not when the circuit closes.
    const health = getHealth(db, channel.name);
    if (health.heldUntilAt !== null) saveHealth(db, { ...health, heldUntilAt: null });
    return { id, refused: null };
  });
}
