import type { Channel, SmtpConfig } from '../config/config.ts';
import { makeSecret, redact, type Secret } from '../lib/secret.ts';
import { cleanText, truncate } from '../lib/text.ts';

const EXCERPT_BYTES = 2_000;
/** Shorter parts of a path are words such as `services`; tokens are longer. */
const TOKEN_LENGTH = 8;

/** A text of the other side, fit to be kept: without secrets and control characters, at most 2 KB. */
export function excerptOf(text: string, secrets: readonly Secret[]): string | null {
  // BEFORE the cut: half a secret would not be recognised.
  let excerpt = truncate(cleanText(redact(text, secrets)), EXCERPT_BYTES);
  while (Buffer.byteLength(excerpt) > EXCERPT_BYTES)
    excerpt = truncate(excerpt, [...excerpt].length - 100);
  return excerpt === '' ? null : excerpt;
}

/** All that must not be kept of a webhook: its URL as a whole and in the parts a server may repeat, signing secrets and headers. */
export function webhookSecrets(channel: Extract<Channel, { kind: 'webhook' }>): Secret[] {
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
  const headers = Object.values(channel.headers).flatMap((value) => [
    value.reveal(),
    value.reveal().replace(/^\S+ /, ''),
  ]);
  return longestFirst([
    ...parts,
    decodeURIComponentSafely(url.pathname),
    ...channel.secrets.map((secret) => secret.reveal()),
    ...headers,
  ]);
}

/** User and password of the mail server, also as SASL sends them: servers repeat the line they did not like. */
export function smtpSecrets(smtp: SmtpConfig): Secret[] {
  const url = new URL(smtp.url.reveal());
  const [user, password] = [
    decodeURIComponentSafely(url.username),
    decodeURIComponentSafely(url.password),
  ];
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const passwords =
    password === ''
      ? []
      : [password, url.password, base64(password), base64(`\u0000${user}\u0000${password}`)];
  return longestFirst([smtp.url.reveal(), ...passwords]);
}

/** So that a part is not replaced inside a longer secret, whose rest would stay. */
const longestFirst = (values: readonly string[]): Secret[] =>
  [...new Set(values)]
    .filter((value) => value.length > 1)
    .sort((a, b) => b.length - a.length)
    .map(makeSecret);

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: it is what it is.
    return text;
  }
}
