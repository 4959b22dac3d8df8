// Texts of a declared list with a form of their own. Each check says what is wrong, or null.
import { namesIn } from '../../../list/template.ts';
import { httpUrlProblem, type Check } from '../../formats.ts';

/** What stands before the path of an address: who is asked. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** A path below the address of the source, or a whole address; no place in what says who is asked. */
export const urlProblem: Check = (text) => {
  if (/\s/.test(text)) return 'must not hold blanks';
  if (text.includes('#')) return 'must not hold a #: it is never sent';
  if (text.startsWith('/'))
    return text.startsWith('//') ? 'must begin with one / or with https://' : null;
  const problem = httpUrlProblem(text.replace(/\{[^}]*\}/g, 'x'));
  if (problem !== null)
    return problem.startsWith('must be')
      ? 'must be a path such as /v1/items, below base_url, or an http:// or https:// URL'
      : problem;
  return namesIn(ORIGIN.exec(text)?.[0] ?? '').length > 0
    ? 'must say which host is asked: no {…} before the path'
    : null;
};

/** `https://shop.example`, of a whole address; null for a path. */
export const originOf = (url: string): string | null => ORIGIN.exec(url)?.[0].toLowerCase() ?? null;

/** The page of a row: of a host that is known, with its id. */
export const linkProblem: Check = (text) => {
  const names = namesIn(text);
  const problem = text.startsWith('/') ? 'must be' : urlProblem(text);
  if (problem !== null) return 'must be an http:// or https:// address with {id}';
  return names.includes('id') ? null : 'must hold {id}, or every row would have the same link';
};

const MOST_DEPTH = 10;

/** What JSON has, in a body of a request. */
export function bodyProblem(value: unknown, depth = 0): string | null {
  if (depth > MOST_DEPTH) return `must not be nested deeper than ${MOST_DEPTH}`;
  if (value === undefined || value === null || ['string', 'boolean'].includes(typeof value))
    return null;
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must be JSON: there is no such number';
  if (typeof value !== 'object') return 'must be JSON';
  for (const inner of Object.values(value)) {
    const problem = bodyProblem(inner, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}
