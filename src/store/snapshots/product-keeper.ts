// Finds products by upstream id, and keeps their latest names.
import type { Instant } from '../../lib/clock.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Product } from '../../model.ts';
import { categoryNamer } from '../categories.ts';
import type { Db } from '../file/open.ts';

type Keeper = {
  idOf(product: Product): number;
  /** Writes down when the products that were asked for were last seen under their names. */
  finish(): void;
};

type KnownProduct = [
  id: number,
  name: string,
  l1: string | null,
  l2: string | null,
  namedAt: Instant,
];

/**
 * Ids by upstream id, for the products of one snapshot. A product has the name of the latest slot
 * that gave it one (`updated_at` keeps that slot), in whatever order snapshots are stored: an older
 * file brings back no older name, and a list that gives no name changes nothing. A product without
 * any name is called by its id, which any list may replace.
 */
export function productKeeper(db: Db, list: ListKind, slotAt: Instant): Keeper {
  const source = list.seriesSource;
  const find = db
    .statement(
      `SELECT id, name, category_l1, category_l2, updated_at FROM products
      WHERE source = ? AND upstream_id = ?`,
    )
    .raw();
  const insert = db.statement(
    `INSERT INTO products (source, upstream_id, name, category_l1, category_l2, updated_at)
    VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const update = db.statement(
    'UPDATE products SET name = ?, category_l1 = ?, category_l2 = ?, updated_at = ? WHERE id = ?',
  );
  const confirm = db.statement(
    `UPDATE products SET updated_at = ?
    WHERE id IN (SELECT value FROM json_each(?)) AND updated_at < ?`,
  );
  const nameOf =
    list.identity.groupsAre === 'categories' ? categoryNamer(db) : (group: string | null) => group;
  const confirmed: number[] = [];
  return {
    idOf: ({ upstreamId, name, ...groups }) => {
      const [categoryL1, categoryL2] = [groups.categoryL1, groups.categoryL2].map(nameOf) as [
        string | null,
        string | null,
      ];
      const known = find.get(source, upstreamId) as KnownProduct | undefined;
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
    },
    finish: () => {
      if (confirmed.length > 0) confirm.run(slotAt, JSON.stringify(confirmed), slotAt);
    },
  };
}
