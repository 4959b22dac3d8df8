// What a watch of top-products says: region, window, category and keyword.
import type { Parameter } from './list-kind.ts';

const none = () => null;

const REGION = /^([A-Z]{2}|all_regions)$/;
const checkRegion = (text: string): string | null =>
  REGION.test(text) ? null : 'must be two capital letters (ISO 3166-1), or all_regions';

let countries: Intl.DisplayNames | null = null;
function doubtRegion(region: string | number): string | null {
  if (region === 'UK') return 'UK is no country code of ISO 3166-1; the United Kingdom is GB';
  countries ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return region !== 'all_regions' && countries.of(String(region)) === undefined
    ? 'is no country code of ISO 3166-1'
    : null;
}

/** `FALSE` is how the source is told that there is no keyword. */
function checkKeyword(text: string): string | null {
  // Line ends, controls, and what turns text round or hides in it: no search word, but damage from
  // a copy.
  if (/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text))
    return 'must be one line without control characters or invisible marks of direction';
  if (text.trim() === '') return 'must not be empty; leave it out for the whole list';
  return text.toUpperCase() === 'FALSE'
    ? 'cannot be FALSE, which means no keyword to the source; leave it out for the whole list'
    : null;
}

const CATEGORY = /^\d{1,20}$/;

/** In the order in which messages name them. */
export const TOP_PRODUCTS_PARAMETERS: readonly Parameter[] = [
  {
    key: 'region',
    description: 'Country as two capital letters (ISO 3166-1 alpha-2), or all_regions.',
    values: {
      kind: 'text',
      check: checkRegion,
      pattern: REGION,
      examples: ['US', 'GB', 'all_regions'],
      suggest: (text) =>
        [text.toUpperCase(), text.toLowerCase()].find((other) => checkRegion(other) === null),
    },
    fallback: undefined,
    doubt: doubtRegion,
    write: (region) => (region === 'all_regions' ? 'all regions' : `${region}`),
    column: { description: 'ISO 3166-1 alpha-2 code, or `all_regions`', inChanges: true },
  },
  {
    key: 'time_scope',
    description:
      'Days the list looks back: 1, 7 or 30. Other values are passed on, with a warning.',
    values: { kind: 'whole', from: 1, to: 3_650 },
    fallback: 1,
    doubt: (days) =>
      [1, 7, 30].includes(Number(days))
        ? null
        : 'the source is known to serve 1, 7 and 30 days; other values are passed on as they are',
    write: (days) => `${days}-day window`,
    column: { description: 'Window of the metrics in days', inChanges: true },
  },
  {
    key: 'category',
    description: 'Category id of the source; null for all.',
    values: {
      kind: 'id',
      check: (text) => (CATEGORY.test(text) ? null : 'must be a category id of digits'),
      pattern: CATEGORY,
      categories: 'any',
      examples: ['601583'],
    },
    fallback: null,
    doubt: none,
    write: (id) => `category ${id}`,
    column: { description: 'Category filter of the watch', inChanges: false },
  },
  {
    key: 'keyword',
    description: 'Search word; null for the whole list.',
    values: { kind: 'text', check: checkKeyword },
    fallback: null,
    doubt: none,
    write: (word) => `keyword "${word}"`,
    column: { description: 'Keyword of the watch', inChanges: false },
  },
];
