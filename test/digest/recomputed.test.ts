// Every figure of a digest over a simulated week, computed a second time in plain SQL on the views people query.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, isoTime } from '../../src/lib/clock.ts';
import type {
  DigestFacts,
  DigestFigure,
  DigestList,
  DigestRow,
  DigestWatch,
} from '../../src/message/digest.ts';
import { dayAt, makeRule, makeWatch, makeWorld, type World } from '../support/world.ts';
import { factsOf, makeDigest, periodOfDays, takeDays } from './market-world.ts';

const PERIOD = periodOfDays(21, 28);
const TOP = 25;
let world: World;
let facts: DigestFacts;

beforeAll(async () => {
  world = makeWorld({
    watches: [
      makeWatch({ name: 'us-daily', depth: 500 }),
      makeWatch({ name: 'gb-week', region: 'GB', timeScope: 7, depth: 120 }),
    ],
    rules: [
      makeRule({
        name: 'breakout',
        when: 'rank_gain >= 30 and rank <= 150',
        cooldownMs: 5 * DAY_MS,
      }),
      makeRule({
        name: 'top-10',
        when: 'rank <= 10',
        clear: 'rank > 12',
        resolved: true,
        severity: 'warning',
      }),
      makeRule({ name: 'never', when: 'rank < 0' }),
    ],
  });
  await takeDays(world, 0, 28, { 23: 'failed', 25: 'missed', 26: 'partial' });
  facts = factsOf(world, makeDigest({ top: TOP }), PERIOD);
});
afterAll(() => world.close());

const all = (sql: string, ...values: unknown[]): Record<string, unknown>[] =>
  world.db.raw.prepare(sql).all(...values) as Record<string, unknown>[];
const one = (sql: string, ...values: unknown[]): Record<string, unknown> =>
  all(sql, ...values)[0] ?? {};

/** The change rows of the newest complete snapshot of each watch in the period. */
const ROWS = `(SELECT c.*, CASE c.watch WHEN 'us-daily' THEN 1 ELSE 2 END AS place FROM changes_7d c WHERE c.snapshot_id IN (
  SELECT max(s.id) FROM snapshots s WHERE s.status = 'complete' AND s.slot_at > ${PERIOD.sinceAt} AND s.slot_at <= ${PERIOD.slotAt} GROUP BY s.watch_id))`;

const key = (row: Record<string, unknown>) => `${String(row.watch)}/${String(row.product_id)}`;
const keys = ({ rows }: DigestList) => rows.map(({ watch, product }) => `${watch}/${product.id}`);
const watchFacts = (name: string): DigestWatch =>
  facts.watches.find(({ watch }) => watch === name) as DigestWatch;

describe.each(['us-daily', 'gb-week'])('%s', (name) => {
  test('its snapshots are counted by what came of them', () => {
    const counted = one(
      `SELECT count(*) AS expected, sum(status = 'complete') AS complete, sum(status = 'partial') AS partial, sum(status = 'stale') AS stale, sum(status = 'suspect') AS suspect,
      sum(status = 'failed') AS failed, sum(status = 'missed') AS missed FROM snapshots s JOIN watches w ON w.id = s.watch_id WHERE w.name = ? AND slot_at > ? AND slot_at <= ?`,
      name,
      PERIOD.sinceAt,
      PERIOD.slotAt,
    );
    expect(watchFacts(name).health).toMatchObject(counted);
    expect(counted).toMatchObject({ expected: 7, complete: 4, partial: 1, failed: 1, missed: 1 });
    expect(watchFacts(name).health).toMatchObject({ pending: 0, extra: 0 });
    expect(
      watchFacts(name).health.troubles.map(({ slot_at, status }) => [slot_at, status]),
    ).toEqual([
      [isoTime(dayAt(26)), 'partial'],
      [isoTime(dayAt(25)), 'missed'],
      [isoTime(dayAt(23)), 'failed'],
    ]);
  });

  test('it says which snapshot and which baseline the figures are of', () => {
    const row = one(
      `SELECT snapshot_id, slot_at, baseline_id, baseline_at, gap_days, count(rank) AS listed FROM ${ROWS} WHERE watch = ?`,
      name,
    );
    expect(watchFacts(name)).toMatchObject({
      snapshot: { id: row.snapshot_id, slot_at: row.slot_at, rows: row.listed },
      baseline: { id: row.baseline_id, slot_at: row.baseline_at, gap_days: row.gap_days },
      missing: null,
    });
    expect([row.slot_at, row.baseline_at, row.gap_days]).toEqual([
      isoTime(dayAt(28)),
      isoTime(dayAt(21)),
      7,
    ]);
  });

  test('its totals are sums over the products of one list', () => {
    const { totals } = watchFacts(name);
    const counts = one(
      `SELECT count(rank) AS now, count(rank_before) AS before, sum(status = 'new') AS entered, sum(status = 'returned') AS returned, sum(status = 'left') AS "left" FROM ${ROWS} WHERE watch = ?`,
      name,
    );
    expect(totals).toMatchObject({
      products: { now: counts.now, before: counts.before },
      entered: counts.entered,
      returned: counts.returned,
      left: counts.left,
    });
    for (const metric of ['posts', 'impressions', 'cost'] as const)
      expect(totals).toHaveProperty(metric, total(metric, 'watch = ?', name));
  });

  test('its categories are the same, category by category', () => {
    const expected = all(
      `SELECT category_l1, count(rank) AS now, count(rank_before) AS before, sum(status = 'new') AS entered, sum(status = 'returned') AS returned, sum(status = 'left') AS "left",
      sum(status = 'stayed' AND rank_gain > 0) AS climbed, sum(status = 'stayed' AND rank_gain < 0) AS fell FROM ${ROWS} WHERE watch = ? GROUP BY category_l1 ORDER BY sum(posts) DESC`,
      name,
    );
    const { categories } = watchFacts(name);
    expect(categories.total).toBe(expected.length);
    expect(categories.rows).toHaveLength(10);
    for (const [index, category] of categories.rows.entries()) {
      const { now, before, ...counts } = expected[index] ?? {};
      expect(category).toMatchObject({ ...counts, products: { now, before } });
      expect(category).toHaveProperty(
        'posts',
        total('posts', 'watch = ? AND category_l1 IS ?', name, category.category_l1),
      );
    }
  });

  test('its chart shows the first ten at every slot of the week, with gaps where nothing is known', () => {
    const { chart } = watchFacts(name);
    expect(chart?.slots).toEqual(Array.from({ length: 8 }, (_, day) => isoTime(dayAt(21 + day))));
    expect(chart?.rows.map(({ product }) => product.id)).toEqual(
      all(`SELECT product_id FROM ${ROWS} WHERE watch = ? AND rank <= 10 ORDER BY rank`, name).map(
        (row) => row.product_id,
      ),
    );
    for (const { product, ranks } of chart?.rows ?? [])
      expect(ranks).toEqual(chart?.slots.map((slot) => rankIn(name, product.id, slot)));
    expect(
      chart?.rows.every(({ ranks }) => ranks[2] === null && ranks[4] === null && ranks[7] !== null),
    ).toBe(true);
  });

  test('who moved most is named', () => {
    const mover = one(
      `SELECT product_id FROM ${ROWS} WHERE watch = ? AND status = 'stayed' ORDER BY abs(ln(1.0 * rank_before / rank)) DESC, rank LIMIT 1`,
      name,
    );
    expect(watchFacts(name).top_mover?.product.id).toBe(mover.product_id);
  });

  test('its alerts are counted', () => {
    const counted = one(
      `SELECT sum(quiet IS NULL AND ${within('fired_at')}) AS fired, sum(quiet IS NULL AND resolved_reason = 'cleared' AND ${within('resolved_at')}) AS resolved,
      sum(quiet IN ('silenced', 'cooldown') AND ${within('fired_at')}) AS muted FROM alert_log WHERE watch = ?`,
      name,
    );
    expect(watchFacts(name).alerts).toEqual(counted);
  });
});

const within = (column: string) =>
  `coalesce(${column} > '${isoTime(PERIOD.sinceAt)}' AND ${column} <= '${isoTime(PERIOD.slotAt)}', 0)`;

/** What rounding to 3 significant digits can hide of a value: half a unit of the third digit. Counts below 1,000 are exact. */
const slackSql = (metric: string, column: string) =>
  `CASE WHEN ${column} >= ${metric === 'cost' ? '0.0001' : '1000'} THEN pow(10, floor(log10(${column})) - 2) / 2 ELSE 0 END`;
function total(metric: string, where: string, ...values: unknown[]): Record<string, unknown> {
  const { about_same: same, ...figures } = one(
    `SELECT "now", compared, compared_now, "before", unknown, unknown_before,
      CASE WHEN "before" > 0 THEN round((compared_now - "before") * 100.0 / "before", 4) END AS pct,
      coalesce(abs(compared_now - "before") <= slack, 0) AS about_same FROM (
    SELECT round(sum(${metric}), 4) AS "now",
      coalesce(sum(both), 0) AS compared,
      round(sum(CASE WHEN both THEN ${metric} END), 4) AS compared_now,
      round(sum(CASE WHEN both THEN ${metric}_before END), 4) AS "before",
      sum(CASE WHEN both THEN ${slackSql(metric, metric)} + ${slackSql(metric, `${metric}_before`)} END) AS slack,
      sum(rank IS NOT NULL AND ${metric} IS NULL) AS unknown,
      sum(rank_before IS NOT NULL AND ${metric}_before IS NULL) AS unknown_before
    FROM (SELECT *, ${metric} IS NOT NULL AND ${metric}_before IS NOT NULL AS both FROM ${ROWS}) WHERE ${where})`,
    ...values,
  );
  return { ...figures, about_same: same === 1 };
}

function rankIn(watch: string, productId: string, slotAt: string): unknown {
  return (
    one(
      "SELECT rank FROM history WHERE watch = ? AND product_id = ? AND slot_at = ? AND snapshot_status IN ('complete', 'partial')",
      watch,
      productId,
      slotAt,
    ).rank ?? null
  );
}

describe('lists over both watches', () => {
  const LISTS: { list: 'climbers' | 'fallers' | 'entered' | 'returned' | 'left'; sql: string }[] = [
    {
      list: 'climbers',
      sql: "status = 'stayed' AND rank < rank_before ORDER BY ln(1.0 * rank_before / rank) DESC, rank, place",
    },
    {
      list: 'fallers',
      sql: "status = 'stayed' AND rank > rank_before ORDER BY ln(1.0 * rank_before / rank), rank, place",
    },
    { list: 'entered', sql: "status = 'new' ORDER BY rank, place" },
    { list: 'returned', sql: "status = 'returned' ORDER BY rank, place" },
    { list: 'left', sql: "status = 'left' ORDER BY rank_before, place" },
  ];
  test.each(LISTS)('$list are those of the view, in the same order', ({ list, sql }) => {
    const rows = all(`SELECT * FROM ${ROWS} WHERE ${sql}`);
    expect(rows.length).toBeGreaterThan(5);
    expect(facts[list].total).toBe(rows.length);
    expect(keys(facts[list])).toEqual(rows.slice(0, TOP).map(key));
    for (const [index, row] of facts[list].rows.entries()) {
      const {
        product_id,
        product,
        category_l1,
        category_l2,
        status,
        rank,
        rank_before,
        rank_gain,
        posts,
        posts_before,
        posts_pct,
        rank_best,
        slots_on_list,
        streak,
      } = rows[index] ?? {};
      expect(row).toMatchObject({
        product: { id: product_id, name: product, category_l1, category_l2 },
        status,
        rank,
        rank_before,
        rank_gain,
        rank_best,
        slots_on_list,
        streak,
        posts: { now: posts, before: posts_before, pct: posts_pct },
      });
      expect(row.ranks).toEqual(
        Array.from({ length: 8 }, (_, day) =>
          rankIn(row.watch, row.product.id, isoTime(dayAt(21 + day))),
        ),
      );
    }
  });

  test('a large step from a low rank comes before a larger number of places further down', () => {
    const score = ({ rank, rank_before }: DigestFacts['climbers']['rows'][number]) =>
      Math.log((rank_before ?? 1) / (rank ?? 1));
    const scores = facts.climbers.rows.map(score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(facts.climbers.rows.map(({ rank_gain }) => rank_gain)).not.toEqual(
      [...facts.climbers.rows]
        .map(({ rank_gain }) => rank_gain)
        .sort((a, b) => (b ?? 0) - (a ?? 0)),
    );
  });

  test.each([
    { list: 'returned' as const, until: 'baseline_at' },
    { list: 'left' as const, until: 'slot_at' },
  ])('$list say where they were last seen', ({ list, until }) => {
    expect(facts[list].rows.length).toBeGreaterThan(5);
    for (const { watch, product, last_seen: lastSeen } of facts[list].rows) {
      expect(lastSeen).toEqual(
        one(
          `SELECT h.slot_at, h.rank FROM history h JOIN ${ROWS} c ON c.watch = h.watch AND c.product_id = h.product_id
        WHERE h.watch = ? AND h.product_id = ? AND h.slot_at ${list === 'left' ? '<' : '<='} c.${until} AND h.snapshot_status IN ('complete', 'partial') ORDER BY h.slot_at DESC LIMIT 1`,
          watch,
          product.id,
        ),
      );
    }
  });

  test('records are best ranks of after the baseline, of products with seven snapshots before', () => {
    const best = (until: string) =>
      `(SELECT min(h.rank) FROM history h WHERE h.watch = c.watch AND h.product_id = c.product_id AND h.slot_at <= c.${until} AND h.snapshot_status IN ('complete', 'partial'))`;
    const rows =
      all(`SELECT * FROM (SELECT c.*, ${best('slot_at')} AS best, ${best('baseline_at')} AS best_before,
        (SELECT count(*) FROM history h WHERE h.watch = c.watch AND h.product_id = c.product_id AND h.slot_at <= c.baseline_at AND h.snapshot_status IN ('complete', 'partial')) AS slots_before
      FROM ${ROWS} c WHERE c.status = 'stayed') WHERE best < best_before AND slots_before >= 7 ORDER BY best, rank, place`);
    expect(rows.length).toBeGreaterThan(5);
    expect(facts.records.total).toBe(rows.length);
    expect(
      facts.records.rows.map((row) => [
        `${row.watch}/${row.product.id}`,
        row.rank_best,
        row.rank_best_before,
      ]),
    ).toEqual(rows.slice(0, TOP).map((row) => [key(row), row.best, row.best_before]));
  });

  test('streaks are the longest rows of steps in one direction', () => {
    const rows = all(
      `SELECT * FROM ${ROWS} WHERE abs(streak) >= 3 ORDER BY abs(streak) DESC, rank, place`,
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(facts.streaks.total).toBe(rows.length);
    expect(facts.streaks.rows.map((row) => [`${row.watch}/${row.product.id}`, row.streak])).toEqual(
      rows.slice(0, TOP).map((row) => [key(row), row.streak]),
    );
  });

  test('figures of posts say when the difference may be rounding', () => {
    const figures = facts.climbers.rows
      .concat(facts.fallers.rows)
      .map((row) => (row as DigestRow & { posts: DigestFigure }).posts);
    for (const { now, before, about_same } of figures) {
      const { same } = one(
        `SELECT abs(@now - @before) <= ${slackSql('posts', '@now')} + ${slackSql('posts', '@before')} AS same`,
        { now, before },
      );
      expect([now, before, about_same]).toEqual([now, before, same === 1]);
    }
  });
});

test('alerts are those of the log, rule by rule, and a rule with nothing new is left out', () => {
  const rows =
    all(`SELECT * FROM (SELECT rule, sum(quiet IS NULL AND ${within('fired_at')}) AS fired, sum(quiet IS NULL AND resolved_reason = 'cleared' AND ${within('resolved_at')}) AS resolved,
      sum(quiet IN ('silenced', 'cooldown') AND ${within('fired_at')}) AS muted, sum(quiet = 'adopted' AND ${within('fired_at')}) AS adopted,
      sum(quiet IS NULL AND fired_at <= '${isoTime(PERIOD.slotAt)}' AND (resolved_at IS NULL OR resolved_at > '${isoTime(PERIOD.slotAt)}')) AS open
    FROM alert_log GROUP BY rule) WHERE fired + resolved + muted + adopted > 0 ORDER BY rule DESC`);
  expect(rows.map(({ rule }) => rule)).toEqual(['top-10', 'breakout']);
  for (const [index, row] of rows.entries()) expect(facts.alerts[index]).toMatchObject(row);
  expect(facts.alerts.find(({ rule }) => rule === 'breakout')?.muted).toBeGreaterThan(0);
  for (const rule of facts.alerts) {
    for (const alert of rule.alerts)
      expect(alert).toMatchObject(
        one(
          "SELECT alert_id AS id, watch, rank, rank_before, CASE ? WHEN 'fired' THEN fired_at ELSE resolved_at END AS at FROM alert_log WHERE alert_id = ?",
          alert.event,
          alert.id,
        ),
      );
  }
});
