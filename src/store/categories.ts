// The tree of categories as it was fetched last, and the names of its ids.
import { existsSync } from 'node:fs';
import { asc } from 'drizzle-orm';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import type { Db } from './file/open.ts';
import { openToRead } from './file/open-to-read.ts';
import { categories } from './schema/categories.ts';

/** `parentId` is null for a first-level one; `level` is 1 to 3. */
export type Category = { id: string; name: string; parentId: string | null; level: number };

export type Tree = { categories: Category[]; fetchedAt: Instant };

/** A tree older than this is fetched anew. */
const STALE_AFTER_MS = 30 * DAY_MS;

/** Whether a tree that was fetched then is a month old, or of a clock that was as far ahead. */
export const isTreeStale = (fetchedAt: Instant, now: Instant): boolean =>
  Math.abs(now - fetchedAt) > STALE_AFTER_MS;

/** When the tree was fetched; null where none was. */
export const treeFetchedAt = (db: Db): Instant | null =>
  db.statement('SELECT max(fetched_at) FROM categories').pluck().get() as Instant | null;

/** The tree by level and name; null where none was fetched. */
export function readTree(db: Db): Tree | null {
  const rows = db.orm
    .select()
    .from(categories)
    .orderBy(asc(categories.level), asc(categories.name), asc(categories.id))
    .all();
  const [first] = rows;
  if (first === undefined) return null;
  return {
    categories: rows.map(({ id, name, parentId, level }) => ({ id, name, parentId, level })),
    fetchedAt: first.fetchedAt,
  };
}

/** Puts a tree in the place of the one before, in one transaction. */
export function replaceTree(db: Db, tree: readonly Category[], fetchedAt: Instant): void {
  const insert = db.statement(
    'INSERT OR REPLACE INTO categories (id, name, parent_id, level, fetched_at) VALUES (?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    db.statement('DELETE FROM categories').run();
    for (const { id, name, parentId, level } of tree)
      insert.run(id, name, parentId, level, fetchedAt);
  });
}

/** The tree that a file keeps, each category with its path; null where there is none, or no file. */
export function readKeptCategories(database: string): (Category & { path: string })[] | null {
  if (!existsSync(database)) return null;
  const db = openToRead(database);
  try {
    const tree = readTree(db)?.categories ?? null;
    return tree === null ? null : withPaths(tree);
  } finally {
    db.close();
  }
}

/** Each category with its path. */
export function withPaths(tree: readonly Category[]): (Category & { path: string })[] {
  const paths = pathsOf(tree);
  return tree.map((one) => ({ ...one, path: paths.get(one.id) ?? one.name }));
}

/**
 * The name of a category by its id; the id itself where the tree does not have it. Each is asked
 * for once.
 */
export function categoryNamer(db: Db): (id: string | null) => string | null {
  const find = db.statement('SELECT name FROM categories WHERE id = ?').pluck();
  const names = new Map<string, string>();
  return (id) => {
    if (id === null) return null;
    let name = names.get(id);
    if (name === undefined) names.set(id, (name = (find.get(id) as string | undefined) ?? id));
    return name;
  };
}

/** `Beauty > Makeup > Perfume` of each category, by id. */
export function pathsOf(tree: readonly Category[]): ReadonlyMap<string, string> {
  const byId = new Map(tree.map((category) => [category.id, category]));
  const pathOf = ({ name, parentId }: Category): string => {
    const above = parentId === null ? undefined : byId.get(parentId);
    return above === undefined ? name : `${pathOf(above)} > ${name}`;
  };
  return new Map(tree.map((category) => [category.id, pathOf(category)]));
}
