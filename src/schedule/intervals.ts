import type { Instant } from '../lib/clock.ts';
import { INTERVAL_WINDOW_MS, intervalMs, lastSlot, slotsBetween } from './slots.ts';

/**
 * `intervalMs` of many slots of a schedule, ascending, in one walk: the longest distance in a
 * window that slides over them. A slot a minute for 30 days takes some 30 ms.
 */
export function intervalsOf(
  schedule: string,
  timezone: string,
  asked: readonly Instant[],
): number[] {
  const [first, last] = [asked[0], asked.at(-1)];
  if (first === undefined || last === undefined) return [];
  const windowStart = first - INTERVAL_WINDOW_MS;
  const before = lastSlot(schedule, timezone, windowStart);
  const slots = [
    ...(before === null ? [] : [before]),
    ...slotsBetween(schedule, timezone, before ?? windowStart, last),
  ];
  const gap = (index: number): number => (slots[index] ?? 0) - (slots[index - 1] ?? 0);
  /** Indexes of gaps in the window, each longer than all after it. */
  const longest: number[] = [];
  let [head, oldest, newest] = [0, 0, 0];
  return asked.map((slotAt) => {
    while (newest + 1 < slots.length && (slots[newest + 1] ?? Infinity) <= slotAt) {
      newest += 1;
      while (longest.length > head && gap(longest.at(-1) ?? 0) <= gap(newest)) longest.pop();
      longest.push(newest);
    }
    while (oldest + 1 <= newest && (slots[oldest + 1] ?? Infinity) <= slotAt - INTERVAL_WINDOW_MS)
      oldest += 1;
    while (head < longest.length && (longest[head] ?? 0) <= oldest) head += 1;
    const index = longest[head];
    // Fewer than two slots in the window, as with monthly schedules.
    return index === undefined ? intervalMs(schedule, timezone, slotAt) : gap(index);
  });
}
