// The most that one pass may cost, whatever the source serves: in requests, in bytes, and in rows
// held in memory.
import { formatBytes } from '../lib/size.ts';
import type { ListQuery } from '../config/config.ts';
import { pagesFor } from '../config/pass-cost.ts';
import { plural } from '../lib/text.ts';
import type { FailureReason } from '../model.ts';
import { fullPageSize } from './list-end.ts';
import type { Pass, PassLimits } from './pass.ts';

/**
 * A pass may cost this many times what it was planned to cost. With 2, a server that halves its
 * pages, as KeyAPI has done, is read whole.
 */
export const COST_FACTOR = 2;

/**
 * A page of 20 rows has about 12 KB: ten times that for each planned page, and never less than two
 * pages of the largest size.
 */
const BYTES_PER_PAGE = 128 * 1024;
const LEAST_BYTES = 4 * 1024 * 1024;
/** Ten times what any list may have (10,000). A row takes about a kilobyte of memory. */
const MOST_ROWS = 100_000;

/**
 * The bounds of a pass over a list of `depth`, with pages of `pageSize` rows, where a page may have
 * `mostBytes`.
 */
export function limitsOf(
  { depth }: Pick<ListQuery, 'depth'>,
  pageSize: number,
  mostBytes = 0,
): PassLimits {
  const planned = pagesFor(depth, pageSize);
  return {
    planned,
    requests: COST_FACTOR * planned,
    bytes: Math.max(LEAST_BYTES, BYTES_PER_PAGE * planned, mostBytes * (planned + 1)),
    rows: MOST_ROWS,
  };
}

type End = { reason: FailureReason; detail: string };
const end = (detail: string): End => ({ reason: 'pass_limit', detail });

/** Why a pass may not send another request, counting those under way; null while it may. */
export function limitReached({
  limits,
  requests,
  unsent,
  underWay,
  bytes,
  rows,
}: Pass): End | null {
  if (requests - unsent + underWay >= limits.requests)
    return end(
      `the pass was stopped at ${plural(limits.requests, 'request')}, ${COST_FACTOR} times the ${limits.planned} it was planned to cost`,
    );
  if (bytes >= limits.bytes)
    return end(
      `the pass was stopped after ${formatBytes(bytes)}: pages are far larger than a list of this depth needs`,
    );
  if (rows >= limits.rows)
    return end(`the pass was stopped after ${rows} rows: pages hold far more than was asked for`);
  return null;
}

/**
 * Why no page after `asked` is asked for: pages of less than half the size asked for cannot be read
 * whole within the limit, so that more than the planned pages would only cost. `sizeKey` is the key
 * of the config that says how many rows are asked for. null while that is
 * not so.
 */
export function pagesTooSmall(
  { limits, served }: Pass,
  { depth }: Pick<ListQuery, 'depth'>,
  pageSize: number,
  asked: number,
  sizeKey: string | null = null,
): End | null {
  const size = fullPageSize(served);
  if (asked < limits.planned || size * COST_FACTOR >= pageSize) return null;
  const advice =
    sizeKey === null
      ? ''
      : `; if the source serves no larger ones, set ${sizeKey} to ${Math.max(1, size)}`;
  return end(
    `pages of ${plural(size, 'row')} where ${pageSize} were asked for: the ${plural(limits.planned, 'page')} that were planned do not reach rank ${depth}, and more are not asked for${advice}`,
  );
}
