// What messages say of the list they are about.
import type { ListQuery } from '../config/config.ts';
import { declareList, declareRequest } from '../list/declare.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import { SHIPPED_LISTS, shippedList } from '../list/shipped.ts';
import { reviveList, storeList } from '../list/stored.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';

export type AboutList = {
  /** As `list:` in a watch names it. Messages of earlier versions have none: top-products. */
  list?: string;
  /** Null where the list has no such parameter. */
  region: string | null;
  time_scope: number | null;
  /** What was asked for, of other lists than top-products; what was not asked for is not there. */
  asked?: Asked;
  /**
   * The declaration of a list that no version ships, as list/stored.ts writes it: a message is
   * rendered long after the config was edited. Webhooks leave it out.
   */
  declaration?: string;
};

/** What a message says of the list of a watch. */
export function aboutList({ list, asked }: ListQuery): AboutList {
  const { region, time_scope: timeScope } = asked;
  const said = Object.entries(asked).filter(([, value]) => value !== null);
  return {
    list: list.name,
    region: typeof region === 'string' ? region : null,
    time_scope: typeof timeScope === 'number' ? timeScope : null,
    ...(list === TOP_PRODUCTS ? {} : { asked: Object.fromEntries(said) }),
    ...(shippedList(list.seriesSource) === undefined ? { declaration: declarationOf(list) } : {}),
  };
}

/** By list: a digest of many watches has it many times. */
const written = new WeakMap<ListKind, string>();

/** All but how it is asked for, which nobody needs who reads a message. */
function declarationOf(list: ListKind): string {
  const known = written.get(list) ?? storeList({ ...list, request: null, echo: [] });
  written.set(list, known);
  return known;
}

/** The list that a message is about. */
export function listOfMessage({ list, declaration }: AboutList): ListKind {
  if (declaration !== undefined) return reviveList(declaration);
  if (list === undefined) return TOP_PRODUCTS;
  return SHIPPED_LISTS.find(({ name }) => name === list) ?? bareList(list);
}

/** A list of which only the name is known, as another version sent the message: it has no figures. */
const bareList = (name: string): ListKind =>
  declareList({
    name,
    title: name,
    seriesSource: name,
    row: { one: 'row', many: 'rows' },
    identity: { id: ['id'], name: null },
    parameters: [],
    metrics: [],
    shown: [],
    request: declareRequest({ url: '/', rows: [] }),
  });

/** What was asked for, as far as a message has it. */
export const askedOfMessage = ({ region, time_scope, asked }: AboutList): Asked =>
  asked ?? { region, time_scope };

/** The same for programs: without the declaration, which is for rendering. */
export function withoutDeclaration<Data extends AboutList>({
  declaration: _declaration,
  ...data
}: Data): Omit<Data, 'declaration'> {
  return data;
}
