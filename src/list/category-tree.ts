// The shop's tree of categories, level by level, asked for like lists: so it has their ledger, pace
// and retries. EchoTik documents the addresses; those of KeyAPI are named alike.
import { declareList, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';
import { KEYAPI_ENVELOPE } from './ranking-of-date.ts';

/** More than there are: the real tree has about 1,600 on its third level. */
export const MOST_CATEGORIES = 20_000;

const level = (url: string, number: number): ListKind =>
  declareList({
    name: `categories-${number}`,
    title: 'Categories',
    seriesSource: `categories.${number}`,
    row: { one: 'category', many: 'categories' },
    identity: {
      id: ['category_id'],
      name: ['category_name'],
      groups: [['parent_id']],
      noGroup: ['0'],
    },
    parameters: [],
    metrics: [],
    shown: [],
    request: declareRequest({
      ...KEYAPI_ENVELOPE,
      url,
      query: { language: 'en-US' },
      pages: { by: 'none', size: MOST_CATEGORIES, most: 1 },
      rows: ['data'],
      creditsPerRequest: 1,
    }),
  });

/** The three levels by the kind of source that has them, outermost first. */
export const CATEGORY_LEVELS: Readonly<Record<string, readonly ListKind[]>> = {
  keyapi: ['primary', 'secondary', 'tertiary'].map((name, index) =>
    level(`/v1/tiktok/category/${name}/analytics`, index + 1),
  ),
  echotik: [1, 2, 3].map((number) => level(`/echotik/category/l${number}`, number)),
};
