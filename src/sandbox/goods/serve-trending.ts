// One page of KeyAPI's trending hashtags or music, as documented, with the faults that act on it.
import type { Instant } from '../../lib/clock.ts';
import type { Reply } from '../reply.ts';
import { GOODS_REGIONS } from './goods.ts';
import type { RankingFault } from './ranking-faults.ts';
import type { GoodsMarket } from './rankings.ts';
import { pageReply } from './serve-ranking.ts';
import type { Trending, TrendingQuery } from './trends.ts';

export type TrendingRequest = TrendingQuery & {
  /** From 1. */
  page: number;
  size: number;
};

const DAYS = [7, 30, 120];
const MOST_ROWS = 20;

/** `period` and `region` are required; a bad parameter is named. */
export function readTrendingRequest(
  trending: Trending,
  query: URLSearchParams,
): TrendingRequest | { problem: string } {
  const invalid = (name: string) => ({ problem: `Invalid parameter: ${name}` });
  const whole = (name: string, absent: number): number =>
    /^\d{1,6}$/.test(query.get(name) ?? String(absent)) ? Number(query.get(name) ?? absent) : NaN;
  const region = query.get('region') ?? '';
  const days = whole('period', 7);
  const [page, size] = [whole('page', 1), whole('limit', MOST_ROWS)];
  if (!GOODS_REGIONS.includes(region)) return invalid('region');
  if (!DAYS.includes(days)) return invalid('period');
  if (!(page >= 1)) return invalid('page');
  if (!(size >= 1 && size <= MOST_ROWS)) return invalid('limit');
  return { trending, region, days, page, size };
}

/** The reply. The rows of music stand under another key than those of hashtags. */
export function serveTrending(
  { goods, now, request, requestId }: TrendingServed,
  faults: readonly RankingFault[],
): Reply {
  const { trending, page, size } = request;
  const region = faults.reduce((one, fault) => fault.region?.(one) ?? one, request.region);
  const isLost = faults.some(({ losesCursor }) => losesCursor === true);
  const list = goods.trending({ ...request, region }, now);
  return pageReply(list, request, faults, (rows, { length: total }) => ({
    code: 0,
    message: 'success',
    data: {
      [trending === 'music' ? 'sound_list' : 'list']: rows,
      ...(isLost ? {} : { pagination: { page, size, total, has_more: page * size < total } }),
    },
    requestId,
  }));
}

type TrendingServed = {
  goods: GoodsMarket;
  now: Instant;
  request: TrendingRequest;
  requestId: string;
};
