// Finds products by upstream id, and keeps their latest names.
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Product } from '../../model.ts';
import { categoryNamer } from '../categories.ts';
import { readColumns } from '../file/columns.ts';
import type { Db } from '../file/open.ts';

type KnownProduct = [
  id: number,
  name: string,
  l1: string | null,
  l2: string | null,
  namedAt: Instant,
];

const KNOWN = ['p.id', 'p.name', 'p.category_l1', 'p.category_l2', 'p.updated_at'];

/**
 * Ids of the products of one snapshot, in their order; those that are new are stored. A product has
 * the name of the latest slot that gave it one (`updated_at` keeps that slot), in whatever order
 * snapshots are stored: an older file brings back no older name, and a list that gives no name
 * changes nothing. A product without any name is called by its id, which any list may replace. Run
 * inside a transaction.
 */
export function keepProducts(
  db: Db,
  list: ListKind,
  slotAt: Instant,
  products: readonly Product[],
): number[] {
  const source = list.seriesSource;
  const insert = db.statement(
    `INSERT INTO products (source, upstream_id, name, category_l1, category_l2, updated_at)
    VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const update = db.statement(
    'UPDATE products SET name = ?, category_l1 = ?, category_l2 = ?, updated_at = ? WHERE id = ?',
  );
  const nameOf =
    list.identity.groupsAre === 'categories' ? categoryNamer(db) : (group: string | null) => group;
  const find = productFinder(db, source, products);
  const confirmed: number[] = [];
  const ids = products.map(({ upstreamId, name, ...groups }) => {
    const categoryL1 = nameOf(groups.categoryL1);
    const categoryL2 = nameOf(groups.categoryL2);
    const known = find(upstreamId);
    if (known === undefined)
      return Number(
        insert.run(source, upstreamId, name, categoryL1, categoryL2, slotAt).lastInsertRowid,
      );
    const [id, knownName, knownL1, knownL2, namedAt] = known;
    const isNamed = name !== upstreamId;
    const isNewer = slotAt >= namedAt || (isNamed && knownName === upstreamId);
    const nextName = isNamed && isNewer ? name : knownName;
    const nextL1 = isNewer ? (categoryL1 ?? knownL1) : (knownL1 ?? categoryL1);
    const nextL2 = isNewer ? (categoryL2 ?? knownL2) : (knownL2 ?? categoryL2);
    if (nextName !== knownName || nextL1 !== knownL1 || nextL2 !== knownL2)
      update.run(nextName, nextL1, nextL2, isNamed && isNewer ? slotAt : namedAt, id);
    else if (isNamed && slotAt > namedAt) confirmed.push(id);
    return id;
  });
  // When they were last seen under their names.
  if (confirmed.length > 0)
    db.statement(
      `UPDATE products SET updated_at = ?
      WHERE id IN (SELECT value FROM json_each(?)) AND updated_at < ?`,
    ).run(slotAt, JSON.stringify(confirmed), slotAt);
  return ids;
}

/**
 * Most are known: one statement finds them all. An id that is not among what it found is looked up
 * by itself: JSON cannot carry each text there is.
 */
function productFinder(
  db: Db,
  source: string,
  products: readonly Product[],
): (upstreamId: string) => KnownProduct | undefined {
  const [upstreamIds = [], ids = [], names = [], l1 = [], l2 = [], namedAt = []] = readColumns(
    db,
    ['p.upstream_id', ...KNOWN],
    `FROM json_each(?) sought
      CROSS JOIN products p ON p.source = ? AND p.upstream_id = sought.value`,
    [JSON.stringify(products.map(({ upstreamId }) => upstreamId)), source],
  );
  const placeOf = new Map(upstreamIds.map((upstreamId, place) => [upstreamId, place]));
  const find = db
    .statement(
      `SELECT ${KNOWN.join(', ')} FROM products p WHERE p.source = ? AND p.upstream_id = ?`,
    )
    .raw();
  return (upstreamId) => {
    const place = placeOf.get(upstreamId);
    if (place === undefined) return find.get(source, upstreamId) as KnownProduct | undefined;
    return [ids[place], names[place], l1[place], l2[place], namedAt[place]] as KnownProduct;
  };
}
