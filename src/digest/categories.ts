import { groupMovers } from '../change/movers.ts';
import { firstHeadline, type Metric } from '../list/list-kind.ts';
import { totalIn, type DigestCategory, type DigestWatch } from '../message/digest.ts';
import { countOf, totalOf } from './figures.ts';
import type { ComparedList, ListedChange } from './list.ts';

/** With more first-level categories than this, the rest are counted. */
const MAX_CATEGORIES = 10;

/**
 * The first-level categories of one list. Lists are not added up: their regions and windows
 * overlap.
 */
export function categoriesOf(list: ComparedList): DigestWatch['categories'] {
  const lead = firstHeadline(list.listKind);
  const groups = new Map<string | null, ListedChange[]>();
  for (const row of list.rows) {
    const group = groups.get(row.category_l1);
    if (group === undefined) groups.set(row.category_l1, [row]);
    else group.push(row);
  }
  const categories = [...groups].map(([name, rows]) =>
    category(name, rows, lead, list.baseline !== null),
  );
  const size = (row: DigestCategory): number =>
    (lead === null ? null : totalIn(row, lead)?.now) ?? row.products.now ?? 0;
  return {
    total: categories.length,
    rows: categories.sort((a, b) => size(b) - size(a)).slice(0, MAX_CATEGORIES),
  };
}

function category(
  name: string | null,
  rows: readonly ListedChange[],
  lead: Metric | null,
  hasBaseline: boolean,
): DigestCategory {
  const { climbers, fallers, entered, returned, left } = groupMovers(rows);
  return {
    category_l1: name,
    products: productsOf(rows, hasBaseline),
    entered: entered.length,
    returned: returned.length,
    left: left.length,
    climbed: climbers.length,
    fell: fallers.length,
    ...(lead === null ? {} : { [lead.column]: totalOf(lead, rows) }),
  };
}

/** How many products a list has, and had in its baseline. */
export const productsOf = (rows: readonly ListedChange[], hasBaseline: boolean) =>
  countOf(
    rows.filter(({ rank }) => rank !== null).length,
    hasBaseline ? rows.filter(({ rank_before }) => rank_before !== null).length : null,
  );
