import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DAY_MS, deadline, systemClock } from '../../src/lib/clock.ts';

describe('timers of the machine', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a sleep is as long as was asked, also when no timer can hold it', async () => {
    let isAwake = false;
    void systemClock.sleep(60 * DAY_MS).then(() => (isAwake = true));
    await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    expect(isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isAwake).toBe(true);
  });

  test('a long sleep ends when its signal aborts, and leaves no timer', async () => {
    const stop = new AbortController();
    const slept = systemClock.sleep(60 * DAY_MS, stop.signal);
    await vi.advanceTimersByTimeAsync(30 * DAY_MS);
    stop.abort();
    await slept;
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('a deadline aborts when its time is over, and says so', async () => {
    const limit = deadline(1_000, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(999);
    expect(limit.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([limit.signal.aborted, limit.isOver()]).toEqual([true, true]);
  });

  test('a deadline aborts with its stop, and that is no time that is over', async () => {
    const stop = new AbortController();
    const limit = deadline(1_000, stop.signal);
    stop.abort();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([limit.signal.aborted, limit.isOver()]).toEqual([true, false]);
    expect(deadline(1_000, stop.signal).signal.aborted).toBe(true);
  });

  test('a deadline that is released leaves neither a timer nor a listener', () => {
    const stop = new AbortController();
    for (let round = 0; round < 100; round++) deadline(1_000, stop.signal).release();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});
