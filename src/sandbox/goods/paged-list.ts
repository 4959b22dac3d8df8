// One list in every way in which JSON APIs give pages: for lists that a user declares.
import type { Instant } from '../../lib/clock.ts';
import { periodAfter, periodAt } from '../../list/dated.ts';
import { jsonReply, type Reply } from '../reply.ts';
import type { RankingFault } from './ranking-faults.ts';
import type { GoodsMarket } from './rankings.ts';

/** By number from 1, by offset from 0, by a cursor, by the `Link` header, or all at once. */
export const PAGE_SCHEMES = ['page', 'offset', 'cursor', 'link', 'none'] as const;
export type PageScheme = (typeof PAGE_SCHEMES)[number];

const LENGTH = 60;
const SIZE = 20;

type Item = { id: string; name: string; sold: number; price: number };

/** What sold most in the US yesterday. */
const itemsOf = (goods: GoodsMarket, now: Instant): Item[] =>
  goods
    .list({
      ranking: 'product',
      region: 'US',
      period: 'day',
      date: periodAfter('day', periodAt('day', now), -1),
      order: 1,
      categories: [],
    })
    .slice(0, LENGTH)
    .map((row) => ({
      id: String(row.product_id),
      name: String(row.product_name),
      sold: Number(row.total_sale_cnt),
      price: Number(row.spu_avg_price),
    }));

/** Where a page begins, from 0; the next one is said as its scheme says it. */
export function pagedReply(
  scheme: PageScheme,
  query: URLSearchParams,
  goods: GoodsMarket,
  now: Instant,
  faults: readonly RankingFault[],
): Reply {
  const items = itemsOf(goods, now);
  const size = scheme === 'none' ? LENGTH : Number(query.get('size') ?? SIZE);
  const lastPage = Math.max(1, Math.ceil(items.length / size));
  const at = (page: number) =>
    faults.reduce((one, fault) => fault.page?.(one, lastPage) ?? one, page);
  const whole = (name: string, absent: number) => Number(query.get(name) ?? absent);
  const places: Readonly<Record<PageScheme, number>> = {
    page: (at(whole('page', 1)) - 1) * size,
    offset: (at(whole('offset', 0) / size + 1) - 1) * size,
    cursor: whole('cursor', 0),
    link: whole('from', 0),
    none: 0,
  };
  const start = places[scheme];
  const next = start + size < items.length ? start + size : null;
  const isLost = faults.some(({ losesCursor }) => losesCursor === true);
  const body = faults.reduce<object>(
    (made, fault) => fault.body?.(made as { data: unknown }) ?? made,
    {
      data: items.slice(start, start + size),
      ...(scheme === 'page' || scheme === 'offset' ? { total: items.length } : {}),
      ...(scheme === 'cursor' && next !== null && !isLost ? { next: String(next) } : {}),
    },
  );
  const reply = jsonReply(200, body);
  return scheme === 'link' && next !== null && !isLost
    ? { ...reply, headers: { ...reply.headers, link: `</lists/link?from=${next}>; rel="next"` } }
    : reply;
}
