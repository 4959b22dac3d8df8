// `tidemark categories`: the ids of categories by their names, from a tree that is fetched once.
import type { Config, SourceConfig } from '../../config/config.ts';
import { costOf } from '../../config/pass-cost.ts';
import { DAY_MS } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { CATEGORY_LEVELS, MOST_CATEGORIES } from '../../list/category-tree.ts';
import { readAppConfig } from '../../open-app.ts';
import { openSource } from '../../source/open-source.ts';
import {
  pathsOf,
  readTree,
  replaceTree,
  type Category,
  type Tree,
} from '../../store/categories.ts';
import { sourceLock, withLock } from '../../store/file/lock.ts';
import { openDatabase, type Db } from '../../store/file/open.ts';
import { openLedger } from '../../store/ledger.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';

export type CategoriesArgs = {
  config?: string;
  search?: string;
  refresh?: boolean;
  json?: boolean;
};

/** A tree older than this is fetched anew. */
const STALE_AFTER_MS = 30 * DAY_MS;

/**
 * Lists the categories whose name or path has the words of `search`, or whose id it is; all without
 * it. Fetches the tree where there is none, where it is a month old, or with `refresh`: 3 credits.
 * Exit code 0, also where nothing is found.
 * @throws AppError where no source has a tree, or it cannot be fetched.
 */
export async function runCategories(io: Io, args: CategoriesArgs): Promise<number> {
  const config = readAppConfig(io, args.config, 'needed', undefined, () => 'any');
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
  const isStale = known === null || io.clock.now() - known.fetchedAt > STALE_AFTER_MS;
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

/** The three levels of the first source that has them, stored in place of what was there. */
async function fetchTree(io: Io, db: Db, config: Config): Promise<Tree> {
  const account = config.sources.find(({ kind }) => CATEGORY_LEVELS[kind] !== undefined);
  if (account === undefined)
    throw new AppError('usage', 'no source of the config has categories', {
      hint: 'sources of type keyapi and echotik have',
    });
  const tree: Category[] = [];
  const source = openSource(account, io.clock, Math.random);
  try {
    for (const [index, list] of (CATEGORY_LEVELS[account.kind] ?? []).entries()) {
      const rows = await fetchLevel(io, db, config, { account, source, list });
      tree.push(...rows.map((row) => ({ ...row, level: index + 1 })));
    }
  } finally {
    await source.close();
  }
  const fetchedAt = io.clock.now();
  replaceTree(db, tree, fetchedAt);
  io.stderr(`The tree of categories was fetched from ${account.name} (3 credits) and is kept.\n`);
  return readTree(db) ?? { categories: tree, fetchedAt };
}

async function fetchLevel(
  io: Io,
  db: Db,
  config: Config,
  {
    account,
    source,
    list,
  }: {
    account: SourceConfig;
    source: ReturnType<typeof openSource>;
    list: (typeof CATEGORY_LEVELS)[string][number];
  },
): Promise<Omit<Category, 'level'>[]> {
  const { creditsPerRequest } = costOf(account, list);
  const { name, dailyCredits } = account;
  const pass = { watchId: null, slotAt: io.clock.now(), source: name, creditsPerRequest };
  const ledger = openLedger(db, { ...pass, dailyCredits }, io.clock);
  const { signal } = new AbortController();
  const query = { list, asked: {}, depth: MOST_CATEGORIES };
  const {
    pages,
    missing,
    doubts = [],
  } = await withLock(config.database, sourceLock(name), io.clock, signal, () =>
    source.fetchList(query, ledger, signal),
  );
  const why = missing[0]?.detail ?? doubts[0];
  if (why !== undefined)
    throw new AppError(
      'source_unavailable',
      `the tree of categories cannot be fetched from ${name}: ${why}`,
      {
        hint: 'what was kept before stays as it is',
      },
    );
  return pages.flatMap(({ rows }) =>
    rows.flatMap(({ product }) =>
      product === null
        ? []
        : [{ id: product.upstreamId, name: product.name, parentId: product.categoryL1 }],
    ),
  );
}
