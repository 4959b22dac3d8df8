import { Webhook } from 'standardwebhooks';
import type { Instant } from '../../../lib/clock.ts';
import type { Secret } from '../../../lib/secret.ts';
import { readWebhookSecret } from '../../../lib/webhook-secret.ts';

export type SignedMessage = {
  /** The same on every attempt. */
  id: string;
  /** Of the attempt, not of the event: receivers refuse old timestamps. */
  at: Instant;
  /** The exact text that is sent. */
  body: string;
};

/**
 * The headers of Standard Webhooks: one signature per secret, the first secret first, so that a
 * receiver that knows any of them accepts the message. Without secrets the message is unsigned, and
 * has only id and timestamp.
 */
export function signatureHeaders(
  message: SignedMessage,
  secrets: readonly Secret[],
): Record<string, string> {
  const headers: Record<string, string> = {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(message.at / 1000)),
  };
  if (secrets.length > 0)
    headers['webhook-signature'] = secrets.map((secret) => sign(message, secret)).join(' ');
  return headers;
}

function sign(message: SignedMessage, secret: Secret): string {
  const read = readWebhookSecret(secret.reveal());
  if ('problem' in read) throw new Error(`a webhook secret ${read.problem}`);
  return new Webhook(read.key, { format: 'raw' }).sign(
    message.id,
    new Date(message.at),
    message.body,
  );
}
