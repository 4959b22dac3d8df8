import { describe, expect, test } from 'vitest';
import {
  formatGroups,
  groupsToKeep,
  isToSettle,
  parseGroups,
  type Group,
} from '../../../src/history/export/groups.ts';
import type { Part } from '../../../src/history/export/plan.ts';

const DAY_MS = 86_400_000;
const LIST = 500;
const key = (unit: number): string => String(unit).padStart(3, '0');
/** Units from 0 on; `other`: those that are not as they were. */
const parts = (count: number, other: readonly number[] = []): Part[] =>
  Array.from({ length: count }, (_, unit) => ({
    key: key(unit),
    digest: 'd',
    deps: [],
    id: unit,
    isSame: !other.includes(unit),
  }));
const grown = (groups: readonly Group[]) => ({ groups, isGrown: true });
const ofUnits = (units: number): Group => ({ units, rows: units * LIST });

/** A month day by day: the units of its groups after each day, and how many were written. */
function grow(days: number): { units: number[]; written: number }[] {
  let groups: Group[] = [];
  return Array.from({ length: days }, (_, day) => {
    const before = Array.from({ length: day }, (_unused, unit) => key(unit));
    const kept = groups.slice(0, groupsToKeep(grown(groups), before, parts(day + 1, [day])));
    const written = day + 1 - kept.reduce((sum, { units }) => sum + units, 0);
    groups = [...kept, ofUnits(written)];
    return { units: groups.map(({ units }) => units), written };
  });
}

describe('the groups that a new file of a month takes over', () => {
  test('are all but small ones, so that a month has few and each list is written few times', () => {
    const month = grow(31);
    expect(month.map(({ units }) => units).slice(0, 9)).toEqual([
      [1],
      [2],
      [2, 1],
      [4],
      [4, 1],
      [4, 2],
      [4, 2, 1],
      [8],
      [8, 1],
    ]);
    expect(month.at(-1)?.units).toEqual([8, 8, 8, 4, 2, 1]);
    expect(Math.max(...month.map(({ written }) => written))).toBe(8);
    expect(month.reduce((sum, { written }) => sum + written, 0)).toBeLessThan(31 * 2.6);
  });

  test('are those before the first list that is not as it was, and none with it', () => {
    const before = Array.from({ length: 16 }, (_, unit) => key(unit));
    const keep = (other: readonly number[]) =>
      groupsToKeep(grown([ofUnits(8), ofUnits(8)]), before, parts(17, [...other, 16]));
    expect([keep([]), keep([8]), keep([15]), keep([7]), keep([0])]).toEqual([2, 1, 1, 0, 0]);
  });

  test('are none behind a list that came in between, or is gone', () => {
    const groups = grown([ofUnits(8), ofUnits(8)]);
    const all = parts(16);
    const names = all.map((part) => part.key);
    expect(groupsToKeep(groups, names.toSpliced(3, 1), all)).toBe(0);
    expect(groupsToKeep(groups, names, all.toSpliced(12, 1))).toBe(1);
    expect(groupsToKeep(groups, names, [])).toBe(0);
  });
});

test('what the log says of groups is read as it was written, and not for another layout', () => {
  const groups = { isGrown: true, groups: [ofUnits(8), { units: 1, rows: 0 }] };
  const text = formatGroups(3, groups);
  expect(text).toBe('3 grown 8:4000 1:0');
  expect(parseGroups(3, text)).toEqual(groups);
  expect(parseGroups(3, formatGroups(3, { groups: [], isGrown: false }))).toEqual({
    groups: [],
    isGrown: false,
  });
  expect([parseGroups(4, text), parseGroups(3, undefined)]).toEqual([null, null]);
});

test('months that grew are written whole in the four weeks after their end, a few a day', () => {
  const end = Date.UTC(2026, 1, 1);
  const settledOn = (watch: string): number => {
    const partition = { list: 'l', watch, month: '2026-01' };
    const day = Array.from({ length: 40 }, (_, at) => at).find((at) =>
      isToSettle(grown([]), partition, end + at * DAY_MS),
    );
    expect(isToSettle(grown([]), partition, end - 1)).toBe(false);
    expect(isToSettle({ groups: [], isGrown: false }, partition, end + 99 * DAY_MS)).toBe(false);
    return day ?? NaN;
  };
  const days = Array.from({ length: 165 }, (_, index) => settledOn(`list-${index}`));
  const most = Math.max(...days.map((day) => days.filter((other) => other === day).length));
  expect([Math.min(...days), Math.max(...days)]).toEqual([0, 27]);
  expect(most).toBeLessThan(20);
});
