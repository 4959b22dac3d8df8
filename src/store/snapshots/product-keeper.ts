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

/** Products by source and upstream id, remembered between snapshots as long as nobody else writes. */
export type RememberedProducts = Map<string, Map<string, KnownProduct>>;

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
  remembered: RememberedProducts = new Map(),
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
  const known = rememberAll(db, source, products, remembered);
  const confirmed: KnownProduct[] = [];
  const ids = products.map((product) => {
    const { upstreamId, name } = product;
    const categoryL1 = nameOf(product.categoryL1);
    const categoryL2 = nameOf(product.categoryL2);
    const found = known.get(upstreamId);
    if (found === undefined) {
      const row = [source, upstreamId, name, categoryL1, categoryL2, slotAt];
      const id = Number(insert.run(row).lastInsertRowid);
      known.set(upstreamId, [id, name, categoryL1, categoryL2, slotAt]);
      return id;
    }
    const [id, knownName, knownL1, knownL2, namedAt] = found;
    const isNamed = name !== upstreamId;
    const isNewer = slotAt >= namedAt || (isNamed && knownName === upstreamId);
    const nextName = isNamed && isNewer ? name : knownName;
    const nextL1 = isNewer ? (categoryL1 ?? knownL1) : (knownL1 ?? categoryL1);
    const nextL2 = isNewer ? (categoryL2 ?? knownL2) : (knownL2 ?? categoryL2);
    if (nextName !== knownName || nextL1 !== knownL1 || nextL2 !== knownL2) {
      const nextAt = isNamed && isNewer ? slotAt : namedAt;
      update.run(nextName, nextL1, nextL2, nextAt, id);
      known.set(upstreamId, [id, nextName, nextL1, nextL2, nextAt]);
    } else if (isNamed && slotAt > namedAt) confirmed.push(found);
    return id;
  });
  // When they were last seen under their names.
  if (confirmed.length > 0)
    db.statement(
      `UPDATE products SET updated_at = ?
      WHERE id IN (SELECT value FROM json_each(?)) AND updated_at < ?`,
    ).run(slotAt, JSON.stringify(confirmed.map(([id]) => id)), slotAt);
  for (const one of confirmed) one[4] = slotAt;
  return ids;
}

/** Products that are remembered at most, some 200 bytes each. */
const MOST_REMEMBERED = 20_000;

/** Looks up those of the products that are not remembered yet; returns all of their source. */
function rememberAll(
  db: Db,
  source: string,
  products: readonly Product[],
  remembered: RememberedProducts,
): Map<string, KnownProduct> {
  const before = remembered.get(source);
  const known =
    before === undefined || before.size > MOST_REMEMBERED
      ? new Map<string, KnownProduct>()
      : before;
  if (known !== before) remembered.set(source, known);
  const sought = products.filter(({ upstreamId }) => !known.has(upstreamId));
  if (sought.length === 0) return known;
  const find = productFinder(db, source, sought);
  for (const { upstreamId } of sought) {
    const found = find(upstreamId);
    if (found !== undefined) known.set(upstreamId, found);
  }
  return known;
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
