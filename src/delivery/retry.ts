// A pure function: a failed attempt → when the next one is due, or why there is none.
import { DAY_MS, type Instant } from '../lib/clock.ts';
import type { Channel } from '../config/channels/kinds.ts';
import { kindOf } from './channels/kinds.ts';
import { FAILURES, failureOf, failureText, type FailedOutcome } from './outcome.ts';

const FEW_RETRIES = 3;
const LONGEST_PAUSE_MS = DAY_MS;

export type Decision =
  { kind: 'retry'; at: Instant } | { kind: 'hold' } | { kind: 'dead'; reason: string };

/**
 * @param failures the reasons of the attempts that failed before this one, without those that were
 * held. Only failures with the same kind of schedule count: a receiver that could not be reached
 * for hours and then answers 404 for a moment, as during a deployment, has four attempts from
 * there.
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
  const kind = kindOf(channel);
  const pauses = kind.pausesMs;
  const isFinal = kind.isFinal?.(outcome, channel) ?? false;
  const retries = retry === 'never' || isFinal ? 0 : retriesOf(retry, pauses);
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
 * 20 % more or less, but never before `Retry-After`: there the jitter only adds, so that many
 * senders who were told the same time do not come back together.
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
