// Every kind of source as the config knows it, one line each.
import * as z from 'zod';
import type { ListKind } from '../../list/list-kind.ts';
import { KEYAPI_LISTS } from '../../list/shipped.ts';
import type { SourceConfig } from '../config.ts';
import type { Path, Problem } from '../problem.ts';
import { isMapping, thingsOf, valueAt, type Mapping } from '../raw.ts';
import { must } from '../sections/values.ts';
import { hiddenBy, repeatedLists } from './declared/lists.ts';
import { echotik } from './echotik.ts';
import { http } from './http.ts';
import { keyapi } from './keyapi.ts';
import type { FileContents, SourceKindConfig } from './source-config.ts';

const KINDS = { keyapi, echotik, http };

type Kinds = typeof KINDS;
type Keys = Kinds[keyof Kinds]['keys'];
type AnyKind = SourceKindConfig<z.ZodObject>;

const names = Object.keys(KINDS);

/** The name of the source that is configured by `source:`. */
export const MAIN_SOURCE = 'keyapi';

const find = (kind: unknown): AnyKind | undefined =>
  typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof Kinds] : undefined;

/** The names of all kinds, as `type` says them. */
export const sourceKinds = (): readonly string[] => names;

/** The keys of one source; its `type` says which they are. */
export const sourceKeys = z.discriminatedUnion(
  'type',
  Object.values(KINDS).map(({ keys }) => keys) as [Keys, ...Keys[]],
  must(`must be ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`),
);

/** The keys of the kind that an unchecked source names; undefined where it names none. */
export const keysOfSource = (thing: Mapping): z.ZodObject | undefined => find(thing.type)?.keys;

/** The keys of every kind. */
export const allSourceKeys = (): readonly z.ZodObject[] =>
  Object.values(KINDS).map(({ keys }) => keys);

/** A source of the checked file, in the form that the rest of Tidemark reads. */
export const buildSource = (
  name: string,
  keys: z.output<typeof sourceKeys>,
  files: FileContents,
  lists: readonly ListKind[],
): SourceConfig => ({
  ...(KINDS[keys.type] as unknown as AnyKind).build(name, keys, files),
  lists,
});

/** Is there a `source:`, or is it missing and needed because there is no other source? */
export const hasMainSource = (raw: unknown): boolean =>
  (valueAt(raw, ['source']) ?? null) !== null || thingsOf(raw, 'sources').length === 0;

/** A source of the unchecked file; `broken` names the lists that something is wrong with. */
export type Served = { name: string; lists: readonly ListKind[]; broken: readonly string[] };

/**
 * The sources of the unchecked file, and the lists they serve, in their order. A list that a user
 * declares under the name of one that comes with Tidemark is the only one of its name.
 */
export function servedBy(raw: unknown): Served[] {
  const isHidden = hiddenBy(raw);
  return [
    ...(hasMainSource(raw) ? [{ name: MAIN_SOURCE, lists: KEYAPI_LISTS, broken: [] }] : []),
    ...thingsOf(raw, 'sources').map(({ name, thing }) => ({
      name,
      lists: find(thing.type)?.lists(thing) ?? [],
      broken: find(thing.type)?.broken?.(thing) ?? [],
    })),
  ].map((served) => ({ ...served, lists: served.lists.filter((list) => !isHidden(list)) }));
}

/** What is wrong with unchecked sources that no single key can tell. */
export function checkSources(raw: unknown): Problem[] {
  const all = thingsOf(raw, 'sources');
  const path: Path = ['sources', MAIN_SOURCE];
  const isTwice =
    isMapping(valueAt(raw, ['source'])) && all.some(({ name }) => name === MAIN_SOURCE);
  return [
    ...(isTwice
      ? [{ path, text: 'is what source: is short for; keep one', isAboutKey: true }]
      : []),
    ...all.flatMap(({ thing, path: at }) => find(thing.type)?.check?.(thing, at) ?? []),
    ...repeatedLists(raw),
  ];
}
