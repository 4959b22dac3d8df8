import type { WebhookChannel } from '../../../config/channels/webhook.ts';
import { makeSecret, type Secret } from '../../../lib/secret.ts';
import type { Outcome } from '../../outcome.ts';
import { post, type HttpLimits } from '../http/post.ts';
import { signatureHeaders } from './sign.ts';

/** Shorter parts of a path are words such as `services`. Tokens are longer. */
const TOKEN_LENGTH = 8;

export type WebhookPost = { channel: WebhookChannel; id: string; body: Buffer };

/**
 * Posts one message. The signature is made for this attempt, over the frozen body. Never rejects.
 */
export const postWebhook = (
  { channel, id, body }: WebhookPost,
  limits: HttpLimits,
): Promise<Outcome> =>
  post(
    {
      url: new URL(channel.url.reveal()),
      allowPrivate: channel.allowPrivate,
      // Our own headers come last, so that a configured one cannot forge a signature.
      headers: (at) => ({
        ...Object.fromEntries(
          Object.entries(channel.headers).map(([name, value]) => [name, value.reveal()]),
        ),
        ...signatureHeaders({ id, at, body: body.toString() }, channel.secrets),
      }),
      body,
      secrets: webhookSecrets(channel),
    },
    limits,
  );

/** The secrets of a channel in all their forms, kept because every message asks for them. */
const ofChannel = new WeakMap<WebhookChannel, Secret[]>();

/**
 * All that must not be kept of a webhook: its URL as a whole and in the parts a server may repeat,
 * signing secrets and headers.
 */
export function webhookSecrets(channel: WebhookChannel): Secret[] {
  const made = ofChannel.get(channel);
  if (made !== undefined) return made;
  const text = channel.url.reveal();
  const url = new URL(text);
  const parts = [
    text,
    url.href,
    `${url.pathname}${url.search}`,
    url.search.slice(1),
    url.username,
    url.password,
    ...url.searchParams.values(),
    ...url.pathname.split('/').filter((part) => part.length >= TOKEN_LENGTH),
  ];
  const secrets = [
    ...channel.secrets,
    ...Object.values(channel.headers),
    ...[...new Set(parts)].filter((part) => part.length > 1).map(makeSecret),
  ];
  ofChannel.set(channel, secrets);
  return secrets;
}
