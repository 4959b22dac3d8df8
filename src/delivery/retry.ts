// Pure: a failed attempt → when the next one is due, or why there is none.
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type Instant } from '../lib/clock.ts';
import type { Channel } from '../config/config.ts';
import { FAILURES, failureOf, failureText, type FailedOutcome } from './outcome.ts';

/** Pauses after the first, second … failed attempt. Webhooks: the example of Standard Webhooks, 75.5 hours in all. */
export const RETRY_PAUSES_MS: Record<Channel['kind'], readonly number[]> = {
  webhook: [
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
  ],
  email: [
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    4 * HOUR_MS,
    12 * HOUR_MS,
    24 * HOUR_MS,
  ],
};

const FEW_RETRIES = 3;
const LONGEST_PAUSE_MS = DAY_MS;

export type Decision =
  { kind: 'retry'; at: Instant } | { kind: 'hold' } | { kind: 'dead'; reason: string };

/**
 * @param failures the reasons of the attempts that failed before this one, those that were held not counted. Only those with
 *   the same kind of schedule count: who could not be reached for hours and then answers 404 for a moment, as during a
 *   deployment, has four attempts from there.
 */
export function decide(
  outcome: FailedOutcome,
  channel: Channel,
  failures: readonly string[],
  now: Instant,
  random: () => number,
): Decision {
  const { retry } = FAILURES[outcome.failure];
  if (retry === 'hold') return { kind: 'hold' };
  const pauses = RETRY_PAUSES_MS[channel.kind];
  const retries =
    retry === 'never' || isDeletedChatHook(outcome, channel) ? 0 : retriesOf(retry, pauses);
  const failedBefore = failures.filter((reason) => failureOf(reason)?.retry === retry).length;
  const pauseMs = failedBefore < retries ? pauses[failedBefore] : undefined;
  if (pauseMs !== undefined)
    return { kind: 'retry', at: now + jitteredPauseMs(pauseMs, outcome.retryAfterMs, random) };
  return {
    kind: 'dead',
    reason:
      retries === 0
        ? failureText(outcome)
        : `gave up after ${failures.length + 1} attempts, the last: ${failureText(outcome)}`,
  };
}

const retriesOf = (retry: 'few' | 'schedule', pauses: readonly number[]): number =>
  retry === 'few' ? FEW_RETRIES : pauses.length;

/**
 * 20 % either way, but never before `Retry-After`: the second jitter only adds, so that many senders told
 * the same time do not come back together.
 */
function jitteredPauseMs(
  pauseMs: number,
  retryAfterMs: number | null,
  random: () => number,
): number {
  const pause =
    Math.max(pauseMs * (0.8 + 0.4 * random()), retryAfterMs ?? 0) * (1 + 0.1 * random());
  return Math.min(Math.ceil(pause), LONGEST_PAUSE_MS);
}

/** Slack and Discord answer 404 for a hook that was deleted: it does not come back. */
const isDeletedChatHook = (outcome: FailedOutcome, channel: Channel): boolean =>
  outcome.failure === 'not_found' &&
  channel.kind === 'webhook' &&
  (channel.format === 'slack' || channel.format === 'discord');

/** `Retry-After` in milliseconds: seconds, also with a fraction (rounded up), or an HTTP date; null when unreadable. */
export function parseRetryAfter(header: string | undefined, now: Instant): number | null {
  if (header === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header)) * SECOND_MS;
  // Every form of an HTTP date starts with the day of the week; `Date.parse` alone reads all sorts of things as dates.
  const at = /^[A-Z][a-z]+,? /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
