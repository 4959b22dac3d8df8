// One page of a list, as the documented endpoint answers, with the faults that act on it. No
// network, no clock.
import type { Instant } from '../lib/clock.ts';
import type { FaultContext, PageData } from './fault.ts';
import type { ActingFault } from './faults.ts';
import type { ListRow } from './list-row.ts';
import { utcDay, type Market } from './market.ts';
import type { PageRequest } from './page-request.ts';
import { jsonReply, type Reply } from './reply.ts';

export type Served = {
  market: Market;
  now: Instant;
  request: PageRequest;
  /** Longest list. */ totalCap: number;
  /** After the server's clamp. */ limit: number;
  requestId: string;
};

/** The list a request is about, without faults. */
export const listFor = (
  { market, now, request, totalCap }: Omit<Served, 'limit' | 'requestId'>,
  change: { day?: string; region?: string } = {},
): readonly ListRow[] =>
  market.list({
    region: request.region,
    timeScope: request.timeScope,
    category: request.category,
    keyword: request.keyword,
    day: utcDay(now),
    ...change,
    cap: totalCap,
  });

/**
 * 1. the limit, 2. the whole list, 3. the page cut from it, 4. the reply around it. At each step every acting fault
 * has its say before the next step begins.
 */
export function servePage(served: Served, faults: readonly ActingFault[]): Reply {
  const { request, now } = served;
  const limit = faults.reduce((rows, { fault }) => fault.limit?.(rows) ?? rows, served.limit);
  const start = (request.page - 1) * limit;

  const contextOf = (since: string) => ({
    now,
    request,
    since,
    day: utcDay(now),
    listOf: (change: { day?: string; region?: string }) => listFor(served, change),
  });
  const rows = faults.reduce(
    (list, { fault, since }) => fault.rows?.(list, contextOf(since)) ?? list,
    listFor(served),
  );

  const list = rows.slice(start, start + limit);
  const page: PageData = {
    list,
    pagination: {
      page: request.page,
      size: list.length,
      total: rows.length,
      has_more: start + limit < rows.length,
    },
  };
  const full = (since: string): FaultContext => ({ ...contextOf(since), rows, start });
  const data = faults.reduce(
    (made, { fault, since }) => fault.page?.(made, full(since)) ?? made,
    page,
  );

  const reply = jsonReply(200, { code: 0, message: 'success', data, requestId: served.requestId });
  return faults.reduce((made, { fault, since }) => fault.reply?.(made, full(since)) ?? made, reply);
}
