// `tidemark categories`: the ids of categories by their names, from a tree that is fetched once.
import type { Config } from '../../config/config.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { categorySourceOf, fetchCategories } from '../../history/categories.ts';
import { readAppConfig } from '../../open-app.ts';
import {
  isTreeStale,
  pathsOf,
  readTree,
  replaceTree,
  type Category,
  type Tree,
} from '../../store/categories.ts';
import { openDatabase, type Db } from '../../store/file/open.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';

export type CategoriesArgs = {
  config?: string;
  search?: string;
  refresh?: boolean;
  json?: boolean;
};

/**
 * Lists the categories whose name or path has the words of `search`, or whose id it is; all without
 * it. Fetches the tree where there is none, where it is a month old, or with `refresh`: 3 credits.
 * Exit code 0, also where nothing is found.
 * @throws AppError where no source has a tree, or it cannot be fetched.
 */
export async function runCategories(io: Io, args: CategoriesArgs): Promise<number> {
  const config = readAppConfig(io, args.config, 'needed', null, () => 'any');
  const db = openDatabase(config.database);
  try {
    return await listCategories(io, args, db, config);
  } finally {
    db.close();
  }
}

async function listCategories(
  io: Io,
  { search, refresh = false, json = false }: CategoriesArgs,
  db: Db,
  config: Config,
): Promise<number> {
  const known = readTree(db);
  const isStale = known === null || isTreeStale(known.fetchedAt, io.clock.now());
  const tree = refresh || isStale ? await fetchTree(io, db, config) : known;
  const found = matching(tree, search);
  if (json) {
    const rows = found.map(({ path, category }) => ({
      id: category.id,
      name: category.name,
      level: category.level,
      path,
    }));
    io.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  if (found.length === 0) {
    io.stderr(`No category has "${search ?? ''}" in its name.\n`);
    return 0;
  }
  io.stdout(
    formatTable(
      [{ head: 'id' }, { head: 'key' }, { head: 'category', min: 20 }],
      found.map(({ path, category }) => [category.id, KEYS[category.level - 1] ?? '', path]),
      io,
    ),
  );
  io.stderr(`${plural(found.length, 'category', 'categories')} of ${tree.categories.length}.\n`);
  return 0;
}

/** The key of a watch that takes categories of a level. */
const KEYS = ['category', 'category_l2', 'category_l3'];

type Found = { category: Category; path: string };

function matching({ categories }: Tree, search = ''): Found[] {
  const paths = pathsOf(categories);
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return categories
    .map((category) => ({ category, path: paths.get(category.id) ?? category.name }))
    .filter(({ category, path }) => {
      const text = path.toLowerCase();
      return category.id === search.trim() || words.every((word) => text.includes(word));
    });
}

/** The tree of the first source that has one, stored in place of what was there. */
async function fetchTree(io: Io, db: Db, config: Config): Promise<Tree> {
  const source = categorySourceOf(config);
  if (source === null)
    throw new AppError('usage', 'no source of the config has categories', {
      hint: 'sources of type keyapi and echotik have',
    });
  const { account, credits } = source;
  const { signal } = new AbortController();
  const { clock } = io;
  const categories = await fetchCategories(
    { db, config, clock, random: Math.random, signal },
    account,
  );
  const fetchedAt = clock.now();
  replaceTree(db, categories, fetchedAt);
  io.stderr(
    `The tree of categories was fetched from ${account.name} (${plural(credits, 'credit')}) and is kept.\n`,
  );
  return readTree(db) ?? { categories, fetchedAt };
}
