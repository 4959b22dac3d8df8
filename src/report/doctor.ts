// Whether an installation and its database are sound, check by check. Only looks; beside a running
// daemon.
import type { Channel } from '../config/channels/kinds.ts';
import type { Config } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { plural } from '../lib/text.ts';
import {
  findBrokenPages,
  findIncomplete,
  findOrphans,
  sayDamage,
} from '../store/file/integrity.ts';
import { openReadOnly, type ReadOnlyDb } from '../store/file/open-readonly.ts';
import { handleOn } from '../store/file/open.ts';
import { countWithoutStandings, hasStatistics } from '../store/reading/health-facts.ts';
import { readDaemon } from '../store/file/daemon-note.ts';
import { readStatus } from './status.ts';
import { fail, failEach, ok, warn, type Check } from './check.ts';
import {
  checkBackups,
  checkDaemon,
  checkDisk,
  checkLake,
  checkNode,
  checkRoom,
  checkSchema,
  checkSpace,
  checkSqlite,
  checkWal,
} from './check-file.ts';
import { readBackups, readLakeSyncs } from './scheduled-work.ts';
import { checkAdvice, checkClock, checkOutbox, checkWatches } from './check-work.ts';

export type DoctorQuery = {
  /** Path of the database file. */
  database: string;
  /** Of the config; null when only the database is known. */
  channels: readonly Channel[] | null;
  /** The config, for the advice of `status`; null when it is not known. */
  config: Config | null;
  /** Also what reads the whole file: some seconds per GB. */
  isDeep: boolean;
};

/** Checks that fail only where the file itself is broken. */
const DAMAGE: ReadonlySet<string> = new Set(['pages', 'references', 'observations']);

/** Is the file itself broken, so that a backup must be brought back? */
export const isDamaged = (checks: readonly Check[]): boolean =>
  checks.some(({ name, level }) => level === 'fail' && DAMAGE.has(name));

/**
 * Every check as of `now`, one after the other, so that each can be told before the next, which may
 * take long.
 */
export function* runChecks(query: DoctorQuery, now: Instant): Generator<Check> {
  yield checkNode();
  const raw = tryOpen(query.database);
  if ('level' in raw) {
    yield raw;
    return;
  }
  try {
    yield* checkDatabase(raw, query, now);
  } catch (thrown) {
    const damage = sayDamage(thrown);
    if (damage === null) throw thrown;
    yield fail('pages', damage);
  } finally {
    raw.close();
  }
}

function tryOpen(database: string): ReadOnlyDb | Check {
  try {
    return openReadOnly(database);
  } catch (thrown) {
    if (thrown instanceof AppError) return fail('database', thrown.message);
    throw thrown;
  }
}

function* checkDatabase(
  raw: ReadOnlyDb,
  { database, channels, config, isDeep }: DoctorQuery,
  now: Instant,
): Generator<Check> {
  yield checkSqlite(raw);
  yield checkRoom(raw, database);
  const schema = checkSchema(raw, database);
  yield schema;
  yield checkWal(raw, database);
  yield checkDisk(database);
  yield checkDaemon(readDaemon(database));
  yield checkBackups(database, config?.backup ? readBackups(config, now) : null, now);
  const lake = config === null ? null : readLakeSyncs(config, now);
  if (lake !== null) yield checkLake(lake, now);
  // A database of another schema may not have these tables.
  const isOurs = schema.level === 'ok';
  if (isOurs) {
    const db = handleOn(database, raw);
    yield checkStatistics(raw);
    yield* checkWatches(db, now);
    // With a config that is part of what `status` says.
    if (config === null) yield checkOutbox(db, channels, now);
    else yield* checkAdvice(readStatus(db, config, now), config.timezone);
  }
  if (!isDeep) return;
  if (isOurs) yield checkClock(handleOn(database, raw), now);
  yield failEach('pages', findBrokenPages(raw), 'every page is sound');
  yield failEach('references', findOrphans(raw), 'every row that is named exists');
  if (!isOurs) return;
  yield failEach('observations', findIncomplete(raw), 'every snapshot has its observations');
  yield checkStandings(raw);
  yield checkSpace(raw);
}

const checkStatistics = (raw: ReadOnlyDb): Check =>
  hasStatistics(raw)
    ? ok('statistics', 'the planner has them')
    : warn(
        'statistics',
        'the planner has none: queries may be slow until a daemon has run for a day',
      );

function checkStandings(raw: ReadOnlyDb): Check {
  const unfinished = countWithoutStandings(raw);
  if (unfinished === 0) return ok('standings', 'every snapshot has best ranks and streaks');
  return warn(
    'standings',
    `${plural(unfinished, 'snapshot')} without best ranks and streaks: an import is under way, or was interrupted; the next snapshot of the list makes them`,
  );
}
