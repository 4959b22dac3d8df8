import { desc } from 'drizzle-orm';
import type { ListKind } from '../../list/list-kind.ts';
import type { Db } from '../file/open.ts';
import { preparedOnce } from '../file/prepared.ts';
import { products } from '../schema/products.ts';
import { channelHealth } from '../schema/channels.ts';
import { rules } from '../schema/rules.ts';
import { watches } from '../schema/watches.ts';

const watchNames = preparedOnce((orm) =>
  orm.select({ name: watches.name }).from(watches).orderBy(watches.name).prepare(),
);

/** Every watch there ever was, also those no longer configured: their history stays. */
export const listWatchNames = (db: Db): string[] =>
  watchNames(db)
    .all()
    .map(({ name }) => name);

/** Every rule there ever was. */
export const listRuleNames = (db: Db): string[] =>
  db.orm
    .select({ name: rules.name })
    .from(rules)
    .orderBy(rules.name)
    .all()
    .map(({ name }) => name);

/** Every channel that was ever sent to. */
export const listChannelNames = (db: Db): string[] =>
  db.orm
    .select({ name: channelHealth.channel })
    .from(channelHealth)
    .orderBy(channelHealth.channel)
    .all()
    .map(({ name }) => name);

/** Names of the products that were seen last, at most `limit`. */
export const listProductNames = (db: Db, limit: number): string[] =>
  db.orm
    .select({ name: products.name })
    .from(products)
    .orderBy(desc(products.id))
    .limit(limit)
    .all()
    .map(({ name }) => name);

/** Names of the products of one watch, the last seen and best ranked first, at most `limit`. */
export const listProductNamesOf = (db: Db, watch: string, limit: number): string[] =>
  db
    .statement(
      `SELECT p.name
       FROM watches w
         JOIN series se ON se.watch_id = w.id
         JOIN product_records r ON r.series_id = se.id
         JOIN products p ON p.id = r.product_id
       WHERE w.name = ?
       ORDER BY r.last_seen_at DESC, r.rank_best, p.id
       LIMIT ?`,
    )
    .pluck()
    .all(watch, limit) as string[];

export type NamedProduct = { upstreamId: string; name: string; categoryL1: string | null };

/** Every product ever seen in any watch. */
export const listProducts = (db: Db): NamedProduct[] =>
  db.orm
    .select({
      upstreamId: products.upstreamId,
      name: products.name,
      categoryL1: products.categoryL1,
    })
    .from(products)
    .orderBy(products.upstreamId)
    .all();

/** Our own id of a product of a list; undefined when it was never seen. */
export const findProductId = (db: Db, list: ListKind, upstreamId: string): number | undefined =>
  db
    .statement('SELECT id FROM products WHERE source = ? AND upstream_id = ?')
    .pluck()
    .get(list.seriesSource, upstreamId) as number | undefined;
