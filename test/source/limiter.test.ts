import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createLimiter, type Limiter } from '../../src/source/limiter.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Queues `count` requests that take no time, and notes when each starts. */
function queueStarts(
  limiter: Limiter,
  clock: ManualClock,
  count: number,
): { starts: number[]; done: Promise<unknown> } {
  const starts: number[] = [];
  const done = Promise.all(
    Array.from({ length: count }, () => limiter.run(async () => starts.push(clock.now()), never)),
  );
  return { starts, done };
}

describe('the rate', () => {
  test.each([
    ['one a second', 1, [0, 1_000, 2_000, 3_000]],
    ['two a second', 2, [0, 500, 1_000, 1_500]],
    ['one in four seconds', 0.25, [0, 4_000, 8_000, 12_000]],
    ['three a second, in whole milliseconds and never early', 3, [0, 334, 668, 1_002]],
  ])('%s: starts are evenly spaced', async (_, requestsPerSecond, expected) => {
    const clock = manualClock(0, { auto: true });
    const { starts, done } = queueStarts(
      createLimiter({ requestsPerSecond, concurrency: 8 }, clock),
      clock,
      4,
    );

    await done;

    expect(starts).toEqual(expected);
  });

  test('a pause between requests is not made up for by a burst', async () => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 8 }, clock);
    await limiter.run(async () => undefined, never);
    await clock.advance(60_000);
    const { starts, done } = queueStarts(limiter, clock, 3);

    await clock.advance(10_000);
    await done;

    expect(starts).toEqual([60_000, 61_000, 62_000]);
  });

  test.each([
    ['back', -365 * 86_400_000],
    ['forward', 365 * 86_400_000],
  ])('a clock that is set %s changes no pause', async (_, jumpMs) => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 8 }, clock);
    await limiter.run(async () => undefined, never);
    limiter.pauseUntil(clock.monotonicMs() + 60_000);
    clock.jump(jumpMs);
    const startedMs: number[] = [];
    const done = limiter.run(async () => startedMs.push(clock.monotonicMs()), never);
    await clock.advance(120_000);
    await done;
    expect(startedMs).toEqual([60_000]);
  });

  test('a rate that no timer can keep is kept on average', async () => {
    const clock = manualClock(0, { auto: true });
    const { starts, done } = queueStarts(
      createLimiter({ requestsPerSecond: 1_000, concurrency: 1 }, clock),
      clock,
      100,
    );

    await done;

    expect(starts.at(-1)).toBeGreaterThanOrEqual(90);
    expect(starts.at(-1)).toBeLessThanOrEqual(99);
    // A timer for each request would be late each time.
    expect(clock.sleeps.length).toBeLessThanOrEqual(20);
  });

  test('a very high rate waits for no timer at all', async () => {
    const clock = { ...systemClock, sleep: async () => expect.unreachable('it slept') };
    const limiter = createLimiter({ requestsPerSecond: 100_000, concurrency: 2 }, clock);

    await Promise.all(Array.from({ length: 100 }, () => limiter.run(async () => undefined, never)));
  });
});

test('no more requests run at once than allowed, whoever asks', async () => {
  const clock = manualClock(0, { auto: true });
  const limiter = createLimiter({ requestsPerSecond: 1_000_000, concurrency: 3 }, clock);
  let running = 0;
  let peak = 0;
  const send = async () => {
    peak = Math.max(peak, ++running);
    await clock.sleep(100);
    running -= 1;
  };

  await Promise.all(Array.from({ length: 20 }, () => limiter.run(send, never)));

  expect(peak).toBe(3);
});

describe('a pause', () => {
  test('holds back every request that has not started, and the rate applies after it', async () => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 2, concurrency: 8 }, clock);
    limiter.pauseUntil(60_000);
    const { starts, done } = queueStarts(limiter, clock, 3);

    await clock.advance(59_999);
    expect(starts).toEqual([]);

    await clock.advance(2_000);
    await done;
    expect(starts).toEqual([60_000, 60_500, 61_000]);
  });

  test('is felt by requests that already wait for their turn', async () => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 8 }, clock);
    const { starts, done } = queueStarts(limiter, clock, 2);
    await clock.advance(500);
    limiter.pauseUntil(30_000);

    await clock.advance(30_000);
    await done;

    expect(starts).toEqual([0, 30_000]);
  });

  test('is never shortened by a shorter one', async () => {
    const clock = manualClock(0, { auto: true });
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 1 }, clock);
    limiter.pauseUntil(60_000);
    limiter.pauseUntil(1_000);
    const { starts, done } = queueStarts(limiter, clock, 1);

    await done;

    expect(starts).toEqual([60_000]);
  });
});

describe('an abort', () => {
  const hung = () => new Promise<void>(() => undefined);

  test('before: nothing is sent', async () => {
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 1 }, manualClock(0));

    expect(
      await limiter.run(async () => expect.unreachable('it was sent'), AbortSignal.abort()),
    ).toBe('aborted');
  });

  test('in the queue: the request leaves it at once', async () => {
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 1 }, manualClock(0));
    const stop = new AbortController();
    void limiter.run(hung, never);
    const queued = limiter.run(async () => expect.unreachable('it was sent'), stop.signal);

    stop.abort();

    expect(await queued).toBe('aborted');
  });

  test('in a pause: the request does not wait for its end, and takes no turn', async () => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 2 }, clock);
    const stop = new AbortController();
    limiter.pauseUntil(60_000);
    const paused = limiter.run(async () => expect.unreachable('it was sent'), stop.signal);
    await clock.advance(1_000);

    stop.abort();

    expect(await paused).toBe('aborted');
    const { starts, done } = queueStarts(limiter, clock, 1);
    await clock.advance(60_000);
    await done;
    expect(starts).toEqual([60_000]);
  });

  test('while it is sent: the request keeps its place until it is finished', async () => {
    const clock = manualClock(0);
    const limiter = createLimiter({ requestsPerSecond: 1_000, concurrency: 1 }, clock);
    const stop = new AbortController();
    const sent = limiter.run(async () => {
      await clock.sleep(100);
      return 'finished';
    }, stop.signal);
    const next = queueStarts(limiter, clock, 1);
    await clock.advance(50);

    stop.abort();
    await clock.advance(49);
    expect(next.starts).toEqual([]);

    await clock.advance(1);
    expect(await sent).toBe('finished');
    await next.done;
    expect(next.starts).toEqual([100]);
  });
});

test('what the request throws reaches its caller, and costs nobody else their turn', async () => {
  const clock = manualClock(0, { auto: true });
  const limiter = createLimiter({ requestsPerSecond: 1, concurrency: 1 }, clock);

  await expect(
    limiter.run(async () => Promise.reject(new Error('ledger is gone')), never),
  ).rejects.toThrow('ledger is gone');

  const { starts, done } = queueStarts(limiter, clock, 1);
  await done;
  expect(starts).toHaveLength(1);
});
