// When to ask for a page again. Pure functions.
import { MINUTE_MS, SECOND_MS, type Instant } from '../lib/clock.ts';
import type { FailureReason } from '../model.ts';

/**
 * How often a page is asked for again after this failure. Failures on the way get two more
 * attempts, an error of the upstream inside a 200 gets one, as KeyAPI advises for its own 500; a
 * decision gets none.
 */
const RETRIES: Record<FailureReason, number> = {
  server_error: 2,
  timeout: 2,
  connection_reset: 2,
  connection_failed: 2,
  truncated: 2,
  not_json: 2,
  wrong_content_type: 2,
  upstream_error: 1,
  nested_error: 1,
  wrong_shape: 1,
  rate_limited: 3,
  bad_request: 0,
  unauthorised: 0,
  out_of_credits: 0,
  forbidden: 0,
  not_found: 0,
  http_error: 0,
  redirect: 0,
  too_large: 0,
  daily_credits: 0,
  pass_limit: 0,
  aborted: 0,
};

/**
 * Is a page asked for again that failed for the `failures`-th time, this time with `reason`? Rate
 * limits are counted apart.
 */
export const shouldRetry = (reason: FailureReason, failures: number): boolean =>
  failures <= RETRIES[reason];

/**
 * 2 to 3 s after the first failure (KeyAPI's advice), 6 to 9 s after the second. `random` is in [0,
 * 1).
 */
export const retryPauseMs = (failures: number, random: number): number =>
  Math.round(2 * SECOND_MS * 3 ** (failures - 1) * (1 + random / 2));

const DEFAULT_WAIT_MS = MINUTE_MS;
const SHORTEST_WAIT_MS = SECOND_MS;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
const HTTP_DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long a 429 asks us to wait: seconds (a fraction counts as a whole one) or an HTTP date; 60 s,
 * KeyAPI's advice, when there is none or it is unreadable. Never under 1 s, so that a zero or a
 * date gone by is no busy loop, nor over 15 minutes.
 */
export function retryAfterMs(header: string | null, now: Instant): number {
  let waitMs = DEFAULT_WAIT_MS;
  if (header !== null && /^\d+(\.\d+)?$/.test(header))
    waitMs = Math.ceil(Number(header)) * SECOND_MS;
  else if (header !== null && HTTP_DATE.test(header)) waitMs = Date.parse(header) - now;
  if (Number.isNaN(waitMs)) waitMs = DEFAULT_WAIT_MS;
  return Math.min(Math.max(waitMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
}
