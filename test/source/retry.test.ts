import { describe, expect, test } from 'vitest';
import { FAILURE_REASONS, type FailureReason } from '../../src/model.ts';
import { retryAfterMs, retryPauseMs, shouldRetry } from '../../src/source/retry.ts';

const NOW = Date.parse('2026-11-23T06:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['whole seconds', '120', 120_000],
    ['a fraction counts as a whole second', '120.1', 121_000],
    ['a small fraction', '0.2', 1_000],
    ['an HTTP date', 'Mon, 23 Nov 2026 06:02:00 GMT', 120_000],
    ['an HTTP date gone by is no busy loop', 'Mon, 23 Nov 2026 05:00:00 GMT', 1_000],
    ['zero is no busy loop', '0', 1_000],
    ['none', null, 60_000],
    ['a word', 'invalid', 60_000],
    ['empty', '', 60_000],
    ['negative', '-5', 60_000],
    ['a number with a unit', '5s', 60_000],
    ['hexadecimal', '0x10', 60_000],
    ['a date that is no HTTP date', '2026-11-23', 60_000],
    ['a day that does not exist', 'Mon, 99 Nov 2026 06:02:00 GMT', 60_000],
    ['an hour is cut to 15 minutes', '3600', 900_000],
    ['a number beyond all bounds', '9'.repeat(400), 900_000],
    ['a date next year', 'Tue, 23 Nov 2027 06:00:00 GMT', 900_000],
  ])('%s', (_, header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});

test('each reason says how often a page is asked for again', () => {
  const retriesOf = (reason: FailureReason) =>
    [1, 2, 3, 4].filter((failures) => shouldRetry(reason, failures)).length;

  const having = (retries: number) =>
    FAILURE_REASONS.filter((reason) => retriesOf(reason) === retries);
  expect(having(3)).toEqual(['rate_limited']);
  expect(having(2)).toEqual([
    'server_error',
    'not_json',
    'truncated',
    'wrong_content_type',
    'timeout',
    'connection_reset',
    'connection_failed',
  ]);
  expect(having(1)).toEqual(['upstream_error', 'nested_error', 'wrong_shape']);
  expect(having(0)).toEqual([
    'bad_request',
    'unauthorised',
    'out_of_credits',
    'forbidden',
    'not_found',
    'http_error',
    'redirect',
    'too_large',
    'daily_credits',
    'pass_limit',
    'aborted',
  ]);
});

test.each([
  [1, 0, 2_000],
  [1, 0.999, 2_999],
  [2, 0, 6_000],
  [2, 0.999, 8_997],
])('after failure %i with jitter %f the pause is %i ms', (failures, random, pauseMs) => {
  expect(retryPauseMs(failures, random)).toBe(pauseMs);
});
