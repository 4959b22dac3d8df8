import { eq, sql } from 'drizzle-orm';
import type { Db } from './open.ts';
import { products, rules, watches } from './schema.ts';

/** Every watch there ever was, also those no longer configured: their history stays. */
export const listWatchNames = (db: Db): string[] => db.orm.select({ name: watches.name }).from(watches).orderBy(watches.name).all().map(({ name }) => name);

/** Every rule there ever was. */
export const listRuleNames = (db: Db): string[] => db.orm.select({ name: rules.name }).from(rules).orderBy(rules.name).all().map(({ name }) => name);

export type NamedProduct = { upstreamId: string; name: string; categoryL1: string | null };

/** The product with this id; or else those of this name, in any case of ASCII letters. */
export function findProduct(db: Db, idOrName: string): NamedProduct[] {
  const columns = { upstreamId: products.upstreamId, name: products.name, categoryL1: products.categoryL1 };
  const byId = db.orm.select(columns).from(products).where(eq(products.upstreamId, idOrName)).all();
  return byId.length > 0 ? byId : db.orm.select(columns).from(products).where(eq(sql`lower(${products.name})`, idOrName.toLowerCase())).orderBy(products.upstreamId).all();
}

export const listProductNames = (db: Db): string[] => db.orm.selectDistinct({ name: products.name }).from(products).all().map(({ name }) => name);
