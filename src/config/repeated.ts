import type { Path, Problem } from './problem.ts';
import { textsOf } from './raw.ts';

/**
 * The texts of a list that stand in it a second time. `same` turns two texts that mean the same
 * into one form.
 */
export function repeated(
  list: unknown,
  path: Path,
  same: (text: string) => string = (text) => text,
): Problem[] {
  const texts = textsOf(list);
  return texts
    .filter(({ text }, i) => texts.slice(0, i).some((earlier) => same(earlier.text) === same(text)))
    .map(({ index }) => ({ path: [...path, index], text: 'is in the list twice' }));
}
