// Which list an unchecked watch tracks, and of which source.
import { nearest } from '../lib/nearest.ts';
import type { ListKind } from '../list/list-kind.ts';
import { DEFAULT_LIST } from '../list/shipped.ts';
import type { Path, Problem } from './problem.ts';
import { thingsOf, type Mapping } from './raw.ts';
import { servedBy, type Served } from './sources/kinds.ts';

export type Tracked = { source: string; list: ListKind };

/**
 * What a watch tracks: the list it names, of the source it names; the first source that serves a
 * list where it names only that, and the first list of a source likewise. null where there is none.
 */
export function trackedBy(raw: unknown, watch: Mapping): Tracked | null {
  const sources = servedBy(raw);
  const fits = ({ name, lists }: Served) =>
    typeof watch.source === 'string'
      ? name === watch.source
      : lists.some((list) => list.name === (watch.list ?? DEFAULT_LIST.name));
  const source = sources.find(fits);
  if (source === undefined || isOfBroken(sources, watch)) return null;
  const wanted =
    typeof watch.list === 'string'
      ? source.lists.find(({ name }) => name === watch.list)
      : (source.lists.find(({ name }) => name === DEFAULT_LIST.name) ?? source.lists[0]);
  return wanted === undefined ? null : { source: source.name, list: wanted };
}

/** Does it track a list that something is wrong with? That is told where the list is. */
function isOfBroken(sources: readonly Served[], watch: Mapping): boolean {
  const ofSource = sources.filter(
    ({ name }) => watch.source === undefined || name === watch.source,
  );
  const broken = ofSource.flatMap((source) => source.broken);
  return typeof watch.list === 'string'
    ? broken.includes(watch.list)
    : typeof watch.source === 'string' && broken.length > 0;
}

/** Does a watch track a declared list of the unchecked file that something is wrong with? */
export const tracksBroken = (raw: unknown, watch: Mapping): boolean =>
  isOfBroken(servedBy(raw), watch);

/** Sources and lists that a watch names but that do not exist. */
export function checkTracked(raw: unknown): Problem[] {
  const sources = servedBy(raw);
  return thingsOf(raw, 'watches').flatMap(({ thing, path }) => {
    if (trackedBy(raw, thing) !== null || isOfBroken(sources, thing)) return [];
    // A source that serves nothing has a mistake of its own, such as a preset that does not exist.
    if (sources.find(({ name }) => name === thing.source)?.lists.length === 0) return [];
    return [whyNone(sources, thing, path)];
  });
}

function whyNone(sources: readonly Served[], watch: Mapping, path: Path): Problem {
  const source = sources.find(({ name }) => name === watch.source);
  if (typeof watch.source === 'string' && source === undefined)
    return {
      path: [...path, 'source'],
      text: 'is not the name of a source',
      suggestion: nearest(
        watch.source,
        sources.map(({ name }) => name),
      ),
    };
  const lists = (source === undefined ? sources.flatMap((one) => one.lists) : source.lists).map(
    ({ name }) => name,
  );
  const all = [...new Set(lists)];
  if (typeof watch.list !== 'string')
    return {
      path: [...path, 'list'],
      text: `is required: no source serves ${DEFAULT_LIST.name}; there are ${all.join(', ')}`,
    };
  const whose = source === undefined ? 'of the sources' : `of ${source.name}`;
  return {
    path: [...path, 'list'],
    text: `is no list ${whose}; there are ${all.join(', ')}`,
    suggestion: nearest(watch.list, all),
  };
}
