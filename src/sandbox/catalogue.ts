// The simulated market's category tree, in the form the API serves it.
import { CATEGORY_TREE } from './category-tree.ts';

/** A category as it stands in a row. Ids are text; a first-level category has no parent. */
export type Category = { id: string; label: string; parent_id?: string; value: string };

/** A leaf: what the list ranks. `slug` is its `url_title`, which repeats when the name does. */
export type Leaf = { first: Category; second: Category; third: Category; slug: string };

const category = (id: string, value: string, parent?: Category): Category =>
  Object.freeze(
    parent === undefined
      ? { id, label: `category_${id}`, value }
      : { id, label: `category_${id}`, parent_id: parent.id, value },
  );

/** `Hair & Nail Capsules` as `Hair-Nail-Capsules`; letters of every alphabet stay. */
export const slugOf = (name: string): string =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-');

/**
 * All leaves in the order of the tree, about 1,500. An id is `FFSSTTT`: two digits for the first
 * level, two for the second, three for the leaf, so that ids are unique on all levels together.
 */
export function readCatalogue(): readonly Leaf[] {
  const leaves: Leaf[] = [];
  let first = category('', '');
  let firsts = 10;
  let seconds = 0;
  for (const line of CATEGORY_TREE.split('\n').filter((text) => text !== '')) {
    if (!line.startsWith(' ')) {
      first = category(`${++firsts}00000`, line);
      seconds = 0;
      continue;
    }
    const [name = '', names = ''] = line.trim().split(': ');
    const prefix = `${firsts}${String(++seconds).padStart(2, '0')}`;
    const second = category(`${prefix}000`, name, first);
    for (const [index, leaf] of names.split(', ').entries()) {
      leaves.push({
        first,
        second,
        third: category(`${prefix}${String(index + 1).padStart(3, '0')}`, leaf, second),
        slug: slugOf(leaf),
      });
    }
  }
  return leaves;
}
