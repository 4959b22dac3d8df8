// The tree of categories, fetched anew once a month beside the passes, in pauses between them.
import type { Config } from '../config/config.ts';
import { costOf, creditsFor, pagesFor } from '../config/pass-cost.ts';
import {
  categorySourceOf,
  type CategorySource,
  type fetchCategories,
} from '../history/categories.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Clock, type Instant } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { ListKind } from '../list/list-kind.ts';
import { nextSlot, slotsBetween } from '../schedule/slots.ts';
import { isTreeStale, replaceTree, treeFetchedAt, type Category } from '../store/categories.ts';
import {
  noteCategories,
  readCategoriesNote,
  type CategoriesNote,
} from '../store/file/categories-note.ts';
import { isHeld, sourceLock } from '../store/file/lock.ts';
import type { Db } from '../store/file/open.ts';
import { creditsLeft } from '../store/ledger.ts';
import { isResting } from './resting.ts';

export type RefreshDeps = {
  db: Db;
  config: () => Config;
  clock: Clock;
  log: Log;
  random: () => number;
  fetch: typeof fetchCategories;
  /** Why the config could not be read with a tree in place of the one that is kept; null if it can. */
  whyUnfit: (tree: readonly Category[]) => string | null;
  signal: AbortSignal;
};

/** How often it looks. An odd time, so that it meets every pause of a regular schedule. */
const TICK_MS = 7 * MINUTE_MS;
/** No pass may be due for so long, so that none waits for its source. */
const ROOM_MS = 3 * MINUTE_MS;
/** How long to wait after the first failure in a row, the second, and so on. */
const PAUSES_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS];
/** A tree that the config does not fit stays so until somebody edits the config. */
const UNFIT_PAUSE_MS = 7 * DAY_MS;

/**
 * Refreshes the tree where one was fetched, it is a month old, and a watch's list has categories,
 * until the signal aborts. A failure is logged, and tried again later. It never throws because of
 * one.
 */
export async function refreshCategories(deps: RefreshDeps): Promise<void> {
  const { clock, signal, log } = deps;
  while (!signal.aborted) {
    try {
      await look(deps, deps.config());
    } catch (thrown) {
      log.warn({ reason: messageOf(thrown) }, 'the tree of categories could not be looked at');
    }
    await clock.sleep(TICK_MS, signal);
  }
}

async function look(deps: RefreshDeps, config: Config): Promise<void> {
  const { db, clock, log, random, signal } = deps;
  const now = clock.now();
  const source = categorySourceOf(config);
  if (source === null || !config.watches.some(({ list }) => hasCategories(list))) return;
  const fetchedAt = treeFetchedAt(db);
  if (fetchedAt === null || !isTreeStale(fetchedAt, now)) return;
  const note = readCategoriesNote(config.database);
  if (isWaiting(note, now) || !hasRoom(deps, config, source, now)) return;
  const fail = (reason: string, isUnfit: boolean) => {
    const failures = (note?.failures ?? 0) + 1;
    noteCategories(config.database, { failures, failedAt: clock.now(), isUnfit });
    log.warn(
      { failures, reason },
      'the tree of categories stays as it was, and is asked for later',
    );
  };
  try {
    const tree = await deps.fetch({ db, config, clock, random, signal }, source.account);
    const why = deps.whyUnfit(tree);
    if (why !== null) return fail(why, true);
    replaceTree(db, tree, clock.now());
    noteCategories(config.database, null);
    log.info(
      { source: source.account.name, categories: tree.length, credits: source.credits },
      'tree of categories fetched anew',
    );
  } catch (thrown) {
    if (!signal.aborted) fail(messageOf(thrown), false);
  }
}

const hasCategories = ({ identity, parameters }: ListKind): boolean =>
  identity.groupsAre === 'categories' ||
  parameters.some(({ values }) => values.kind === 'id' && values.categories !== undefined);

const isWaiting = (note: CategoriesNote | null, now: Instant): boolean =>
  note !== null && isResting(note, note.isUnfit ? [UNFIT_PAUSE_MS] : PAUSES_MS, now);

/** No pass asks the source now or soon, and its credits are enough for what is due today, too. */
function hasRoom(
  { db }: RefreshDeps,
  config: Config,
  { account, credits }: CategorySource,
  now: Instant,
): boolean {
  if (isHeld(config.database, sourceLock(account.name))) return false;
  const watches = config.watches.filter(({ source }) => source === account.name);
  const soon = now + ROOM_MS;
  if (watches.some((watch) => (nextSlot(watch.schedule, watch.timezone, now) ?? soon) < soon))
    return false;
  if (account.dailyCredits === null) return true;
  const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  const planned = watches.reduce((sum, { schedule, timezone, depth, list }) => {
    const cost = costOf(account, list);
    const slots = slotsBetween(schedule, timezone, now, midnight - 1).length;
    return sum + slots * creditsFor(pagesFor(depth, cost.pageSize), cost);
  }, 0);
  return planned + credits <= creditsLeft(db, account.name, account.dailyCredits, now);
}
