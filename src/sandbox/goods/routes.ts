// What the sandbox serves beside Top Products Insights: rankings of a date and the category tree,
// each at both doors, what trends, and a list in every way of paging.
import type { Instant } from '../../lib/clock.ts';
import { readCatalogue } from '../catalogue.ts';
import { errorReply, jsonReply, type Reply } from '../reply.ts';
import { pagedReply, PAGE_SCHEMES, type PageScheme } from './paged-list.ts';
import { fits, type ActingRankingFault, type RankingFaultSet } from './ranking-fault-set.ts';
import { readRankingRequest, type RankingRequest } from './ranking-request.ts';
import type { GoodsMarket, RankingName } from './rankings.ts';
import { serveRanking } from './serve-ranking.ts';
import { readTrendingRequest, serveTrending } from './serve-trending.ts';
import type { Trending } from './trends.ts';

/** KeyAPI asks for a bearer token, EchoTik for HTTP Basic, the plain lists for nothing. */
export type Door = 'keyapi' | 'echotik' | 'open';

export type GoodsRoute =
  | { door: Door; ranking: RankingName }
  | { door: Door; trending: Trending }
  | { door: Door; level: number }
  | { door: Door; scheme: PageScheme };

/** KeyAPI calls shops so; EchoTik has one name for path and parameter. */
const RANKINGS: Readonly<Record<string, RankingName>> = {
  product: 'product',
  shop: 'seller',
  influencer: 'influencer',
  video: 'video',
};

const TRENDING = ['hashtags', 'music'] as const;
const LEVELS = ['primary', 'secondary', 'tertiary'];

/** By path: of KeyAPI, of EchoTik, and of plain lists. */
export const GOODS_ROUTES: ReadonlyMap<string, GoodsRoute> = new Map<string, GoodsRoute>([
  ...Object.entries(RANKINGS).flatMap(([name, ranking]): [string, GoodsRoute][] => [
    [`/v1/tiktok/${name}/ranking/analytics`, { door: 'keyapi', ranking }],
    [`/api/v3/echotik/${ranking}/ranklist`, { door: 'echotik', ranking }],
  ]),
  ...TRENDING.map((trending): [string, GoodsRoute] => [
    `/v1/tiktok/trending/${trending}`,
    { door: 'keyapi', trending },
  ]),
  ...LEVELS.flatMap((name, index): [string, GoodsRoute][] => [
    [`/v1/tiktok/category/${name}/analytics`, { door: 'keyapi', level: index + 1 }],
    [`/api/v3/echotik/category/l${index + 1}`, { door: 'echotik', level: index + 1 }],
  ]),
  ...PAGE_SCHEMES.map((scheme): [string, GoodsRoute] => [
    `/lists/${scheme}`,
    { door: 'open', scheme },
  ]),
]);

/** What a request costs, in credits. */
export function creditsOf(route: GoodsRoute): number {
  if (route.door === 'open') return 0;
  return 'trending' in route ? 2 : 1;
}

/** Of EchoTik, whose password is the token of the sandbox. */
export const ECHOTIK_USER = 'sandbox';

/** Does a request say who it is, as its door wants it? */
export function isKnown(door: Door, authorization: string | undefined, token: string): boolean {
  if (door === 'open') return true;
  const basic = Buffer.from(`${ECHOTIK_USER}:${token}`).toString('base64');
  return authorization === (door === 'keyapi' ? `Bearer ${token}` : `Basic ${basic}`);
}

/** An account without quota, as each door says it. */
export const noQuota = (door: Door): Reply =>
  door === 'echotik'
    ? errorReply(500, 'Usage Limit Exceeded, Please Contact Administrator to Increase Quota')
    : errorReply(402, 'apiKey quota is not enough');

export type GoodsAnswer = { reply: Reply; says: string; faults: readonly string[] };

/** What a request asks for, checked: an answer that is ready to be made, or what is wrong. */
export function goodsAnswer(
  route: GoodsRoute,
  query: URLSearchParams,
  { goods, totalCap }: { goods: GoodsMarket; totalCap: number },
):
  | { problem: string }
  | ((now: Instant, requestId: string, faults: RankingFaultSet) => GoodsAnswer) {
  if ('level' in route)
    return (_, requestId) => ({
      reply: categoriesReply(route.level, query, requestId),
      says: `categories, level ${route.level}`,
      faults: [],
    });
  if ('scheme' in route) {
    const { scheme } = route;
    return (now, _, faults) => {
      const acting = faults.use({ page: null, region: null, date: null });
      return {
        reply: pagedReply(scheme, query, goods, now, fits(acting)),
        says: `list by ${scheme}`,
        faults: acting.map(({ name }) => name),
      };
    };
  }
  if ('trending' in route) {
    const request = readTrendingRequest(route.trending, query);
    if ('problem' in request) return request;
    return (now, requestId, faults) => {
      const { page, region, trending, days } = request;
      const acting = faults.use({ page, region, date: null });
      const made = serveTrending({ goods, now, request, requestId }, fits(acting));
      return answered(
        acting,
        made,
        now,
        `page ${page} of trending ${trending}, ${region}, ${days} days`,
      );
    };
  }
  const request = readRankingRequest(route.ranking, query);
  if ('problem' in request) return request;
  return (now, requestId, faults) => {
    const acting = faults.use(request);
    const made = serveRanking({ goods, now, request, totalCap, requestId }, fits(acting));
    return answered(acting, made, now, sayRanking(request));
  };
}

function answered(
  acting: readonly ActingRankingFault[],
  made: Reply,
  now: Instant,
  says: string,
): GoodsAnswer {
  const reply = acting.reduce((one, { fault }) => fault.reply?.(one, { now }) ?? one, made);
  return { reply, says, faults: acting.map(({ name }) => name) };
}

const sayRanking = ({ ranking, page, region, period, date }: RankingRequest): string =>
  `page ${page} of ${ranking} ranking, ${region}, ${period} ${date}`;

/** One level of the tree, or what is below `parent_id` of it. */
function categoriesReply(level: number, query: URLSearchParams, requestId: string): Reply {
  const parent = query.get('parent_id') || null;
  const rows = new Map<string, object>();
  for (const { first, second, third } of readCatalogue()) {
    const category = [first, second, third][level - 1];
    if (category === undefined) continue;
    const { id, value, parent_id: above = '0' } = category;
    if (parent !== null && parent !== above) continue;
    rows.set(id, {
      category_id: id,
      category_level: String(level),
      category_name: value,
      language: query.get('language') ?? 'en-US',
      parent_id: above,
    });
  }
  return jsonReply(200, { code: 0, message: 'success', data: [...rows.values()], requestId });
}
