// A digest of slots that are in the lake alone, all or some of them: they are counted, and what is not
// here is said to be there. Nothing older stands in for it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Compare } from '../../src/config/config.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { DAY_MS, isoTime } from '../../src/lib/clock.ts';
import { sync, thin } from '../history/lake/tiers-world.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWatch } from '../support/world.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from './market-world.ts';

const daysAgo = (days: number): Compare => ({
  kind: 'ago',
  ms: days * DAY_MS,
  text: `${days}d`,
});
const PREVIOUS: Compare = { kind: 'previous' };

let whole: HistoryFile;
let thinned: HistoryFile;
const both = () => [whole, thinned] as const;

/** Ten products: `a` comes on day 15, `b` on day 17. */
function listOf(day: number) {
  const ids = Array.from({ length: 10 }, (_, index) => `p${(index * 3 + day) % 10}`);
  if (day >= 15) ids[8] = 'a';
  if (day >= 17) ids[9] = 'b';
  const list = fetchedList(
    ids.map((id) => ({ id, posts: 100 + day })),
    { pageSize: 5, missing: day === 22 ? [2] : [] },
  );
  return day === 25
    ? { ...list, pages: [], missing: [{ page: 1, reason: 'server_error' as const, detail: '503' }] }
    : list;
}

// Days 0 to 37 leave, but for 8, 10, 15 and 17, which two alerts were decided on, and 25, which failed.
beforeAll(async () => {
  const rules = ['a', 'b'].map((id) =>
    makeRule({ name: id, when: `product_id = '${id}'`, compare: daysAgo(7) }),
  );
  const overrides = { watches: [makeWatch({ depth: 10 })], rules };
  [whole, thinned] = [makeHistoryFile(overrides), makeHistoryFile(overrides)];
  for (const { world } of both())
    for (let day = 0; day < 100; day++) await world.pass(dayAt(day), listOf(day));
  await sync(thinned);
  const gone = await thin(thinned, 100);
  expect(gone?.watches).toMatchObject([{ snapshots: 33 }]);
}, 60_000);
afterAll(() => both().forEach((file) => file.close()));

const ask = (file: HistoryFile, from: number, to: number, compare: Compare = daysAgo(7)) =>
  factsOf(file.world, makeDigest({ compare }), periodOfDays(from, to));
function mailOf(from: number, to: number, compare?: Compare) {
  const { text, html } = digestMail(messageOf(ask(thinned, from, to, compare)), 'team-mail');
  const plain = (of: string) => of.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  return [plain(text), plain(html)] as const;
}
const healthOf = (file: HistoryFile, from: number, to: number) => {
  const { in_lake: left, ...counts } = ask(file, from, to).watches[0]?.health ?? {};
  return { left, counts };
};

test('slots are counted wherever their rows are, and those in the lake alone are told', () => {
  const { left, counts } = healthOf(thinned, 19, 99);
  expect(counts).toEqual(healthOf(whole, 19, 99).counts);
  expect(counts).toMatchObject({ expected: 80, complete: 78, partial: 1, failed: 1, pending: 0 });
  expect(left).toEqual({ snapshots: 17, from: isoTime(dayAt(20)), to: isoTime(dayAt(37)) });
  for (const said of mailOf(19, 99))
    expect(said).toContain(
      '17 snapshots of them, from Wed 21 Jan to Sat 7 Feb, are in the lake alone: their lists are not shown here.',
    );
});

test('a period after them says what it says without a lake', () => {
  expect(ask(thinned, 60, 99, daysAgo(30))).toEqual(ask(whole, 60, 99, daysAgo(30)));
  expect(ask(thinned, 60, 99, daysAgo(30)).watches[0]?.health).not.toHaveProperty('in_lake');
});

test('a list that is in the lake alone is not shown, nor an older one in its place', () => {
  expect(ask(thinned, 10, 18).watches[0]).toMatchObject({
    snapshot: null,
    missing: { kind: 'in_lake', at: isoTime(dayAt(18)) },
  });
  for (const said of mailOf(10, 18))
    expect(said).toContain(
      'us-daily: nothing to show, the list of Mon 19 Jan is in the lake alone.',
    );
});

test.each<[string, number, Compare, number]>([
  ['of so long ago', 60, daysAgo(40), 20],
  ['before it, where an older one is here', 17, PREVIOUS, 16],
])('a list to compare with %s that is in the lake alone is told', (_, day, compare, at) => {
  expect(ask(thinned, day - 1, day, compare).watches[0]).toMatchObject({
    snapshot: { slot_at: isoTime(dayAt(day)) },
    baseline: null,
    missing: { kind: 'in_lake', at: isoTime(dayAt(at)) },
  });
  expect(ask(whole, day - 1, day, compare).watches[0]?.baseline).toMatchObject({
    slot_at: isoTime(dayAt(at)),
  });
  for (const said of mailOf(day - 1, day, compare))
    expect(said).toMatch(/nothing to compare with, the list of \w+ \d+ \w+ is in the lake alone\./);
});

test('a list to compare with that alerts kept serves as before', () => {
  const facts = (file: HistoryFile) => ask(file, 16, 17, daysAgo(2)).watches[0];
  expect(facts(thinned)).toMatchObject({ baseline: { slot_at: isoTime(dayAt(15)) } });
  expect(facts(thinned)).toMatchObject({ totals: facts(whole)?.totals });
});

test('what is too young, or ended before, is told by what the lake has, too', () => {
  const missing = (file: HistoryFile, from: number, to: number, compare: Compare) =>
    ask(file, from, to, compare).watches[0]?.missing;
  for (const file of both()) {
    expect(missing(file, 14, 15, daysAgo(16))).toEqual({
      kind: 'no_baseline',
      at: isoTime(dayAt(0)),
    });
    expect(missing(file, 24, 25, daysAgo(7))).toEqual({
      kind: 'no_complete',
      at: isoTime(dayAt(24)),
    });
  }
});
