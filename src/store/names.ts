import type { Db } from './open.ts';
import { rules, watches } from './schema.ts';

/** Every watch there ever was, also those no longer configured: their history stays. */
export const listWatchNames = (db: Db): string[] => db.orm.select({ name: watches.name }).from(watches).orderBy(watches.name).all().map(({ name }) => name);

/** Every rule there ever was. */
export const listRuleNames = (db: Db): string[] => db.orm.select({ name: rules.name }).from(rules).orderBy(rules.name).all().map(({ name }) => name);
