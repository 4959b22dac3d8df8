// `category: Perfume` in a watch: the name of a category stands for its id, where the tree of
// categories is known and has it once. Put in before anything is checked.
import { nearest } from '../lib/nearest.ts';
import type { CategoryLevel, Parameter } from '../list/list-kind.ts';
import type { Path, Problem } from './problem.ts';
import { isMapping, thingsOf, valueAt } from './raw.ts';
import { trackedBy } from './watch-list.ts';

/** A category of the tree: `path` is its name below those above it. */
export type NamedCategory = { id: string; name: string; path: string; level: number };

/**
 * All categories of the tree that a database keeps; null where it has none; `any` for who is about
 * to fetch it, and needs no ids.
 */
export type ReadCategories = (database: string) => readonly NamedCategory[] | null | 'any';

const levelOf = ({ values }: Parameter): CategoryLevel | null =>
  values.kind === 'id' ? (values.categories ?? null) : null;

/** Anything else is a slip, and no category has such a name. */
const NAME = /^\s*\p{L}[\p{L}\p{M}\p{N} &'’(),./+-]*$/u;

const SHOWN = 4;
const NO_ID = '0';

/**
 * The file with ids where watches name categories, and what is wrong with a name. What has digits
 * alone is an id. The tree is read only where a name stands.
 */
export function withCategoryNames(
  raw: unknown,
  read: ReadCategories,
): { value: unknown; problems: Problem[] } {
  const database = valueAt(raw, ['database']);
  let tree: ReturnType<ReadCategories> | undefined;
  const known = () => (tree ??= read(typeof database === 'string' ? database : './tidemark.db'));
  const problems: Problem[] = [];
  const ids = new Map<string, Record<string, string>>();
  for (const { name: watch, thing, path } of thingsOf(raw, 'watches'))
    for (const parameter of trackedBy(raw, thing)?.list.parameters ?? []) {
      const level = levelOf(parameter);
      const said = thing[parameter.key];
      if (level === null || typeof said !== 'string' || !NAME.test(said)) continue;
      const found = idOf(said, level, known(), [...path, parameter.key]);
      if (typeof found === 'string') ids.set(watch, { ...ids.get(watch), [parameter.key]: found });
      else problems.push(found);
    }
  return { value: ids.size === 0 ? raw : withIds(raw, ids), problems };
}

function withIds(raw: unknown, ids: ReadonlyMap<string, Record<string, string>>): unknown {
  const watches = valueAt(raw, ['watches']);
  if (!isMapping(raw) || !isMapping(watches)) return raw;
  const filled = Object.entries(watches).map(([name, watch]) => [
    name,
    isMapping(watch) ? { ...watch, ...ids.get(name) } : watch,
  ]);
  return { ...raw, watches: Object.fromEntries(filled) as unknown };
}

/** The id of the category that is called so, or why there is none. */
function idOf(
  said: string,
  level: CategoryLevel,
  tree: ReturnType<ReadCategories>,
  path: Path,
): string | Problem {
  if (tree === 'any') return NO_ID;
  if (tree === null)
    return {
      path,
      text: 'is a name, and the tree of categories is not known yet: run tidemark categories once, or give the id',
    };
  const fitting = tree.filter((one) => level === 'any' || one.level === level);
  const wanted = said.trim().toLowerCase();
  const same = fitting.filter((one) => one.name.toLowerCase() === wanted);
  const [first] = same;
  if (first !== undefined && same.length === 1) return first.id;
  if (first !== undefined) {
    const shown = same.slice(0, SHOWN).map((one) => `${one.id} (${one.path})`);
    const more = same.length > SHOWN ? ` and ${same.length - SHOWN} more` : '';
    return { path, text: `is the name of ${same.length} categories: ${shown.join(', ')}${more}` };
  }
  const where = level === 'any' ? 'the tree' : `level ${level} of the tree`;
  return {
    path,
    text: `is no category of ${where}; tidemark categories finds them`,
    suggestion: nearest(
      said,
      fitting.map(({ name }) => name),
    ),
  };
}
