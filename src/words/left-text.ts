import type { Instant } from '../lib/clock.ts';
import { counted } from './short-numbers.ts';
import { shortTime } from './times.ts';

/** Snapshots that are in a lake alone. */
type Left = { place: string; snapshots: number; fromAt: Instant; toAt: Instant };

/**
 * `38 snapshots, 2026-01-01 06:00 to 2026-02-07 06:00, are in the lake alone, at /data/lake. How to
 * read them: tidemark help growing`. The times are by the clocks of `timeZone`.
 */
export function leftText({ place, snapshots, fromAt, toAt }: Left, timeZone: string): string {
  const span = [...new Set([fromAt, toAt].map((at) => shortTime(at, timeZone)))].join(' to ');
  const [are, them] = snapshots === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${counted(snapshots, 'snapshot')}, ${span}, ${are} in the lake alone, at ${place}. How to read ${them}: tidemark help growing`;
}
