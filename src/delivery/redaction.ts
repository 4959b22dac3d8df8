import type { SmtpConfig, WebhookChannel } from '../config/config.ts';
import { makeSecret, redact, type Secret } from '../lib/secret.ts';
import { cleanText, truncate } from '../lib/text.ts';

const EXCERPT_BYTES = 2_000;
/** Shorter parts of a path are words such as `services`; tokens are longer. */
const TOKEN_LENGTH = 8;

/** A text of the other side, fit to be kept: without secrets and control characters, at most 2 KB. */
export function excerptOf(text: string, secrets: readonly Secret[]): string | null {
  // BEFORE the cut: half a secret would not be recognised. And again when invisible characters are gone: they may hide one.
  const clean = redact(cleanText(redact(text, secrets)), secrets);
  let excerpt = truncate(clean, EXCERPT_BYTES);
  while (Buffer.byteLength(excerpt) > EXCERPT_BYTES)
    excerpt = truncate(excerpt, [...excerpt].length - 100);
  return excerpt === '' ? null : excerpt;
}

/** Of a channel's secrets, each in all its forms. They are made for every message. */
const ofChannel = new WeakMap<WebhookChannel, Secret[]>();
const ofSmtp = new WeakMap<SmtpConfig, Secret[]>();

/** All that must not be kept of a webhook: its URL as a whole and in the parts a server may repeat, signing secrets and headers. */
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

/** User and password of the mail server, also as SASL sends them: servers repeat the line they did not like. */
export function smtpSecrets(smtp: SmtpConfig): Secret[] {
  const made = ofSmtp.get(smtp);
  if (made !== undefined) return made;
  const url = new URL(smtp.url.reveal());
  const [user, password] = [decodeURIComponentSafely(url.username), url.password];
  const plain = decodeURIComponentSafely(password);
  const sasl = Buffer.from(`\u0000${user}\u0000${plain}`).toString('base64');
  const passwords = password === '' ? [] : [password, plain, sasl].map(makeSecret);
  const secrets = [smtp.url, ...passwords];
  ofSmtp.set(smtp, secrets);
  return secrets;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: it is what it is.
    return text;
  }
}
