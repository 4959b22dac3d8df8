// Pure: what an attempt says about its channel.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import { healthy, type Health } from '../store/channel-health.ts';
import { FAILURES, failureText, type FailedOutcome } from './outcome.ts';

/** Failures in a row that open the circuit. */
const OPENS_AFTER = 5;
/** How long it stays open the first, second … time; then one attempt is let through. */
const OPEN_PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS];
/** Another channel is told of a channel that has failed for this long. */
export const TELL_AFTER_MS = HOUR_MS;
/** A channel that has failed for this long is disabled (Standard Webhooks leaves it open; Svix uses the same). */
export const DISABLE_AFTER_MS = 5 * DAY_MS;
/** Failures that far apart are no continuous failure: nothing was sent in between. */
const FORGIVEN_AFTER_MS = 2 * DISABLE_AFTER_MS;

export const isOpen = (health: Health): boolean => health.failures >= OPENS_AFTER;

/** An attempt got through: all is well, whatever was before, also for a disabled channel. */
export const afterSuccess = (health: Health): Health => healthy(health.channel);

/**
 * An attempt failed. Failures that speak against the message alone change nothing. Otherwise the circuit opens
 * after five in a row, or at once when the failure concerns no message in particular; `Retry-After` holds the
 * whole channel, since a rate limit is never about one message; `gone`, or five days of failing, disable it.
 */
export function afterFailure(
  health: Health,
  outcome: FailedOutcome,
  now: Instant,
  random: () => number,
): Health {
  const { blames, retry } = FAILURES[outcome.failure];
  if (blames === 'message') return health;
  const isForgiven =
    health.failingSinceAt !== null &&
    now - health.failingSinceAt > FORGIVEN_AFTER_MS &&
    health.disabledAt === null;
  const before = isForgiven ? healthy(health.channel) : health;
  const failures = before.failures + 1;
  const failingSinceAt = before.failingSinceAt ?? now;
  const opened = retry === 'hold' ? failures : failures - OPENS_AFTER + 1;
  const openMs =
    opened > 0
      ? (OPEN_PAUSES_MS[Math.min(opened, OPEN_PAUSES_MS.length) - 1] ?? 0) * (1 + 0.1 * random())
      : 0;
  const heldMs = Math.min(Math.max(openMs, outcome.retryAfterMs ?? 0), DAY_MS);
  const isDisabled = outcome.failure === 'gone' || now - failingSinceAt >= DISABLE_AFTER_MS;
  return {
    ...before,
    failures,
    failingSinceAt,
    reason: failureText(outcome),
    heldUntilAt: heldMs > 0 ? now + Math.ceil(heldMs) : null,
    disabledAt: before.disabledAt ?? (isDisabled ? now : null),
  };
}

/** Is there trouble that nobody was told of yet? */
export function troubleToTell(
  before: Health,
  after: Health,
  now: Instant,
): 'disabled' | 'failing' | null {
  if (after.disabledAt !== null && before.disabledAt === null) return 'disabled';
  if (
    after.toldAt === null &&
    after.failingSinceAt !== null &&
    now - after.failingSinceAt >= TELL_AFTER_MS
  )
    return 'failing';
  return null;
}
