import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/lib/clock.ts';
import { failed, failureText, type Failure } from '../../src/delivery/outcome.ts';
import { HTTP_PAUSES_MS, parseRetryAfter } from '../../src/delivery/channels/http/retry-after.ts';
import { decide } from '../../src/delivery/retry.ts';
import { makeHook, makeMail, T0, UNUSED_URL } from './outbox-world.ts';

const HOOK = makeHook(UNUSED_URL);
const MAIL = makeMail();
/** No jitter: 0.8 + 0.4 × 0.5 is 1, and the second factor is 1 + 0.1 × 0. */
const noJitter = () => {
  let call = 0;
  return () => (call++ % 2 === 0 ? 0.5 : 0);
};

/** Attempts that failed so before. */
const before = (times: number, failure: Failure): string[] =>
  Array.from({ length: times }, () => failureText(failed(failure)));

/** Pauses after every failure until it is dead. */
function pausesOf(failure: Failure, channel = HOOK as Parameters<typeof decide>[1]): number[] {
  const pauses: number[] = [];
  for (;;) {
    const failures = before(pauses.length, failure);
    const decision = decide(failed(failure), channel, failures, T0, noJitter());
    if (decision.kind !== 'retry') return pauses;
    pauses.push(decision.at - T0);
  }
}

describe('the schedule', () => {
  it('of webhooks is the example of Standard Webhooks: ten attempts over 75:35:05 hours', () => {
    const pauses = pausesOf('server_error');

    expect(pauses).toEqual([
      5 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      14 * HOUR_MS,
      20 * HOUR_MS,
      24 * HOUR_MS,
    ]);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(
      75 * HOUR_MS + 35 * MINUTE_MS + 5 * SECOND_MS,
    );
  });

  it('of mail starts with a minute, as mail servers expect of a second try', () => {
    expect(pausesOf('smtp_unavailable', MAIL)).toEqual([
      MINUTE_MS,
      5 * MINUTE_MS,
      15 * MINUTE_MS,
      HOUR_MS,
      4 * HOUR_MS,
      12 * HOUR_MS,
      24 * HOUR_MS,
    ]);
  });

  it.each<[Failure, number]>([
    ['timeout', 9],
    ['connection', 9],
    ['dns', 9],
    ['tls', 9],
    ['rate_limited', 9],
    ['server_error', 9],
    ['redirect', 3],
    ['unauthorised', 3],
    ['not_found', 3],
    ['client_error', 3],
    ['refused', 0],
    ['gone', 0],
    ['blocked_address', 0],
  ])('of a webhook answers %s with %i retries', (failure, retries) =>
    expect(pausesOf(failure)).toHaveLength(retries),
  );

  it.each<[Failure, number]>([
    ['smtp_unavailable', 7],
    ['smtp_unconfirmed', 7],
    ['recipient_deferred', 7],
    ['connection', 7],
    ['timeout', 7],
    ['recipient_refused', 0],
    ['message_refused', 0],
  ])('of mail answers %s with %i retries', (failure, retries) =>
    expect(pausesOf(failure, MAIL)).toHaveLength(retries),
  );

  it.each<Failure>(['smtp_login', 'smtp_tls', 'smtp_setup', 'stopped'])(
    'does not count %s: the message stays pending',
    (failure) => {
      expect(decide(failed(failure), MAIL, [], T0, noJitter())).toEqual({ kind: 'hold' });
    },
  );

  it.each([
    ['slack', 0],
    ['discord', 0],
    ['teams', 3],
    ['standard', 3],
  ] as const)('gives up at once on a deleted %s hook: %i retries of 404', (format, retries) => {
    expect(pausesOf('not_found', makeHook(UNUSED_URL, { format }))).toHaveLength(retries);
  });

  it('counts failures of one kind only: a 404 after hours of 503 has its four attempts', () => {
    const failures = before(4, 'server_error');
    const pauses: number[] = [];
    for (;;) {
      const decision = decide(failed('not_found'), HOOK, failures, T0, noJitter());
      if (decision.kind !== 'retry') break;
      pauses.push(decision.at - T0);
      failures.push(...before(1, 'not_found'));
    }

    expect(pauses).toEqual([5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS]);
  });

  it('says why it ends', () => {
    const dead = (failure: Failure, failedBefore: number) =>
      decide(
        failed(failure, { detail: 'HTTP 4xx' }),
        HOOK,
        before(failedBefore, failure),
        T0,
        noJitter(),
      );

    expect(dead('refused', 0)).toEqual({
      kind: 'dead',
      reason: 'refused: the receiver refuses this message (HTTP 4xx)',
    });
    expect(dead('unauthorised', 3)).toEqual({
      kind: 'dead',
      reason:
        'gave up after 4 attempts, the last: unauthorised: the receiver does not accept us (HTTP 4xx)',
    });
  });
});

describe('the pause', () => {
  const pause = (
    failedBefore: number,
    retryAfterMs: number | null,
    random: () => number,
  ): number => {
    const decision = decide(
      failed('rate_limited', { retryAfterMs }),
      HOOK,
      before(failedBefore, 'server_error'),
      T0,
      random,
    );
    if (decision.kind !== 'retry') throw new Error(decision.kind);
    return decision.at - T0;
  };

  it('is jittered by 20 % either way and 10 % up, is never before Retry-After, and never more than a day', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 8 }),
        fc.option(fc.nat({ max: 2 * DAY_MS })),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failedBefore, retryAfterMs, first, second) => {
          const draws = [first, second];
          const base = HTTP_PAUSES_MS[failedBefore] ?? 0;
          const given = pause(failedBefore, retryAfterMs, () => draws.shift() ?? 0);

          expect(given).toBeGreaterThanOrEqual(
            Math.min(DAY_MS, Math.max(base * 0.8, retryAfterMs ?? 0)),
          );
          expect(given).toBeLessThanOrEqual(
            Math.min(DAY_MS, Math.ceil(Math.max(base * 1.2, retryAfterMs ?? 0) * 1.1)),
          );
        },
      ),
    );
  });

  it('honours a long Retry-After where the schedule is short', () =>
    expect(pause(0, HOUR_MS, noJitter())).toBe(HOUR_MS));
  it('honours the schedule where Retry-After is short', () =>
    expect(pause(2, SECOND_MS, noJitter())).toBe(30 * MINUTE_MS));
});

describe('Retry-After', () => {
  const at = Date.parse('2015-10-21T07:28:00Z');

  it.each([
    ['a date', 'Wed, 21 Oct 2015 07:28:00 GMT', at - 90_000, 90_000],
    ['a date in the old form of RFC 850', 'Wednesday, 21-Oct-15 07:28:00 GMT', at - 90_000, 90_000],
    ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', at + 1, 0],
    ['seconds', '120', T0, 120_000],
    ['a fraction of seconds', '120.1', T0, 121_000],
    ['a larger fraction', '120.6', T0, 121_000],
    ['nothing to wait for', '0', T0, 0],
    ['a word', 'invalid', T0, null],
    ['a negative number', '-5', T0, null],
    ['a date without its day', '2015-10-21', T0, null],
    ['empty', '', T0, null],
    ['missing', undefined, T0, null],
  ])('as %s', (_name, header, now, expected) =>
    expect(parseRetryAfter(header, now)).toBe(expected),
  );
});
