// Pure functions: what an attempt says about its channel.
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import { healthy, type Health } from '../store/outbox/channel-health.ts';
import { FAILURES, failureText, type FailedOutcome } from './outcome.ts';

/** So many failures in a row open the circuit: messages then wait. */
const OPENS_AFTER = 5;
/** How long it stays open the first, second … time. Then one attempt is let through. */
const OPEN_PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS];
/** Another channel is told of a channel that has failed for this long. */
export const TELL_AFTER_MS = HOUR_MS;
/**
 * A channel that has failed for this long is disabled (Standard Webhooks leaves it open; Svix uses
 * the same).
 */
export const DISABLE_AFTER_MS = 5 * DAY_MS;
/** Each of those days must have seen an attempt: a daemon that was down is no failing receiver. */
const DISABLE_AFTER_DAYS = 5;
/** And there must have been this many attempts in all: one message a week proves nothing. */
const DISABLE_AFTER_ATTEMPTS = 10;
/** Failures this far apart do not belong together: nothing was sent in between. */
const FORGIVEN_AFTER_MS = 2 * DISABLE_AFTER_MS;

/** Has it failed so often in a row that messages wait? */
export const isOpen = (health: Health): boolean => health.failures >= OPENS_AFTER;

/**
 * What a channel may send now: `nothing` while it is held or disabled; `probe`, when a hold has
 * just passed: the oldest message that waits, due or not, tries it out for all; else `all` that is
 * due.
 */
export function turnOf(health: Health, now: Instant): 'nothing' | 'probe' | 'all' {
  if (health.disabledAt !== null) return 'nothing';
  if (health.heldUntilAt === null) return 'all';
  return health.heldUntilAt > now ? 'nothing' : 'probe';
}

/** An attempt got through: all is well, whatever was before, also for a disabled channel. */
export const afterSuccess = (health: Health): Health => healthy(health.channel);

/**
 * An attempt failed. Failures that speak against the message alone change nothing. Otherwise the
 * circuit opens after five in a row, or at once when the failure concerns no message in particular;
 * `Retry-After` holds the whole channel, since a rate limit is never about one message; `gone`, or
 * five days of failing in which it was really tried, disable it.
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
    now - (health.failedAt ?? health.failingSinceAt) > FORGIVEN_AFTER_MS &&
    health.disabledAt === null;
  const before = isForgiven ? healthy(health.channel) : health;
  const failures = before.failures + 1;
  const failingSinceAt = before.failingSinceAt ?? now;
  const dayOf = (at: Instant) => Math.floor((at - failingSinceAt) / DAY_MS);
  const isNewDay = before.failedAt === null || dayOf(before.failedAt) !== dayOf(now);
  const failingDays = before.failingDays + (isNewDay ? 1 : 0);
  const opened = retry === 'hold' ? failures : failures - OPENS_AFTER + 1;
  const openMs =
    opened > 0 ? (OPEN_PAUSES_MS[Math.min(opened, OPEN_PAUSES_MS.length) - 1] ?? 0) : 0;
  // Jitter only adds time: nobody comes back before Retry-After, and not all come back at once.
  const heldMs =
    Math.min(Math.max(openMs, outcome.retryAfterMs ?? 0), DAY_MS) * (1 + 0.1 * random());
  const isWornOut =
    now - failingSinceAt >= DISABLE_AFTER_MS &&
    failingDays >= DISABLE_AFTER_DAYS &&
    failures >= DISABLE_AFTER_ATTEMPTS;
  const isDisabled = outcome.failure === 'gone' || isWornOut;
  return {
    ...before,
    failures,
    failingSinceAt,
    failedAt: now,
    failingDays,
    reason: failureText(outcome),
    heldUntilAt: heldMs > 0 ? now + Math.min(Math.ceil(heldMs), DAY_MS) : null,
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
