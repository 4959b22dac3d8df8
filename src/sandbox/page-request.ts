// What a request to the sandbox asks for, read from its query string.
import { TIME_SCOPES, type TimeScope } from './market.ts';
import { ALL_REGIONS, REGIONS } from './regions.ts';

export type PageRequest = {
  region: string;
  timeScope: TimeScope;
  category: string | null;
  keyword: string | null;
  /** From 1. */
  page: number;
  /** As asked for; the server clamps it. */
  limit: number;
};

/** The value that stands for "no search" upstream. */
const NO_KEYWORD = 'FALSE';

/**
 * Absent parameters take their documented defaults. A bad one is named as upstream names it: in the
 * message of a 400.
 */
export function readPageRequest(query: URLSearchParams): PageRequest | { problem: string } {
  const wholeNumber = (name: string, absent: number): number => {
    const text = query.get(name);
    if (text === null || text === '') return absent;
    return /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  };
  const page = wholeNumber('page', 1);
  const limit = wholeNumber('limit', 20);
  const scope = wholeNumber('time_scope', 1);
  const timeScope = TIME_SCOPES.find((known) => known === scope);
  const region = query.get('region') || ALL_REGIONS;
  const keyword = query.get('search_keyword') || NO_KEYWORD;
  const invalid = (name: string) => ({ problem: `Invalid parameter: ${name}` });
  if (!(page >= 1)) return invalid('page');
  if (!(limit >= 1)) return invalid('limit');
  if (timeScope === undefined) return invalid('time_scope');
  if (region !== ALL_REGIONS && !REGIONS.includes(region)) return invalid('region');
  return {
    region,
    timeScope,
    page,
    limit,
    category: query.get('ecom_category_id') || null,
    keyword: keyword === NO_KEYWORD ? null : keyword,
  };
}
