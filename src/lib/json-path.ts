// Where a value stands in a JSON answer: keys, from the outside in. There is no expression language:
// a path says where, never what to make of it.

/** Keys and list positions (`'0'`), from the outside in; empty for the value itself. */
export type JsonPath = readonly string[];

const PART = /"((?:[^"\\]|\\.)*)"|([^."\s[\]]+)/y;

/**
 * Reads `data.list`, `id.attributes."im:id"`, `items.0.articles`, a JSON Pointer (`/data/list`), a
 * pasted `$.data.list`, or `.` for the value itself. A problem says what to write instead.
 */
export function parseJsonPath(text: string): { path: JsonPath } | { problem: string } {
  if (text === '.' || text === '$') return { path: [] };
  if (text.startsWith('/'))
    return {
      path: text
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    };
  const plain = text.replace(/^\$\./, '');
  if (/\[|\.\.|\?|^\$/.test(plain.replace(/"(?:[^"\\]|\\.)*"/g, '')))
    return {
      problem:
        'must be a path of plain keys such as data.list or items.0.name: [*], .. and ?() are not understood',
    };
  const path: string[] = [];
  for (let at = 0; ; at += 1) {
    PART.lastIndex = at;
    const found = PART.exec(plain);
    if (found === null) break;
    path.push(found[1] === undefined ? (found[2] ?? '') : found[1].replace(/\\(.)/g, '$1'));
    at += found[0].length;
    if (at === plain.length) return { path };
    if (plain[at] !== '.') break;
  }
  return {
    problem: 'must be a path such as data.list; a key with other characters stands in quotes',
  };
}

/** As it is written in a config. */
export const formatJsonPath = (path: JsonPath): string =>
  path.length === 0
    ? '.'
    : path.map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key))).join('.');

/** A number whose last digits are lost, such as `1.7e18`: no id. */
export const BEYOND_EXACT = 'a number beyond 2^53';

/** What something is, in a word that users know. */
export function kindOfValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) return BEYOND_EXACT;
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

const MOST_KEYS = 8;

/** The keys that are there instead, for messages: `code, data, message`. Empty for none. */
export function keysThere(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const keys = Object.keys(value);
  return `${keys.slice(0, MOST_KEYS).join(', ')}${keys.length > MOST_KEYS ? ' …' : ''}`;
}
