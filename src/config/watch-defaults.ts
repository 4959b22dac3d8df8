// What many watches share stands once, in `watch_defaults`. It is put into each watch that does not
// say otherwise, before anything is checked.
import type { ListKind } from '../list/list-kind.ts';
import { nearest } from '../lib/nearest.ts';
import type { Path, Problem } from './problem.ts';
import { isMapping, thingsOf, valueAt, type Mapping } from './raw.ts';
import { trackedBy } from './watch-list.ts';

const SECTION = 'watch_defaults';

/** They name a list together: a watch that has one of them takes neither. */
const WHICH: readonly string[] = ['source', 'list'];

/** Keys that a watch of any list has. */
const COMMON: readonly string[] = ['depth', 'schedule', 'timezone'];

/**
 * The file with its defaults in its watches. A watch takes what its list has, and what it does not
 * say itself, be it null.
 */
export function withWatchDefaults(raw: unknown): unknown {
  const defaults = valueAt(raw, [SECTION]);
  const watches = valueAt(raw, ['watches']);
  if (!isMapping(raw) || !isMapping(defaults) || !isMapping(watches)) return raw;
  return {
    ...raw,
    watches: Object.fromEntries(
      Object.entries(watches).map(([name, watch]) => [
        name,
        isMapping(watch) || watch === null ? filled(raw, watch ?? {}, defaults) : watch,
      ]),
    ),
  };
}

function filled(raw: Mapping, watch: Mapping, defaults: Mapping): Mapping {
  const saysWhich = WHICH.some((key) => Object.hasOwn(watch, key));
  const which = saysWhich ? watch : { ...taken(defaults, WHICH), ...watch };
  const keys = keysOf(trackedBy(raw, which)?.list);
  return { ...taken(defaults, keys), ...which };
}

const keysOf = (list: ListKind | undefined): readonly string[] =>
  list === undefined ? COMMON : [...COMMON, ...list.parameters.map(({ key }) => key)];

const taken = (defaults: Mapping, keys: readonly string[]): Mapping =>
  Object.fromEntries(Object.entries(defaults).filter(([key]) => keys.includes(key)));

/** Where the value of a path was written: a watch may have it from the defaults. */
export function writtenAt(raw: unknown, path: Path): Path {
  const [section, name, key, ...rest] = path;
  if (section !== 'watches' || name === undefined || key === undefined) return path;
  const isOwn = isMapping(valueAt(raw, ['watches', name]))
    ? valueAt(raw, ['watches', name, key]) !== undefined
    : false;
  return !isOwn && valueAt(raw, [SECTION, key]) !== undefined ? [SECTION, key, ...rest] : path;
}

/** Defaults that no watch takes: a slip, or of a list that nobody tracks. */
export function checkDefaults(raw: unknown): Problem[] {
  const defaults = valueAt(raw, [SECTION]);
  if (!isMapping(defaults)) return [];
  const lists = thingsOf(raw, 'watches').map(({ thing }) => trackedBy(raw, thing)?.list);
  const known = [...new Set([...WHICH, ...lists.flatMap(keysOf)])];
  return Object.keys(defaults)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: [SECTION, key],
      text: 'is no key of any list that is tracked',
      suggestion: nearest(key, known),
      isAboutKey: true,
    }));
}
