import { randomUUID } from 'node:crypto';
import { recipientsOf, type Channel } from '../config/channels/kinds.ts';
import { SECOND_MS } from '../lib/clock.ts';
import { getHealth, saveHealth } from '../store/outbox/channel-health.ts';
import { pullForward } from '../store/outbox/outbox.ts';
import { afterSuccess } from './circuit.ts';
import type { DeliveryDeps } from './dispatch.ts';
import type { Outcome } from './outcome.ts';
import { makePayload } from './payload.ts';
import { closeSenders, openSenders, send } from './senders.ts';
import { noteRecipient } from './suppression.ts';
import { testMessage } from './test-message.ts';
import { tellRecovery } from './trouble.ts';

const TIMEOUT_MS = 30 * SECOND_MS;

export type TestResult = { recipient: string; outcome: Outcome };

/**
 * Sends a test message to every recipient of a channel, through the renderer and transport of real
 * messages, once and without a row in the outbox. A channel that gets through is enabled again, and
 * what waited for it is due; a recipient whom it reaches gets mail again.
 */
export async function testChannel(deps: DeliveryDeps, channel: Channel): Promise<TestResult[]> {
  const { db, channels, smtp, timezone, locale, called, clock, timeoutMs = TIMEOUT_MS } = deps;
  const createdAt = clock.now();
  const message = testMessage(channel.name, createdAt);
  const senders = openSenders();
  const results: TestResult[] = [];
  try {
    for (const recipient of recipientsOf(channel)) {
      const messageId = `msg_${randomUUID().replaceAll('-', '')}`;
      const payload = await makePayload({
        message,
        channel,
        recipient,
        messageId,
        createdAt,
        smtp,
        context: { timezone, locale, called, ranks: new Map() },
      });
      const outcome = await send(
        { channel, recipient, messageId, payload },
        { senders, smtp, clock, timeoutMs, signal: new AbortController().signal },
      );
      results.push({ recipient, outcome });
    }
  } finally {
    await closeSenders(senders);
  }
  const delivered = results.filter(({ outcome }) => outcome.kind === 'delivered');
  if (delivered.length > 0) {
    db.transaction(() => {
      const now = clock.now();
      for (const { recipient, outcome } of delivered)
        noteRecipient(db, channels, channel, recipient, outcome, now);
      const before = getHealth(db, channel.name);
      if (before.failures === 0 && before.disabledAt === null) return;
      saveHealth(db, afterSuccess(before));
      pullForward(db, channel.name, now);
      tellRecovery(db, channels, before, now);
    });
  }
  return results;
}
