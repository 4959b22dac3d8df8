// What messages say of the list they are about.
import type { ListQuery } from '../config/config.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import { SHIPPED_LISTS } from '../list/shipped.ts';
import { TOP_PRODUCTS } from '../list/top-products.ts';

export type AboutList = {
  /** As `list:` in a watch names it. Messages of earlier versions have none: top-products. */
  list?: string;
  /** Null where the list has no such parameter. */
  region: string | null;
  time_scope: number | null;
};

/** What a message says of the list of a watch. */
export function aboutList({ list, asked }: ListQuery): AboutList {
  const { region, time_scope: timeScope } = asked;
  return {
    list: list.name,
    region: typeof region === 'string' ? region : null,
    time_scope: typeof timeScope === 'number' ? timeScope : null,
  };
}

/** The list that a message is about. */
export const listOfMessage = ({ list }: AboutList): ListKind =>
  SHIPPED_LISTS.find(({ name }) => name === list) ?? TOP_PRODUCTS;

/** What was asked for, as far as a message has it. */
export const askedOfMessage = ({ region, time_scope }: AboutList): Asked => ({
  region,
  time_scope,
});
