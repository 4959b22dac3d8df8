// Fetching the tree of categories: three requests, each written to the ledger like those of a pass.
import type { Config, SourceConfig } from '../config/config.ts';
import { costOf, creditsFor } from '../config/pass-cost.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { CATEGORY_LEVELS, MOST_CATEGORIES } from '../list/category-tree.ts';
import { openSource } from '../source/open-source.ts';
import type { Category } from '../store/categories.ts';
import { sourceLock, withLock } from '../store/file/lock.ts';
import type { Db } from '../store/file/open.ts';
import { openLedger } from '../store/ledger.ts';

/** A source that has a tree, and the credits that fetching all of it costs without retries. */
export type CategorySource = { account: SourceConfig; credits: number };

/** The first source of a config that has a tree of categories; null where none has. */
export function categorySourceOf(config: Config): CategorySource | null {
  const account = config.sources.find(({ kind }) => CATEGORY_LEVELS[kind] !== undefined);
  if (account === undefined) return null;
  const levels = CATEGORY_LEVELS[account.kind] ?? [];
  const credits = levels.reduce((sum, list) => sum + creditsFor(1, costOf(account, list)), 0);
  return { account, credits };
}

/**
 * The three levels of the tree, outermost first; nothing is stored. Other processes can ask the
 * source between two levels. `random` gives the jitter of pauses, in [0, 1).
 * @throws AppError `source_unavailable` where a level cannot be fetched whole, the daily limit
 *   among the reasons.
 */
export async function fetchCategories(
  deps: { db: Db; config: Config; clock: Clock; random: () => number; signal: AbortSignal },
  account: SourceConfig,
): Promise<Category[]> {
  const { db, config, clock, random, signal } = deps;
  const { name, dailyCredits } = account;
  const source = openSource(account, clock, random);
  const tree: Category[] = [];
  try {
    for (const [index, list] of (CATEGORY_LEVELS[account.kind] ?? []).entries()) {
      const { creditsPerRequest } = costOf(account, list);
      const pass = { watchId: null, slotAt: clock.now(), source: name, creditsPerRequest };
      const ledger = openLedger(db, { ...pass, dailyCredits }, clock);
      const query = { list, asked: {}, depth: MOST_CATEGORIES };
      const {
        pages,
        missing,
        doubts = [],
      } = await withLock(config.database, sourceLock(name), clock, signal, () =>
        source.fetchList(query, ledger, signal),
      );
      const why = missing[0]?.detail ?? doubts[0];
      if (why !== undefined)
        throw new AppError(
          'source_unavailable',
          `the tree of categories cannot be fetched from ${name}: ${why}`,
          { hint: 'what was kept before stays as it is' },
        );
      for (const { product } of pages.flatMap(({ rows }) => rows))
        if (product !== null)
          tree.push({
            id: product.upstreamId,
            name: product.name,
            parentId: product.categoryL1,
            level: index + 1,
          });
    }
  } finally {
    await source.close();
  }
  return tree;
}
