// A rule beside its edited self in one replay, slot by slot over all watches, comes to what two
// replays of their own come to, each list by list.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differenceOf } from '../../src/backtest/difference.ts';
import { figuresOf } from '../../src/backtest/figures.ts';
import { openReplay, runReplay } from '../../src/backtest/replay.ts';
import { countedOf, dayIn } from '../../src/backtest/report.ts';
import type { Rule } from '../../src/config/config.ts';
import { nameProduct } from '../../src/store/alerts/episodes.ts';
import { backtestRule, type Progress } from '../../src/web/rules/backtest.ts';
import { mulberry } from '../bench/mulberry.ts';
import { dayAt, fetchedList, makeRule, makeWatch } from '../support/world.ts';
import { makeBacktestWorld, type BacktestWorld } from './backtest-world.ts';

const DAYS = 30;
let made: BacktestWorld;

/** Two lists that share products; days are missing, and one list begins later. */
beforeAll(async () => {
  made = makeBacktestWorld('{ any: { when: "rank <= 2", notify: [hook] } }');
  const watches = [makeWatch({ depth: 30 }), makeWatch({ name: 'thai', region: 'TH', depth: 30 })];
  made.world.configure({ watches });
  const random = mulberry(7);
  const list = () =>
    Array.from({ length: 40 }, (_, index) => ({ id: `p${index}`, at: index + random() * 12 }))
      .sort((a, b) => a.at - b.at)
      .slice(0, 30)
      .map(({ id }) => id);
  for (let day = 0; day < DAYS; day++)
    for (const { name } of watches) {
      const isGap = day % 11 === 5 || (name === 'thai' && (day < 6 || day === 20));
      if (!isGap) await made.world.pass(dayAt(day), fetchedList(list()), { watch: name });
    }
});
afterAll(() => made.close());

const configOf = (rules: readonly Rule[]) => ({ ...made.world.config, rules });

/** What one rule told by itself. */
async function alone(rule: Rule) {
  const scope = { watch: undefined, rule: undefined };
  const now = made.world.clock.now();
  const replay = openReplay(made.config.database, configOf([rule]), scope, now);
  expect(await runReplay(replay, () => {}, new AbortController().signal)).toBe(true);
  const counted = countedOf(replay, -Infinity);
  const named = (productId: number) => nameProduct(replay.db, productId).upstreamId;
  return { replay, counted, named, ruleNames: new Map(replay.rules.map(({ id }) => [id, 'it'])) };
}

const base = makeRule({ name: 'it', when: 'rank <= 10', notify: [] });
const week = { kind: 'ago', ms: 7 * 86_400_000, text: '7d' } as const;

describe('a rule beside its edited self', () => {
  test.each<[string, Partial<Rule>, Partial<Rule>]>([
    ['another bound', {}, { when: 'rank <= 5' }],
    ['the same', {}, {}],
    ['another baseline', { when: 'rank_gain >= 5' }, { when: 'rank_gain >= 5', compare: week }],
    ['a cooldown, told late', {}, { cooldownMs: 3 * 86_400_000 }],
    ['more slots', { onFirst: 'notify' }, { for: 3, clearFor: 2, repeatMs: 7 * 86_400_000 }],
    ['what left', { when: "status = 'left'" }, { when: "status in ('left', 'new')" }],
    ['one watch', {}, { watches: ['thai'] }],
    ['a failing one', {}, { when: "json_extract('x', '$') = 1" }],
  ])('%s', async (_, one, other) => {
    const [configured, edited] = [
      { ...base, ...one },
      { ...base, ...other },
    ];
    const [before, after] = [await alone(configured), await alone(edited)];
    const told: Progress[] = [];
    const report = await backtestRule(
      configOf([base]),
      configured,
      edited,
      made.world.clock,
      (progress) => told.push(progress),
    );
    const figures = ({ counted }: typeof before) =>
      figuresOf(counted, [], dayIn(made.config.timezone));
    expect(figures(before)).toMatchObject(report.configured);
    expect(figures(after)).toMatchObject(report.edited);
    const difference = differenceOf(after, before);
    expect(report.both).toBe(difference.rules.reduce((sum, { both }) => sum + both, 0));
    expect(report.only_edited_count).toBe(difference.onlyHere.length);
    expect(report.only_configured_count).toBe(difference.onlyThere.length);
    const keys = (all: readonly { slot_at: string; product_id: string }[]) =>
      all.map(({ slot_at, product_id }) => `${slot_at} ${product_id}`).sort();
    const newest = difference.onlyHere
      .map((alert) => ({
        slot_at: new Date(alert.slotAt).toISOString(),
        product_id: after.named(alert.productId),
      }))
      .sort((a, b) => (a.slot_at < b.slot_at ? 1 : -1));
    if (newest.length <= report.only_edited.length)
      expect(keys(report.only_edited)).toEqual(keys(newest));
    expect(report.set_aside === null).toBe(after.replay.setAside.size === 0);
    // On the way it tells of all that is told, in the order of slots.
    const sum = (side: 'configured' | 'edited') => told.reduce((all, part) => all + part[side], 0);
    expect([sum('configured'), sum('edited')]).toEqual([
      report.configured.fired,
      report.edited.fired,
    ]);
    const bounds = told.flatMap(({ from, to }) => [from, to]);
    expect(bounds).toEqual([...bounds].sort());
    expect([bounds[0], bounds.at(-1)]).toEqual([report.from, report.to]);
    for (const { replay } of [before, after]) replay.db.close();
  });
});
