// One row of the list as the API serves it: its 17 fields, in the order of the documented example.
import type { Category, Leaf } from './catalogue.ts';
import type { Column } from './day-column.ts';
import { roundPercent, roundSignificant } from './rounding.ts';

export type ListRow = {
  comment: number;
  cost: number;
  cover_url: string | null;
  cpa: number;
  ctr: number;
  cvr: number;
  ecom_type: 'l3';
  first_ecom_category: Category;
  impression: number;
  like: number;
  play_six_rate: number;
  post: number;
  post_change: number;
  second_ecom_category: Category;
  share: number;
  third_ecom_category: Category;
  url_title: string;
};

/** The eleven metrics of a row. */
export const METRIC_FIELDS = [
  'comment',
  'cost',
  'cpa',
  'ctr',
  'cvr',
  'impression',
  'like',
  'play_six_rate',
  'post',
  'post_change',
  'share',
] as const satisfies readonly (keyof ListRow)[];

/**
 * In eight real rows the conversions behind cpa were about 1/2.2 of those behind cvr: the two do
 * not have one base. Who computes one metric from others must find that out here too.
 */
const CVR_TO_CPA_CONVERSIONS = 2.2;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * The row of the leaf at `index` over a window, and the growth of its posts against `postsBefore`
 * of the window before. Growth is taken before rounding. From nothing it is 0: what the source does
 * then is not known.
 */
export function makeRow(leaf: Leaf, index: number, window: Column, postsBefore: number): ListRow {
  const posts = window.posts[index] ?? 0;
  const impressions = window.impressions[index] ?? 0;
  const cost = window.cost[index] ?? 0;
  const clicks = window.clicks[index] ?? 0;
  const conversions = window.conversions[index] ?? 0;
  return Object.freeze<ListRow>({
    comment: window.comments[index] ?? 0,
    cost: roundSignificant(cost),
    cover_url: null,
    cpa: roundSignificant(share(cost * CVR_TO_CPA_CONVERSIONS, conversions)),
    ctr: roundPercent(100 * share(clicks, impressions)),
    cvr: roundPercent(100 * share(conversions, clicks)),
    ecom_type: 'l3',
    first_ecom_category: leaf.first,
    impression: roundSignificant(impressions),
    like: window.likes[index] ?? 0,
    play_six_rate: roundPercent(100 * share(window.views6s[index] ?? 0, impressions)),
    post: roundSignificant(posts),
    post_change: postsBefore === 0 ? 0 : roundPercent(100 * (posts / postsBefore - 1)),
    second_ecom_category: leaf.second,
    share: window.shares[index] ?? 0,
    third_ecom_category: leaf.third,
    url_title: leaf.slug,
  });
}
