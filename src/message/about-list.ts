// What messages say of the list they are about.
import type { ListQuery } from '../config/config.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import { shippedList } from '../list/shipped.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';
import { readList, writeList } from '../list/written.ts';

export type AboutList = {
  /** As `list:` in a watch names it. Messages of earlier versions have none: top-products. */
  list?: string;
  /** What serves it, and which list: `keyapi.top_products_insights`. */
  source?: string;
  /** Null where the list has no such parameter. */
  region: string | null;
  time_scope: number | null;
  /** What the watch asks for, by the names of the parameters. */
  parameters?: Asked;
  /** What a dated list is of, `2026-07-03`; null for a list of now. */
  data_date?: string | null;
  /** A list that does not come with the program, as it was; not sent to webhooks. */
  declaration?: unknown;
};

/** What a message says of the list of a watch. */
export function aboutList({ list, asked }: ListQuery, dataDate: string | null): AboutList {
  const { region, time_scope: timeScope } = asked;
  return {
    list: list.name,
    source: list.seriesSource,
    region: typeof region === 'string' ? region : null,
    time_scope: typeof timeScope === 'number' ? timeScope : null,
    parameters: asked,
    data_date: dataDate,
    ...(shippedList(list.seriesSource) === undefined ? { declaration: writeList(list) } : {}),
  };
}

/** The list that a message is about, also where no config has it any more. */
export function listOfMessage({ source, declaration }: AboutList): ListKind {
  if (declaration !== undefined) return readList(declaration);
  return shippedList(source ?? '') ?? TOP_PRODUCTS;
}

/** What was asked for, as a message has it. */
export const askedOfMessage = ({ parameters, region, time_scope }: AboutList): Asked =>
  parameters ?? { region, time_scope };
