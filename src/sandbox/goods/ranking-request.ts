// What a request for a ranking of a date asks for, read from its query string.
import type { Period } from '../../list/dated.ts';
import { GOODS_REGIONS } from './goods.ts';
import { periodOfType } from './period.ts';
import type { RankingName } from './rankings.ts';

export type RankingRequest = {
  ranking: RankingName;
  region: string;
  period: Period;
  date: string;
  order: number;
  categories: readonly (string | null)[];
  /** From 1. */
  page: number;
  size: number;
};

const MOST_ROWS = 10;

/** How the source calls the parameter that says what a ranking is ordered by. */
const orderName = (ranking: RankingName): string => `${ranking}_rank_field`;

/** Every parameter but the categories is required, as it is documented; a bad one is named. */
export function readRankingRequest(
  ranking: RankingName,
  query: URLSearchParams,
): RankingRequest | { problem: string } {
  const needed = ['date', 'region', 'rank_type', orderName(ranking), 'page_num', 'page_size'];
  const missing = needed.find((name) => (query.get(name) ?? '') === '');
  if (missing !== undefined) return { problem: `Missing required parameter: ${missing}` };
  const whole = (name: string): number =>
    /^\d{1,6}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN;
  const invalid = (name: string) => ({ problem: `Invalid parameter: ${name}` });
  const date = query.get('date') ?? '';
  const period = periodOfType(query.get('rank_type') ?? '');
  const [page, size, order] = ['page_num', 'page_size', orderName(ranking)].map(whole);
  const region = query.get('region') ?? '';
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) return invalid('date');
  if (period === undefined) return invalid('rank_type');
  if (order !== 1 && order !== 2) return invalid(orderName(ranking));
  if (!GOODS_REGIONS.includes(region)) return invalid('region');
  if (page === undefined || !(page >= 1)) return invalid('page_num');
  if (size === undefined || !(size >= 1)) return invalid('page_size');
  if (size > MOST_ROWS) return { problem: `page_size max is ${MOST_ROWS}` };
  const category = (name: string) => query.get(name) || null;
  const categories =
    ranking === 'product' || ranking === 'seller'
      ? ['category_id', 'category_l2_id', 'category_l3_id'].map(category)
      : [null];
  return { ranking, region, period, date, order, page, size, categories };
}
