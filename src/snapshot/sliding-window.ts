// The last values of one figure, kept in order while a series is walked: sorting them anew at each
// snapshot took most of the walk's time. Plain data and functions.
import { Z_WINDOW } from './robust-z.ts';

/** The last 28 values of a figure; one that is not known (NaN) takes a place, and is not sorted. */
export type SlidingWindow = {
  /** In the order of their snapshots, as a ring. */
  last: number[];
  /** Where in the ring the next one goes. */
  next: number;
  /** Those that are known, ascending. */
  sorted: number[];
};

/** A window that holds nothing yet. */
export const openWindow = (): SlidingWindow => ({ last: [], next: 0, sorted: [] });

/** Puts the value of the next snapshot in, and takes the oldest out once there are 28. */
export function slide(window: SlidingWindow, value: number | null): void {
  const { last, sorted, next } = window;
  const oldest = last[next];
  if (oldest !== undefined && !Number.isNaN(oldest)) remove(sorted, oldest);
  last[next] = value ?? NaN;
  window.next = next + 1 === Z_WINDOW ? 0 : next + 1;
  if (value !== null) insert(sorted, value);
}

function insert(ascending: number[], value: number): void {
  let at = ascending.length;
  ascending.push(value);
  for (; at > 0 && (ascending[at - 1] as number) > value; at--)
    ascending[at] = ascending[at - 1] as number;
  ascending[at] = value;
}

function remove(ascending: number[], value: number): void {
  const end = ascending.length - 1;
  for (let at = ascending.indexOf(value); at < end; at++)
    ascending[at] = ascending[at + 1] as number;
  ascending.pop();
}
