// Texts that must have a certain form. Each check returns what is wrong, in words that do not
// repeat the text, or null.
import { DAY_MS, MINUTE_MS } from '../lib/clock.ts';
import { formatDuration, parseDuration } from '../lib/duration.ts';
import { parseListenAddress } from '../lib/listen-address.ts';
import { parseS3Url } from '../lib/s3-url.ts';
import { readWebhookSecret } from '../lib/webhook-secret.ts';

export type Check = (text: string) => string | null;

/** Ten years: far below the numbers that lose precision, far above any sensible setting. */
const LONGEST_MS = 3_650 * DAY_MS;

/** A length of time such as `36h`, at most `longestMs` milliseconds. */
export const durationProblem =
  (longestMs = LONGEST_MS): Check =>
  (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return 'must be a duration such as 45s, 36h or 7d';
    if (ms <= 0) return 'must be longer than nothing';
    return ms > longestMs
      ? `must be at most ${longestMs === LONGEST_MS ? '3650d' : `${longestMs / MINUTE_MS}m`}`
      : null;
  };

/** As long as the bytes that were sent are kept. */
export const messagesProblem: Check = (text) =>
  durationProblem()(text) ??
  ((parseDuration(text) ?? 0) < 30 * DAY_MS
    ? 'must be at least 30d, as long as the bytes that were sent are kept'
    : null);

/** The requests of a whole UTC day must be kept, since `daily_credits` counts them. */
export const ledgerProblem: Check = (text) =>
  durationProblem()(text) ??
  ((parseDuration(text) ?? 0) < 2 * DAY_MS
    ? 'must be at least 2d: daily_credits counts the requests of the day'
    : null);

/** `previous`, or a whole number of hours or days. */
export const COMPARE_PATTERN = /^(previous|[1-9]\d{0,4}[hd])$/;
/** What COMPARE_PATTERN lets through, within the bounds of a duration. */
export const compareProblem: Check = (text) => {
  if (!COMPARE_PATTERN.test(text))
    return 'must be previous, or a whole number of hours or days such as 36h or 7d';
  return text === 'previous' ? null : durationProblem()(text);
};

/**
 * Zones that are known to exist. Asking costs 0.2 ms, the first time 10, and a file may name one
 * zone many times.
 */
const knownZones = new Set(['UTC']);

/** A zone of the IANA database, by its name. */
export const timezoneProblem: Check = (text) => {
  if (knownZones.has(text)) return null;
  try {
    // Node also takes offsets such as +05:00, which know nothing of clock changes.
    if (/^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text })) {
      knownZones.add(text);
      return null;
    }
  } catch {
    // Not handled here: an unknown zone is a RangeError.
  }
  return 'must be a time zone of the IANA database, such as Europe/Berlin or UTC';
};

/** A language tag that this Node knows how to write numbers and dates in. */
export const localeProblem: Check = (text) => {
  try {
    if (Intl.NumberFormat.supportedLocalesOf(text).length > 0) return null;
  } catch {
    // Not handled here: a text that is no language tag at all is a RangeError.
  }
  return 'must be a language tag (BCP 47), such as en, en-GB or de';
};

/**
 * Names become file names, header values and arguments: lower-case letters, digits, - and _, up to
 * 64, a letter or digit first.
 */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** See NAME_PATTERN. */
export const nameProblem: Check = (text) =>
  NAME_PATTERN.test(text)
    ? null
    : 'must be a name of lower-case letters, digits, - and _, at most 64, with a letter or digit first';

/** Where a server listens. */
export const listenProblem: Check = (text) =>
  parseListenAddress(text) === undefined
    ? 'must be an address and a port such as 127.0.0.1:9464 or [::1]:9464, or a port alone'
    : null;

/** A folder, or a bucket of an S3-compatible store with a prefix. */
export const backupTargetProblem: Check = (text) => {
  if (!/^[a-z0-9+.-]+:\/\//i.test(text)) return filledProblem(text);
  return parseS3Url(text) === undefined
    ? 'must be a folder, or s3://bucket or s3://bucket/prefix'
    : null;
};

/** A length of time of at least `leastMs`. */
export const everyProblem =
  (leastMs: number): Check =>
  (text) =>
    durationProblem()(text) ??
    ((parseDuration(text) ?? 0) < leastMs ? `must be at least ${formatDuration(leastMs)}` : null);

/** Visible ASCII: what may stand in an Authorization header. */
export const tokenProblem: Check = (text) => {
  if (text === '') return 'must not be empty';
  return /^[\x21-\x7e]+$/.test(text) ? null : 'must be one word of visible ASCII characters';
};

/** An absolute HTTP(S) URL without user name, password and fragment. */
export const httpUrlProblem: Check = (text) => {
  if (text === '') return 'must not be empty';
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return 'must be an http:// or https:// URL';
  if (url.username !== '' || url.password !== '')
    return 'must not hold a user name or password; send them as a header instead';
  // A fragment is never sent, so it was meant as something else.
  return text.includes('#')
    ? 'must not hold a #: write it as %23 where it belongs to the URL'
    : null;
};

/** The source's address: paths are added to it. */
export const baseUrlProblem: Check = (text) => {
  const problem = httpUrlProblem(text.replace(/#.*/, ''));
  if (problem !== null)
    return problem.replace('send them as a header instead', 'the token belongs into token');
  return /[?#]/.test(text) ? 'must end before any ? or #' : null;
};

/**
 * What else a mail URL may set, as nodemailer reads it; also `tls.NAME`, for options of the TLS
 * connection.
 */
const SMTP_OPTIONS = new Set([
  'authMethod',
  'connectionTimeout',
  'dnsTimeout',
  'greetingTimeout',
  'ignoreTLS',
  'localAddress',
  'maxConnections',
  'maxMessages',
  'name',
  'opportunisticTLS',
  'pool',
  'proxy',
  'rateDelta',
  'rateLimit',
  'requireTLS',
  'secure',
  'service',
  'socketTimeout',
]);

/**
 * A special character in a password ends the part that it stands in, and the rest becomes a host, a
 * path or a fragment: `smtp://me:p@ss#w@mail.example.com` is a valid URL of the host `ss`. So the
 * URL must have nothing in those other parts.
 */
export const smtpUrlProblem: Check = (text) => {
  if (text === '') return 'must not be empty';
  const url = /^smtps?:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '')
    return 'must be smtp://user:password@host:port or smtps://…; write special characters of the password as %40, or use password';
  if (url.password !== '' && url.username === '') return 'has a password but no user name';
  const hint =
    'write special characters of the user name and password as %23 and the like, or use password_file';
  if (text.includes('#')) return `holds a #, and what follows it would be lost; ${hint}`;
  if (!['', '/'].includes(url.pathname))
    return `goes on after the host, and what follows would be lost; ${hint}`;
  const unknown = [...url.searchParams.keys()].filter(
    (key) => !SMTP_OPTIONS.has(key) && !key.startsWith('tls.'),
  );
  return unknown.length > 0 || (text.includes('?') && url.search === '')
    ? `has something after its ? that is no option of the mail server; ${hint}`
    : null;
};

/** `whsec_` and the base64 of 24 to 64 bytes. */
export const webhookSecretProblem: Check = (text) => {
  if (text === '') return 'must not be empty';
  if (!text.startsWith('whsec_') && !text.startsWith('v1,')) return 'must start with whsec_';
  const read = readWebhookSecret(text);
  return 'problem' in read ? read.problem : null;
};

/** Header values: visible ASCII, and blanks inside. */
export const headerValueProblem: Check = (text) =>
  /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)
    ? null
    : 'must be visible ASCII characters on one line';

/** Headers that decide how the message is read, or that Tidemark sets itself. */
const OWN_HEADERS = [
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
];

/** A header name that a request may carry beside those that Tidemark sets. */
export const headerNameProblem: Check = (text) => {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)) return 'must be the name of an HTTP header';
  return OWN_HEADERS.includes(text.toLowerCase()) ? 'is a header that Tidemark sets itself' : null;
};

/** Any text that is not blank. */
export const filledProblem: Check = (text) => (text.trim() === '' ? 'must not be empty' : null);
