import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterSuccess,
  isOpen,
  troubleToTell,
  turnOf,
} from '../../src/delivery/circuit.ts';
import { failed, FAILURES, type Failure } from '../../src/delivery/outcome.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { healthy, type Health } from '../../src/store/outbox/channel-health.ts';
import { T0 } from './outbox-world.ts';

const noJitter = () => 0;
const fail = (
  health: Health,
  at = T0,
  failure: Failure = 'server_error',
  retryAfterMs: number | null = null,
) => afterFailure(health, failed(failure, { retryAfterMs }), at, noJitter);
const failTimes = (times: number, everyMs = 0): Health => {
  let health = healthy('hook');
  for (let time = 0; time < times; time++) health = fail(health, T0 + time * everyMs);
  return health;
};
const heldFor = (health: Health, since = T0) =>
  health.heldUntilAt === null ? 0 : health.heldUntilAt - since;

describe('the circuit', () => {
  it.each([
    [4, 0],
    [5, MINUTE_MS],
    [6, 5 * MINUTE_MS],
    [7, 15 * MINUTE_MS],
    [8, 30 * MINUTE_MS],
    [50, 30 * MINUTE_MS],
  ])('after %i failures in a row holds the channel for %i ms', (failures, heldMs) => {
    const health = failTimes(failures);

    expect(heldFor(health)).toBe(heldMs);
    expect(isOpen(health)).toBe(failures >= 5);
  });

  it('closes with one success', () => expect(afterSuccess(failTimes(9))).toEqual(healthy('hook')));

  it('is not opened by failures that speak against the message alone', () => {
    for (const failure of (Object.keys(FAILURES) as Failure[]).filter(
      (name) => FAILURES[name].blames === 'message',
    )) {
      expect(fail(failTimes(4), T0, failure), failure).toEqual(failTimes(4));
    }
  });

  it('opens at once when the mail server does not let us in', () =>
    expect(heldFor(fail(healthy('mail'), T0, 'smtp_login'))).toBe(MINUTE_MS));
  it('holds the whole channel as long as Retry-After says, though nothing is open', () =>
    expect(heldFor(fail(healthy('hook'), T0, 'rate_limited', HOUR_MS))).toBe(HOUR_MS));
  it('is not held for more than a day', () =>
    expect(heldFor(fail(healthy('hook'), T0, 'rate_limited', 9 * DAY_MS))).toBe(DAY_MS));
});

describe('the turn of a channel', () => {
  it.each<[string, Partial<Health>, string]>([
    ['works', {}, 'all'],
    ['failed now and then', { failures: 3, failingSinceAt: T0 }, 'all'],
    ['is held', { failures: 5, failingSinceAt: T0, heldUntilAt: T0 + 1 }, 'nothing'],
    ['was held until now', { failures: 5, failingSinceAt: T0, heldUntilAt: T0 }, 'probe'],
    [
      'is disabled',
      { failures: 5, failingSinceAt: T0, heldUntilAt: T0, disabledAt: T0 },
      'nothing',
    ],
  ])('that %s', (_name, health, turn) =>
    expect(turnOf({ ...healthy('hook'), ...health }, T0)).toBe(turn),
  );
});

describe('a channel', () => {
  it('that says it is gone is disabled at once', () =>
    expect(fail(healthy('hook'), T0, 'gone').disabledAt).toBe(T0));

  it.each([
    ['five days, tried every hour', 120, HOUR_MS, true],
    ['a minute less than that', 120, HOUR_MS - MINUTE_MS / 120, false],
    ['two attempts, a week apart', 1, 7 * DAY_MS, false],
    ['nine attempts in five days', 8, 15 * HOUR_MS, false],
    ['an attempt a day for eight days', 8, DAY_MS, false],
    ['an attempt a day for nine days', 9, DAY_MS, true],
  ])('that has failed for %s is disabled: %i × %i ms: %s', (_name, times, everyMs, isDisabled) => {
    expect(failTimes(times + 1, everyMs).disabledAt !== null).toBe(isDisabled);
  });

  it('is not disabled for time in which the daemon was down', () => {
    let health = failTimes(12, MINUTE_MS);
    for (const day of [6, 7, 8]) health = fail(health, T0 + day * DAY_MS);
    expect(health).toMatchObject({ disabledAt: null, failingDays: 4 });

    expect(fail(health, T0 + 9 * DAY_MS).disabledAt, 'the fifth day with attempts').not.toBeNull();
  });

  it('that failed once and again weeks later is not disabled: nothing was sent in between', () => {
    const health = fail(failTimes(3), T0 + 20 * DAY_MS);

    expect(health).toMatchObject({
      disabledAt: null,
      failures: 1,
      failingSinceAt: T0 + 20 * DAY_MS,
    });
  });

  it('that fails now and then is never disabled: each success starts anew', () => {
    let health = healthy('hook');
    for (let day = 0; day < 30; day++) health = afterSuccess(fail(health, T0 + day * DAY_MS));

    expect(health).toEqual(healthy('hook'));
  });

  const told = { toldAt: T0, toldThrough: 'mail' };

  it.each<{
    name: string;
    before?: Partial<Health>;
    after: Partial<Health>;
    trouble: 'failing' | 'disabled' | null;
  }>([
    { name: 'works', after: {}, trouble: null },
    {
      name: 'has failed for less than an hour',
      after: { failingSinceAt: T0 - HOUR_MS + 1 },
      trouble: null,
    },
    { name: 'has failed for an hour', after: { failingSinceAt: T0 - HOUR_MS }, trouble: 'failing' },
    {
      name: 'has failed for days, as was told',
      before: told,
      after: { failingSinceAt: T0 - 2 * DAY_MS, ...told },
      trouble: null,
    },
    {
      name: 'was disabled, though its failing was told',
      before: told,
      after: { failingSinceAt: T0 - 5 * DAY_MS, disabledAt: T0, ...told },
      trouble: 'disabled',
    },
    {
      name: 'was disabled before',
      before: { disabledAt: T0 - 1, ...told },
      after: { failingSinceAt: T0 - 5 * DAY_MS, disabledAt: T0 - 1, ...told },
      trouble: null,
    },
  ])('that $name: $trouble is to be told', ({ before = {}, after, trouble }) => {
    expect(
      troubleToTell({ ...healthy('hook'), ...before }, { ...healthy('hook'), ...after }, T0),
    ).toBe(trouble);
  });
});
