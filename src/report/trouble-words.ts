// What keeps messages from going out, in the same words wherever it is said.
import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import type { Health } from '../store/outbox/channel-health.ts';
import { SUPPRESSED_MS, type Refusal } from '../store/outbox/recipient-refusals.ts';
import { RECENT_DAYS } from './outbox.ts';

/** Writes an instant, in the time zone of who reads. */
export type WriteTime = (at: Instant) => string;

/** `The channel slack is disabled, failing since …: HTTP 410`. Of a channel that has failed. */
export function failingText(
  { channel, disabledAt, failingSinceAt, reason }: Health,
  time: WriteTime,
): string {
  const state = disabledAt === null ? 'has been failing' : 'is disabled, failing';
  const since = time(failingSinceAt ?? disabledAt ?? 0);
  return `The channel ${channel} ${state} since ${since}: ${cleanText(reason ?? 'unknown')}`;
}

/** When mail to a recipient that is suppressed goes out again. */
export const restsUntil = ({ suppressedAt }: Pick<Refusal, 'suppressedAt'>): Instant =>
  (suppressedAt ?? 0) + SUPPRESSED_MS;

/**
 * `No mail of team goes to ana@example.com until …: no such user`. Of a recipient that is
 * suppressed.
 */
export const restingText = (refusal: Refusal, time: WriteTime): string =>
  `No mail of ${refusal.channel} goes to ${cleanText(refusal.recipient)} until ${time(restsUntil(refusal))}: ${cleanText(refusal.reason)}`;

/** `2 messages of the last 7 days were given up`. */
export const deadText = (recentlyDead: number): string =>
  `${plural(recentlyDead, 'message')} of the last ${RECENT_DAYS} days ${recentlyDead === 1 ? 'was' : 'were'} given up`;
