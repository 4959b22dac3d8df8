// Links of mails that do something for whoever holds them: what they are for stands in them, signed
// with a key of the database. They work without a session, for one thing, and for a time.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DAY_MS, HOUR_MS, SECOND_MS, type Instant } from '../lib/clock.ts';
import type { Topic } from '../store/outbox/unsubscribed.ts';

/** To mute what a mail tells of; what is null matches everything. */
export type MuteLink = {
  kind: 'mute';
  rule: string | null;
  watch: string | null;
  /** Upstream id. */
  product: string | null;
  /** Whose mail it stood in. */
  recipient: string;
};
/** To get no more of what a mail is. */
export type UnsubscribeLink = {
  kind: 'unsubscribe';
  channel: string;
  recipient: string;
  topic: Topic;
};
export type SignedLink = MuteLink | UnsubscribeLink;

/** Who mutes acts on what is fresh; who has had enough must be able to say so for long. */
const GOOD_FOR_MS: Record<SignedLink['kind'], number> = {
  mute: 30 * DAY_MS,
  unsubscribe: 365 * DAY_MS,
};
/** A link from further ahead was made by a clock that was wrong. */
const SLACK_MS = HOUR_MS;
const MAC_BYTES = 16;

const macOf = (key: Buffer, body: string): Buffer =>
  createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);

/** The link as one word for an address; `madeAt` counts in whole seconds. */
export function signLink(key: Buffer, link: SignedLink, madeAt: Instant): string {
  const seconds = Math.floor(madeAt / SECOND_MS);
  const said =
    link.kind === 'mute'
      ? ['m', seconds, link.rule, link.watch, link.product, link.recipient]
      : ['u', seconds, link.channel, link.recipient, link.topic];
  const body = Buffer.from(JSON.stringify(said)).toString('base64url');
  return `${body}.${macOf(key, body).toString('base64url')}`;
}

/**
 * What a link is for; or why it does not hold: `unknown` when it was not signed with this key, `old`
 * past its time. To mute by a link from the future is refused as well, as its time would never
 * end; to unsubscribe is not.
 */
export function readLink(
  key: Buffer | undefined,
  text: string,
  now: Instant,
): SignedLink | 'unknown' | 'old' {
  const [body = '', mac = ''] = text.split('.');
  const given = Buffer.from(mac, 'base64url');
  if (key === undefined || given.length !== MAC_BYTES || !timingSafeEqual(given, macOf(key, body)))
    return 'unknown';
  const [kind, seconds, ...said] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
    'm' | 'u',
    number,
    ...(string | null)[],
  ];
  const link = kind === 'm' ? muteOf(said) : unsubscribeOf(said);
  const ageMs = now - seconds * SECOND_MS;
  if (ageMs >= GOOD_FOR_MS[link.kind]) return 'old';
  return link.kind === 'mute' && ageMs < -SLACK_MS ? 'old' : link;
}

const muteOf = ([rule = null, watch = null, product = null, recipient]: (string | null)[]) =>
  ({ kind: 'mute', rule, watch, product, recipient: recipient ?? '' }) as const;

const unsubscribeOf = ([channel, recipient, topic]: (string | null)[]) =>
  ({
    kind: 'unsubscribe',
    channel: channel ?? '',
    recipient: recipient ?? '',
    topic: (topic ?? 'alerts') as Topic,
  }) as const;
