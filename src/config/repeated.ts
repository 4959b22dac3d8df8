import type { Path, Problem } from './problem.ts';
import { textsOf } from './raw.ts';

/** Texts of a list that stand in it before; `same` brings two that mean the same to one form. */
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
