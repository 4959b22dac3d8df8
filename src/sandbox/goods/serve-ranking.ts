// One page of a ranking of a date, as it is documented, with the faults that act on it. No network,
// no clock.
import type { Instant } from '../../lib/clock.ts';
import { jsonReply, type Reply } from '../reply.ts';
import { isAligned, isPublished } from './period.ts';
import type { RankingFault } from './ranking-faults.ts';
import type { RankingRequest } from './ranking-request.ts';
import type { GoodsMarket, GoodsRow } from './rankings.ts';

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
  const asked = faults.reduce((one, { request }) => request?.(one) ?? one, served.request);
  const rows = faults.reduce<readonly GoodsRow[]>(
    (list, fault) => fault.rows?.(list) ?? list,
    listFor(served, asked),
  );
  const { size } = asked;
  const lastPage = Math.max(1, Math.ceil(rows.length / size));
  const page = faults.reduce((at, fault) => fault.page?.(at, lastPage) ?? at, asked.page);
  const body = faults.reduce<object>(
    (made, fault) => fault.body?.(made as { data: unknown }) ?? made,
    {
      code: 0,
      message: 'success',
      data: rows.slice((page - 1) * size, page * size),
      requestId: served.requestId,
    },
  );
  const reply = jsonReply(200, body);
  return { ...reply, body: faults.reduce((text, fault) => fault.text?.(text) ?? text, reply.body) };
}
