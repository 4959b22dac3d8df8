// One day of one region: what happened in every leaf. A window is a sum of these.
import { popularityOf } from './popularity.ts';
import { normal, uniform, wholeNumber, type Stream } from './random.ts';
import { REGIONS } from './regions.ts';

/**
 * Counts (and cost in USD) per leaf, in the order of the catalogue. Sums of columns are columns.
 */
export type Column = Record<(typeof COUNTED)[number], Float64Array>;
export const COUNTED = [
  'posts',
  'impressions',
  'cost',
  'clicks',
  'conversions',
  'views6s',
  'likes',
  'comments',
  'shares',
] as const;

/** Zero of everything, for so many leaves. */
export function emptyColumn(leaves: number): Column {
  const make = () => new Float64Array(leaves);
  return {
    posts: make(),
    impressions: make(),
    cost: make(),
    clicks: make(),
    conversions: make(),
    views6s: make(),
    likes: make(),
    comments: make(),
    shares: make(),
  };
}

/** Adds `other` to `column`, which is changed. */
export function unsafeAddColumn(column: Column, other: Column): void {
  for (const name of COUNTED) {
    const sums = column[name];
    const values = other[name];
    for (let leaf = 0; leaf < sums.length; leaf++)
      sums[leaf] = (sums[leaf] ?? 0) + (values[leaf] ?? 0);
  }
}

type Ratio = {
  stream: Stream;
  median: number;
  /** Log-scale, between leaves. */ spread: number;
  /** Log-scale, between days. */ daily: number;
  low: number;
  high: number;
};

// Medians and limits are the ranges seen in real rows. `daily` follows a click-through rate that
// was 0.88 and 0.99 on consecutive days.
const RATIOS = {
  impressionsPerPost: {
    stream: 101,
    median: 3_200,
    spread: 0.45,
    daily: 0.12,
    low: 75,
    high: 11_000,
  },
  costPerMille: { stream: 102, median: 3.2, spread: 0.3, daily: 0.08, low: 1.2, high: 8.2 },
  clickRate: { stream: 103, median: 0.016, spread: 0.45, daily: 0.12, low: 0.004, high: 0.09 },
  conversionRate: { stream: 104, median: 0.06, spread: 0.5, daily: 0.12, low: 0.003, high: 0.6 },
  viewRate6s: { stream: 105, median: 0.11, spread: 0.3, daily: 0.06, low: 0.04, high: 0.4 },
  likeRate: { stream: 106, median: 3.3e-3, spread: 0.16, daily: 0.05, low: 2.2e-3, high: 4.8e-3 },
  commentRate: { stream: 107, median: 52e-6, spread: 0.22, daily: 0.1, low: 30e-6, high: 85e-6 },
  shareRate: { stream: 108, median: 75e-6, spread: 0.35, daily: 0.1, low: 35e-6, high: 150e-6 },
} satisfies Record<string, Ratio>;

const WHOLE = { clicks: 201, conversions: 202, likes: 203, comments: 204, shares: 205 };

/** Adds to the stream of a ratio, so that its leaf, region and day draws are independent. */
const REGION_DRAW = 300;
const DAY_DRAW = 600;

const between = (low: number, value: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/**
 * A function from day (whole days since 1970-01-01 UTC) to that day's column, for one region. Pure
 * in (seed, region, day).
 */
export function columnsOf(
  seed: number,
  regionCode: string,
  leaves: number,
): (day: number) => Column {
  const region = REGIONS.indexOf(regionCode);
  const popularity = popularityOf(seed, region, leaves);

  // A leaf is much the same everywhere, with small differences between regions.
  const usual = (ratio: Ratio): Float64Array =>
    Float64Array.from({ length: leaves }, (_, leaf) => {
      const draw =
        0.9 * normal(seed, ratio.stream, leaf) +
        0.43 * normal(seed, ratio.stream + REGION_DRAW, region * leaves + leaf);
      return ratio.median * Math.exp(ratio.spread * draw);
    });
  const impressionsPerPost = usual(RATIOS.impressionsPerPost);
  const clickRate = usual(RATIOS.clickRate);
  const conversionRate = usual(RATIOS.conversionRate);
  // Advertisers pay more for audiences that click and buy, which keeps the cost of an action in its
  // narrow range.
  const costPerMille = usual(RATIOS.costPerMille).map(
    (cost, leaf) =>
      cost *
      Math.sqrt(
        ((clickRate[leaf] ?? 0) * (conversionRate[leaf] ?? 0)) /
          (RATIOS.clickRate.median * RATIOS.conversionRate.median),
      ),
  );
  const viewRate6s = usual(RATIOS.viewRate6s);
  const likeRate = usual(RATIOS.likeRate);
  const commentRate = usual(RATIOS.commentRate);
  const shareRate = usual(RATIOS.shareRate);

  return (day) => {
    const column = emptyColumn(leaves);
    for (let leaf = 0; leaf < leaves; leaf++) {
      const posts = popularity.postsOn(leaf, day);
      if (posts === 0) continue;
      const item = region * leaves + leaf;
      const today = (ratio: Ratio, usually: Float64Array): number =>
        between(
          ratio.low,
          (usually[leaf] ?? 0) *
            Math.exp(ratio.daily * normal(seed, ratio.stream + DAY_DRAW, item, day)),
          ratio.high,
        );
      const whole = (stream: Stream, value: number): number =>
        wholeNumber(value, uniform(seed, stream, item, day));

      // Small categories reach far fewer people per post: 17 posts were seen with 71 impressions
      // each, and large ones with thousands.
      const reach = between(0.03, posts / 60, 1);
      const impressions = Math.round(
        posts *
          between(
            RATIOS.impressionsPerPost.low,
            today(RATIOS.impressionsPerPost, impressionsPerPost) * reach,
            RATIOS.impressionsPerPost.high,
          ),
      );
      const clicks = whole(WHOLE.clicks, impressions * today(RATIOS.clickRate, clickRate));
      column.posts[leaf] = posts;
      column.impressions[leaf] = impressions;
      column.cost[leaf] = (impressions / 1000) * today(RATIOS.costPerMille, costPerMille);
      column.clicks[leaf] = clicks;
      column.conversions[leaf] = whole(
        WHOLE.conversions,
        clicks * today(RATIOS.conversionRate, conversionRate),
      );
      column.views6s[leaf] = impressions * today(RATIOS.viewRate6s, viewRate6s);
      column.likes[leaf] = whole(WHOLE.likes, impressions * today(RATIOS.likeRate, likeRate));
      column.comments[leaf] = whole(
        WHOLE.comments,
        impressions * today(RATIOS.commentRate, commentRate),
      );
      column.shares[leaf] = whole(WHOLE.shares, impressions * today(RATIOS.shareRate, shareRate));
    }
    return column;
  };
}
