/**
 * Row groups of a file of a month: how many units and rows each has, as the log says it. A month
 * that goes on takes those that are still right over as they are, and only what is behind them is
 * read from the database and laid out. Pure functions.
 */
import { createHash } from 'node:crypto';
import { DAY_MS, type Instant } from '../../lib/clock.ts';
import type { Partition } from './log-state.ts';
import type { Part } from './plan.ts';

/** In the order of the file. A unit lies in one group. */
export type Group = { units: number; rows: number };

/** `isGrown`: the first groups are those of the file before, so that there are more than need be. */
export type Groups = { groups: readonly Group[]; isGrown: boolean };

/** Tag of a file in the log. */
export const GROUPS_TAG = 'tidemark.groups';

/** `1 grown 8:4000 2:1000`; the first is the version of the layout. */
export const formatGroups = (layout: number, { groups, isGrown }: Groups): string =>
  [
    layout,
    isGrown ? 'grown' : 'whole',
    ...groups.map(({ units, rows }) => `${units}:${rows}`),
  ].join(' ');

/** Null where nothing is known of them, or where they are laid out in another way. */
export function parseGroups(layout: number, text: string | undefined): Groups | null {
  const [version, how, ...groups] = text?.split(' ') ?? [];
  if (version !== String(layout)) return null;
  return {
    isGrown: how === 'grown',
    groups: groups.map((group) => {
      const [units = NaN, rows = NaN] = group.split(':').map(Number);
      return { units, rows };
    }),
  };
}

/**
 * A group of so many rows is not written again while its month goes on: 8 days of a list of 500,
 * as twice as many are put together each time.
 * Larger ones would read a little faster, until the month is over and all of it is written whole.
 */
const FULL_ROWS = 3_000;

/**
 * How many of a file's groups a new one of these parts takes over: whole ones of units that are the
 * same. Small ones are written again with what is new, at most as many units as are new already, so
 * that a month has few, and each unit is written few times.
 */
export function groupsToKeep(
  { groups }: Groups,
  before: readonly string[],
  parts: readonly Part[],
): number {
  let same = 0;
  while (same < parts.length && parts[same]?.isSame === true && parts[same]?.key === before[same])
    same += 1;
  let kept = 0;
  let units = 0;
  for (const group of groups) {
    if (units + group.units > same) break;
    units += group.units;
    kept += 1;
  }
  for (let last = groups[kept - 1]; last !== undefined; last = groups[kept - 1]) {
    if (last.rows >= FULL_ROWS || last.units > parts.length - units) break;
    units -= last.units;
    kept -= 1;
  }
  return kept;
}

/** Months are written whole within so many days after their end, each watch on a day of its own. */
const SETTLING_DAYS = 28;

/**
 * Whether a month that grew is to be written whole, in as few groups as need be: its time is over.
 * The day goes by list and watch: all at once would make one sync of the month a long one.
 */
export function isToSettle(
  { isGrown }: Groups,
  { list, watch, month }: Partition,
  now: Instant,
): boolean {
  if (!isGrown) return false;
  const [year = NaN, number = NaN] = month.split('-').map(Number);
  const turn = createHash('sha256').update(`${list}\n${watch}`).digest().readUInt32BE();
  return now >= Date.UTC(year, number, 1) + (turn % SETTLING_DAYS) * DAY_MS;
}
