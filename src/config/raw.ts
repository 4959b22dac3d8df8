// Reads the file before it is checked: any value may have any type, and a missing one is
// undefined.
import type { Path } from './problem.ts';

export type Mapping = Record<string, unknown>;

/** Is it a mapping of keys, and not a list? */
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path; undefined where there is nothing. */
export function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const part of path) {
    if (
      typeof part === 'number'
        ? !Array.isArray(value)
        : !isMapping(value) || !Object.hasOwn(value, part)
    )
      return undefined;
    value = (value as Mapping)[part];
  }
  return value;
}

/** The things of a named section that are mappings, in the order of the file. */
export function thingsOf(
  raw: unknown,
  section: string,
): { name: string; path: Path; thing: Mapping }[] {
  const all = valueAt(raw, [section]);
  if (!isMapping(all)) return [];
  return Object.entries(all).flatMap(([name, thing]) =>
    isMapping(thing) ? [{ name, path: [section, name], thing }] : [],
  );
}

/** The names of a section, in the order of the file; none where it is no mapping. */
export const namesOf = (raw: unknown, section: string): string[] => {
  const all = valueAt(raw, [section]);
  return isMapping(all) ? Object.keys(all) : [];
};

/** The texts of a list, with their positions. */
export const textsOf = (list: unknown): { text: string; index: number }[] =>
  Array.isArray(list)
    ? list.flatMap((item: unknown, index) =>
        typeof item === 'string' ? [{ text: item, index }] : [],
      )
    : [];
