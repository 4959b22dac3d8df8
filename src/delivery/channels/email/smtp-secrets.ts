import type { SmtpConfig } from '../../../config/config.ts';
import { makeSecret, type Secret } from '../../../lib/secret.ts';

/** The secrets in all their forms, kept because every message asks for them. */
const ofSmtp = new WeakMap<SmtpConfig, Secret[]>();

/**
 * User and password of the mail server, also in the form in which SASL sends them: servers repeat
 * the line they did not accept.
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
    // A stray percent sign: the text is taken as it is.
    return text;
  }
}
