// Conditions of rules, each as SQL and as a predicate in three-valued logic: what SQL makes of NULL is written out here.
import type { Row, Value } from './oracle-changes.ts';

/** true, false, or unknown. */
export type Truth = boolean | null;

type Number3 = number | null;

const num = (value: Value | undefined): Number3 => (typeof value === 'number' ? value : null);
const compare =
  (test: (a: number, b: number) => boolean) =>
  (a: Number3, b: Number3): Truth =>
    a === null || b === null ? null : test(a, b);
const le = compare((a, b) => a <= b);
const lt = compare((a, b) => a < b);
const ge = compare((a, b) => a >= b);
const gt = compare((a, b) => a > b);
const is = (value: Value | undefined, text: string): Truth =>
  value === null || value === undefined ? null : value === text;
const not = (a: Truth): Truth => (a === null ? null : !a);
/** False as soon as one is false, so that what costs much can come last, as a function. */
function and(...all: (Truth | (() => Truth))[]): Truth {
  let truth: Truth = true;
  for (const one of all) {
    const value = typeof one === 'function' ? one() : one;
    if (value === false) return false;
    if (value === null) truth = null;
  }
  return truth;
}
function or(...all: Truth[]): Truth {
  if (all.includes(true)) return true;
  return all.includes(null) ? null : false;
}
/** SQL: anything divided by 0 is NULL. */
const divide = (a: Number3, b: Number3): Number3 =>
  a === null || b === null || b === 0 ? null : a / b;

type Condition = (row: Row) => Truth;

/** Every condition that the worlds draw from, by its SQL. */
export const CONDITIONS: Record<string, Condition> = {
  'rank <= 3': (r) => le(num(r.rank), 3),
  'rank <= 5': (r) => le(num(r.rank), 5),
  'not (rank > 4)': (r) => not(gt(num(r.rank), 4)),
  'rank between 2 and 4': (r) => and(ge(num(r.rank), 2), le(num(r.rank), 4)),
  'rank > 5': (r) => gt(num(r.rank), 5),
  'rank > 7': (r) => gt(num(r.rank), 7),
  'rank is null': (r) => r.rank === null,
  'rank_gain >= 2 and rank <= 5': (r) => and(ge(num(r.rank_gain), 2), le(num(r.rank), 5)),
  'rank_gain <= -2': (r) => le(num(r.rank_gain), -2),
  'rank_gain > 0': (r) => gt(num(r.rank_gain), 0),
  'rank % 2 = 0': (r) => (num(r.rank) === null ? null : Number(r.rank) % 2 === 0),
  'rank % 3 = 1 or posts % 7 < 3': (r) =>
    or(
      num(r.rank) === null ? null : Number(r.rank) % 3 === 1,
      num(r.posts) === null ? null : Number(r.posts) % 7 < 3,
    ),
  rank_gain: (r) => (r.rank_gain === null ? null : num(r.rank_gain) !== 0),
  'coalesce(rank_gain, 0) <= 0': (r) => (num(r.rank_gain) ?? 0) <= 0,
  "status = 'new'": (r) => is(r.status, 'new'),
  "status = 'left'": (r) => is(r.status, 'left'),
  "status = 'left' and rank_before <= 4": (r) =>
    and(is(r.status, 'left'), le(num(r.rank_before), 4)),
  "status in ('new', 'returned') and rank <= 5": (r) =>
    and(or(is(r.status, 'new'), is(r.status, 'returned')), le(num(r.rank), 5)),
  "status = 'returned' or rank = 1": (r) =>
    or(is(r.status, 'returned'), r.rank === null ? null : r.rank === 1),
  "status <> 'stayed'": (r) => not(is(r.status, 'stayed')),
  "status = 'stayed'": (r) => is(r.status, 'stayed'),
  'posts_pct >= 20 and posts_before >= 100': (r) =>
    and(ge(num(r.posts_pct), 20), ge(num(r.posts_before), 100)),
  'posts_pct < 0': (r) => lt(num(r.posts_pct), 0),
  'posts is null or posts < 200': (r) => or(r.posts === null, lt(num(r.posts), 200)),
  'ctr >= 2 and impressions >= 1000': (r) => and(ge(num(r.ctr), 2), ge(num(r.impressions), 1000)),
  'ctr_delta <= -0.1': (r) => le(num(r.ctr_delta), -0.1),
  'ctr_delta > 0 or cost_delta < 0': (r) => or(gt(num(r.ctr_delta), 0), lt(num(r.cost_delta), 0)),
  'impressions / cost > 20': (r) => gt(divide(num(r.impressions), num(r.cost)), 20),
  'rank = rank_best and slots_on_list >= 3': (r) =>
    and(
      r.rank === null || r.rank_best === null ? null : r.rank === r.rank_best,
      ge(num(r.slots_on_list), 3),
    ),
  'slots_on_list >= 5': (r) => ge(num(r.slots_on_list), 5),
  'streak >= 2': (r) => ge(num(r.streak), 2),
  'streak <= -2': (r) => le(num(r.streak), -2),
  'streak = 0': (r) => (r.streak === null ? null : r.streak === 0),
  'abs(rank_z) >= 2': (r) => ge(num(r.rank_z) === null ? null : Math.abs(num(r.rank_z) ?? 0), 2),
  'posts_z >= 1.5 or impressions_z >= 1.5': (r) =>
    or(ge(num(r.posts_z), 1.5), ge(num(r.impressions_z), 1.5)),
  'gap_days > 1': (r) => gt(num(r.gap_days), 1),
  "category_l1 = 'Beauty' and rank <= 6": (r) =>
    and(is(r.category_l1, 'Beauty'), le(num(r.rank), 6)),
  // The cookbook.
  'rank <= 50': (r) => le(num(r.rank), 50),
  'rank > 60': (r) => gt(num(r.rank), 60),
  'rank = 1': (r) => (r.rank === null ? null : r.rank === 1),
  "product_id = '601583' and (rank > 100 or status = 'left')": (r) =>
    and(is(r.product_id, '601583'), or(gt(num(r.rank), 100), is(r.status, 'left'))),
  'ctr >= 3 and impressions >= 1000000': (r) =>
    and(ge(num(r.ctr), 3), ge(num(r.impressions), 1_000_000)),
  'ctr < 2.8': (r) => lt(num(r.ctr), 2.8),
  'cvr >= 5 and cpa > 0 and cpa <= 5 and impressions >= 1000000': (r) =>
    and(ge(num(r.cvr), 5), gt(num(r.cpa), 0), le(num(r.cpa), 5), ge(num(r.impressions), 1_000_000)),
  'impressions / cost > 400 and impressions >= 1000000': (r) =>
    and(gt(divide(num(r.impressions), num(r.cost)), 400), ge(num(r.impressions), 1_000_000)),
  'rank_gain >= 40 and rank <= 100': (r) => and(ge(num(r.rank_gain), 40), le(num(r.rank), 100)),
  'rank_gain <= -30 and rank_before <= 100': (r) =>
    and(le(num(r.rank_gain), -30), le(num(r.rank_before), 100)),
  "rank_before <= 10 and (rank > 10 or status = 'left')": (r) =>
    and(le(num(r.rank_before), 10), or(gt(num(r.rank), 10), is(r.status, 'left'))),
  "status = 'new' and rank <= 200": (r) => and(is(r.status, 'new'), le(num(r.rank), 200)),
  "status = 'returned' and rank <= 100": (r) => and(is(r.status, 'returned'), le(num(r.rank), 100)),
  "status = 'left' and rank_best <= 50": (r) =>
    and(is(r.status, 'left'), () => le(num(r.rank_best), 50)),
  'ctr_delta <= -1 and impressions >= 1000000': (r) =>
    and(le(num(r.ctr_delta), -1), ge(num(r.impressions), 1_000_000)),
  'posts_pct >= 100 and posts_before >= 100': (r) =>
    and(ge(num(r.posts_pct), 100), ge(num(r.posts_before), 100)),
  'posts_pct < 50': (r) => lt(num(r.posts_pct), 50),
  'cost_pct <= -33 and cost_before >= 1000 and rank_gain >= -5': (r) =>
    and(le(num(r.cost_pct), -33), ge(num(r.cost_before), 1000), ge(num(r.rank_gain), -5)),
  'posts_pct >= 200 and posts_before >= 50': (r) =>
    and(ge(num(r.posts_pct), 200), ge(num(r.posts_before), 50)),
  'rank = rank_best and rank_gain >= 10 and slots_on_list >= 14 and rank <= 100': (r) =>
    and(ge(num(r.rank_gain), 10), le(num(r.rank), 100), ge(num(r.slots_on_list), 14), () =>
      r.rank === null || r.rank_best === null ? null : r.rank === r.rank_best,
    ),
  'streak >= 5 and rank <= 200': (r) => and(le(num(r.rank), 200), () => ge(num(r.streak), 5)),
  'streak <= -5 and rank_best <= 50': (r) =>
    and(le(num(r.streak), -5), () => le(num(r.rank_best), 50)),
  'rank_z <= -3.5 and rank_gain >= 10': (r) =>
    and(ge(num(r.rank_gain), 10), () => le(num(r.rank_z), -3.5)),
  'posts_z >= 5 and posts_pct >= 50 and posts_before >= 100': (r) =>
    and(ge(num(r.posts_pct), 50), ge(num(r.posts_before), 100), () => ge(num(r.posts_z), 5)),
  "category_l1 = 'Beauty & Personal Care' and status = 'new'": (r) =>
    and(is(r.category_l1, 'Beauty & Personal Care'), is(r.status, 'new')),
};

/** Those in the words of the list in test/support/games.ts. */
export const GAMES_CONDITIONS: Record<string, Condition> = {
  'rank % 3 = 1 or players % 7 < 3': (r) =>
    or(
      num(r.rank) === null ? null : Number(r.rank) % 3 === 1,
      num(r.players) === null ? null : Number(r.players) % 7 < 3,
    ),
  'players_pct >= 20 and players_before >= 100': (r) =>
    and(ge(num(r.players_pct), 20), ge(num(r.players_before), 100)),
  'players_pct < 0': (r) => lt(num(r.players_pct), 0),
  'players is null or players < 200': (r) => or(r.players === null, lt(num(r.players), 200)),
  'praise_delta <= -0.1': (r) => le(num(r.praise_delta), -0.1),
  'praise_delta > 0 or price_delta < 0': (r) =>
    or(gt(num(r.praise_delta), 0), lt(num(r.price_delta), 0)),
  'players / price > 20': (r) => gt(divide(num(r.players), num(r.price)), 20),
  'hours_z >= 1.5 or reviews_z >= 1.5': (r) =>
    or(ge(num(r.hours_z), 1.5), ge(num(r.reviews_z), 1.5)),
  'abs(hours_z) >= 1': (r) => ge(num(r.hours_z) === null ? null : Math.abs(num(r.hours_z) ?? 0), 1),
  "platform = 'pc' and days = 1 and reviews_delta > 0": (r) =>
    and(is(r.platform, 'pc'), r.days === null ? null : r.days === 1, gt(num(r.reviews_delta), 0)),
};

/** What a condition says of a row. */
export function meaning(sql: string): Condition {
  const condition = CONDITIONS[sql] ?? GAMES_CONDITIONS[sql];
  if (condition === undefined) throw new Error(`no predicate for: ${sql}`);
  return condition;
}
