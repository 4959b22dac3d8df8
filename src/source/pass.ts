// One crawl of a list while it is under way: what it may cost, and what it has fetched so far.
import type { Instant } from '../lib/clock.ts';
import type { FailureReason, MissingPage, ServedPage } from '../model.ts';

/** What one pass may cost at most. */
export type PassLimits = {
  /** Pages that the plan of `check` counts with. */ planned: number;
  /** Requests that cost something, retries among them. */ requests: number;
  bytes: number;
  rows: number;
};

/** What one crawl has come to so far. */
export type Pass = {
  limits: PassLimits;
  /** Requests begun and not ended. */
  underWay: number;
  served: ServedPage[];
  /** Pages that failed for good. */
  missing: MissingPage[];
  /** When its first request was sent. */
  startedAt: Instant | null;
  requests: number;
  /** How many of its requests cost nothing, as no connection was made. */
  unsent: number;
  /** Bytes and rows of the pages served. */
  bytes: number;
  rows: number;
  /**
   * Set once: then nothing more is asked for, and nothing waits any longer. Requests under way may
   * finish, since they are paid for.
   */
  ended: { reason: FailureReason; detail: string } | null;
  /** Aborts when the pass ends. */
  end: AbortController;
  /**
   * Rate limits: until when this pass was told to wait, by the monotonic clock, and for how long in
   * all.
   */
  limitedUntilMs: number;
  limitedMs: number;
};

/** A pass that has asked for nothing yet. */
export const startPass = (limits: PassLimits): Pass => ({
  limits,
  served: [],
  missing: [],
  startedAt: null,
  requests: 0,
  unsent: 0,
  underWay: 0,
  bytes: 0,
  rows: 0,
  ended: null,
  end: new AbortController(),
  limitedUntilMs: -Infinity,
  limitedMs: 0,
});

/** Ends a pass: nothing more is asked for. The first reason stays. */
export function endPass(pass: Pass, why: { reason: FailureReason; detail: string }): void {
  pass.ended ??= { reason: why.reason, detail: why.detail };
  pass.end.abort();
}
