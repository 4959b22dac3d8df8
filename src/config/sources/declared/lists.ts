// The lists that a source of the unchecked file declares.
import { DEFAULT_LIST, shippedList } from '../../../list/shipped.ts';
import type { ListKind } from '../../../list/list-kind.ts';
import { RELATIONS, relationsOf } from '../../../list/reserved.ts';
import type { Path, Problem } from '../../problem.ts';
import { isMapping, thingsOf, valueAt, type Mapping } from '../../raw.ts';
import { checkDeclaration } from './check.ts';
import { compileList } from './compile.ts';
import { listKeys } from './keys.ts';

const declarationsOf = (source: Mapping): [string, unknown][] =>
  isMapping(source.lists) ? Object.entries(source.lists) : [];

/** By the mapping of the file, as the same list is asked for many times while a file is read. */
const compiled = new WeakMap<object, Map<string, ListKind | null>>();

/** A declaration as a list, the same object each time; null while something is wrong with it. */
function listOf(name: string, declaration: unknown): ListKind | null {
  if (!isMapping(declaration)) return null;
  const known = compiled.get(declaration) ?? new Map<string, ListKind | null>();
  compiled.set(declaration, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const read = listKeys.safeParse(declaration);
  const list =
    nameProblem(name) === null && read.success && checkDeclaration(read.data, []).length === 0
      ? compileList(name, read.data)
      : null;
  known.set(name, list);
  return list;
}

/** The lists that a source declares and nothing is wrong with, in the order of the file. */
export const declaredLists = (source: Mapping): readonly ListKind[] =>
  declarationsOf(source).flatMap(([name, declaration]) => listOf(name, declaration) ?? []);

/** The names of the others. */
export const brokenLists = (source: Mapping): readonly string[] =>
  declarationsOf(source).flatMap(([name, declaration]) =>
    listOf(name, declaration) === null ? [name] : [],
  );

/** What is wrong with the lists of a source that no key can tell by itself. */
export function checkLists(source: Mapping, at: Path): Problem[] {
  return declarationsOf(source).flatMap(([name, declaration]) => {
    const path = [...at, 'lists', name];
    const problem = nameProblem(name);
    if (problem !== null) return [{ path, text: problem, isAboutKey: true }];
    const read = listKeys.safeParse(declaration);
    return read.success ? checkDeclaration(read.data, path) : [];
  });
}

const LIST_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

function nameProblem(name: string): string | null {
  if (!LIST_NAME.test(name))
    return 'must be a name of lower-case letters, digits, - and _, at most 40, with a letter first';
  const taken = relationsOf(name);
  // Every file has its table. Of all others that come with Tidemark the declared one takes the
  // place: a later version may ship a list of any name.
  if (taken.includes(DEFAULT_LIST.table) || name === DEFAULT_LIST.name)
    return `is the name of a list that comes with Tidemark (${DEFAULT_LIST.name}); name yours otherwise`;
  const other = taken.find((relation) => RELATIONS.has(relation));
  return other === undefined
    ? null
    : `would make a view ${other}, which every file has; name the list otherwise`;
}

/** Is a list that comes with Tidemark hidden by one that a source of the file declares by its name? */
export function hiddenBy(raw: unknown): (list: ListKind) => boolean {
  const tables = new Set(
    thingsOf(raw, 'sources').flatMap(({ thing }) =>
      declarationsOf(thing).map(([name]) => relationsOf(name)[0]),
    ),
  );
  return (list) => tables.has(list.table) && shippedList(list.seriesSource) !== undefined;
}

/** Lists of one name: they would be kept in the same table. */
export function repeatedLists(raw: unknown): Problem[] {
  const seen = new Map<string, string>();
  return thingsOf(raw, 'sources').flatMap(({ path, thing }) =>
    declarationsOf(thing).flatMap(([name]) => {
      const at = [...path, 'lists', name];
      const [table = name] = relationsOf(name);
      const first = seen.get(table);
      seen.set(table, first ?? at.join('.'));
      return first === undefined
        ? []
        : [
            {
              path: at,
              text: `is kept in the same table as ${first}; name it otherwise`,
              isAboutKey: true,
            },
          ];
    }),
  );
}

/**
 * Values from the environment in declarations, which a database keeps and messages carry: a secret
 * would be among them.
 */
export function valuesFromOutside(
  raw: unknown,
  isFromEnvironment: (path: Path) => boolean,
): Problem[] {
  const walk = (path: Path): Problem[] => {
    const value = valueAt(raw, path);
    if (typeof value === 'object' && value !== null)
      return Object.keys(value).flatMap((key) =>
        walk([...path, Array.isArray(value) ? Number(key) : key]),
      );
    return isFromEnvironment(path)
      ? [
          {
            path,
            text: 'cannot come from the environment: declarations are kept in the database; secrets belong into token, username and password of the source, an address into base_url',
          },
        ]
      : [];
  };
  return thingsOf(raw, 'sources').flatMap(({ path }) => walk([...path, 'lists']));
}
