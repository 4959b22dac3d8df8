import type { SmtpConfig } from '../../../config/config.ts';
import { makeSecret, type Secret } from '../../../lib/secret.ts';

/** Each in all its forms. They are made for every message. */
const ofSmtp = new WeakMap<SmtpConfig, Secret[]>();

/**
 * User and password of the mail server, also as SASL sends them: servers repeat the line they did
 * not like.
 */
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
