// The shape of a fault, and when one acts. The faults themselves are tables: reply-faults,
// list-faults, row-faults.
import type { Instant } from '../lib/clock.ts';
import type { ListRow } from './list-row.ts';
import type { PageRequest } from './page-request.ts';
import type { Reply } from './reply.ts';

/** `data` of a page that was served. Rows may have any shape once a fault has been at them. */
export type PageData = {
  list: readonly unknown[];
  pagination: { page: number; size: number; total: number; has_more: boolean };
};

export type FaultContext = {
  now: Instant;
  request: PageRequest;
  /** UTC day of the request. */
  day: string;
  /** The day the fault is for; without one, the day on which it was set. */
  since: string;
  /** The same list on another day or in another region, without faults. */
  listOf(change: { day?: string; region?: string }): readonly ListRow[];
  /** The whole list that this page is cut from, and the index in it of the page's first row. */
  rows: readonly ListRow[];
  start: number;
};

/**
 * One way in which a source can go wrong. Each hook changes what the stage before it made; most
 * faults have one.
 */
export type Fault = {
  /** What happens, in a sentence. */
  description: string;
  /** Does it act on one page, or on the whole list? */
  scope: 'page' | 'list';
  /** On which pages it acts unless one is named; default all. */
  pages?: (page: number, lastPage: number) => boolean;
  /** How many requests it acts on unless told otherwise; default all. */
  times?: number;
  limit?: (limit: number) => number;
  rows?: (
    rows: readonly ListRow[],
    context: Omit<FaultContext, 'rows' | 'start'>,
  ) => readonly ListRow[];
  page?: (page: PageData, context: FaultContext) => PageData;
  reply?: (reply: Reply, context: Pick<FaultContext, 'now'>) => Reply;
};

/** A page after the middle of the list; a list of one page has none. */
export const isSecondHalf = (page: number, lastPage: number): boolean =>
  page > Math.ceil(lastPage / 2);
