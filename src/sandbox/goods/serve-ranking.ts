// One page of a ranking of a date, as it is documented, with the faults that act on it. No network,
// no clock.
import type { Instant } from '../../lib/clock.ts';
import { jsonReply, type Reply } from '../reply.ts';
import { isAligned, isPublished } from './period.ts';
import type { RankingFault } from './ranking-faults.ts';
import type { RankingRequest } from './ranking-request.ts';
import type { GoodsRow } from './goods.ts';
import type { GoodsMarket } from './rankings.ts';

export type ServedRanking = {
  goods: GoodsMarket;
  now: Instant;
  request: RankingRequest;
  /** Longest list. */
  totalCap: number;
  requestId: string;
};

/** The whole list of a request: empty where it is not published, or is of no such period. */
const listFor = ({ goods, now, totalCap }: ServedRanking, request: RankingRequest) =>
  isAligned(request.period, request.date) && isPublished(request.period, request.date, now)
    ? goods.list(request).slice(0, totalCap)
    : [];

/** The reply, each step of which every acting fault may change before the next one begins. */
export function serveRanking(served: ServedRanking, faults: readonly RankingFault[]): Reply {
  const { request, requestId } = served;
  const asked = faults.reduce(
    (one, { region, date }) => ({
      ...one,
      ...(region === undefined ? {} : { region: region(one.region) }),
      ...(date === undefined ? {} : { date: date(one.period, one.date) }),
    }),
    request,
  );
  const bodyOf = (data: readonly GoodsRow[]) => ({ code: 0, message: 'success', data, requestId });
  return pageReply(listFor(served, asked), asked, faults, bodyOf);
}

/** One page of a list as `bodyOf` says it; pages count from 1. */
export function pageReply<Row extends GoodsRow>(
  list: readonly Row[],
  { page, size }: { page: number; size: number },
  faults: readonly RankingFault[],
  bodyOf: (rows: readonly GoodsRow[], whole: readonly GoodsRow[]) => { data: unknown },
): Reply {
  const rows = faults.reduce<readonly GoodsRow[]>((all, fault) => fault.rows?.(all) ?? all, list);
  const lastPage = Math.max(1, Math.ceil(rows.length / size));
  const served = faults.reduce((at, fault) => fault.page?.(at, lastPage) ?? at, page);
  const body = faults.reduce<object>(
    (made, fault) => fault.body?.(made as { data: unknown }) ?? made,
    bodyOf(rows.slice((served - 1) * size, served * size), rows),
  );
  const reply = jsonReply(200, body);
  return { ...reply, body: faults.reduce((text, fault) => fault.text?.(text) ?? text, reply.body) };
}
