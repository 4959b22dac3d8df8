// What keeps messages from going out, in the same words wherever it is said.
import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import type { Health } from '../store/outbox/channel-health.ts';
import { SUPPRESSED_MS, type Refusal } from '../store/outbox/recipient-refusals.ts';
import { RECENT_DAYS, type FailingChannel } from './outbox.ts';

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

/** `; 3 messages wait for it, and it is tried again …`: what its circuit holds up. Empty: nothing. */
export function waitingText(
  { waiting, heldUntilAt, disabledAt }: FailingChannel,
  time: WriteTime,
): string {
  const again =
    heldUntilAt === null || disabledAt !== null ? '' : `it is tried again ${time(heldUntilAt)}`;
  const held =
    waiting === 0 ? '' : `${plural(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'} for it`;
  const parts = [held, again].filter((part) => part !== '');
  return parts.length === 0 ? '' : `; ${parts.join(', and ')}`;
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
