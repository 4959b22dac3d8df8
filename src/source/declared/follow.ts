// Goes from page to page of a declared list. Pure functions.
import type { Asking } from '../../config/config.ts';
import { BEYOND_EXACT } from '../../lib/json-path.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { isChained, isNumbered } from '../../list/request.ts';
import type { ServedPage, ServedRow } from '../../model.ts';
import type { Pass } from '../pass.ts';

/**
 * How a page is asked for; null for a page with a number, and for the first page. `isKnown` is
 * false when only the page before it could say that, and it is missing.
 */
export function cursorFor(
  { served }: Pick<Pass, 'served'>,
  { list }: Pick<Asking, 'list'>,
  page: number,
): { cursor: string | null; isKnown: boolean } {
  if (list.request === null || !isChained(list.request) || page === 1)
    return { cursor: null, isKnown: true };
  const cursor = served.find((earlier) => earlier.page === page - 1)?.next ?? null;
  return { cursor, isKnown: cursor !== null };
}

/**
 * A page as the list keeps it. A page that only repeats known rows counts as empty, and so ends the
 * list: some servers give their last page again for ever. Where pages have no numbers, or some of
 * their rows are left out, rows are counted.
 */
export function placed(
  { served, rows: before }: Pick<Pass, 'served' | 'rows'>,
  { request, rank }: ListKind,
  page: ServedPage,
): ServedPage {
  const known = new Set(served.flatMap(({ rows }) => rows.map(idOf)));
  const isRepeated = page.rows.length > 0 && page.rows.every((row) => known.has(idOf(row)));
  if (page.page > 1 && isRepeated) return { ...page, rows: [], hasMore: false, next: null };
  if (request === null || isNumbered(request) || rank !== null) return page;
  return {
    ...page,
    rows: page.rows.map((row, index) =>
      row.product === null ? row : { ...row, rank: before + index + 1 },
    ),
  };
}

const idOf = (row: ServedRow): string | null => row.product?.upstreamId ?? null;

/** Reads what the pages say as a whole: paths that no row had, and rows of something else. */
export function doubtsOf(pages: readonly ServedPage[]): string[] {
  const echoes = pages.flatMap(({ echoes: wrong = [] }) => wrong);
  const labels = new Map(pages.flatMap(({ fields = [] }) => fields.map((at) => [at.label, at])));
  const missing = [...labels.values()].flatMap((field) => {
    const all = pages.flatMap(({ fields = [] }) => fields.filter((at) => at.label === field.label));
    const sum = (key: 'rows' | 'found' | 'filled' | 'readable') =>
      all.reduce((total, at) => total + at[key], 0);
    if (sum('rows') === 0) return [];
    const there = field.keys === '' ? '' : `; a row has ${field.keys}`;
    if (sum('found') === 0) return [`no row has ${field.path} (${field.label})${there}`];
    const wrong = all.find((at) => at.wrong !== null)?.wrong ?? null;
    // Rounded, it would be the id of another row: one is enough to doubt all.
    if (field.label === 'id' && all.some((at) => at.wrong === BEYOND_EXACT))
      return [`${field.path} (id) is ${BEYOND_EXACT}, whose last digits are lost`];
    return sum('filled') > 0 && sum('readable') === 0 && wrong !== null
      ? [`${field.path} (${field.label}) is ${wrong} that cannot be read, in every row`]
      : [];
  });
  return [...new Set([...echoes, ...missing])];
}
