// Whether the daemon does its work: what /readyz answers.
import { formatDuration } from '../lib/duration.ts';
import { messageOf } from '../lib/errors.ts';
import { fail, ok, type Check } from '../report/check.ts';
import { STALE_INTERVALS } from '../report/check-work.ts';
import { countPending } from '../store/file/migrate.ts';
import { isHeld } from '../store/file/lock.ts';
import { listWatchAges, type WatchAge } from '../store/reading/health-facts.ts';
import type { OpsContext } from './ops-facts.ts';

/**
 * The database answers and is in its place, this daemon holds its lock, the tables are of this
 * version, and no watch has been without a complete snapshot for three of its intervals. A watch
 * that has none yet is waited for.
 */
export function checkReadiness({ db, clock, checkPlace }: OpsContext): Check[] {
  const now = clock.now();
  const database = trying('database', () => {
    checkPlace();
    const pending = countPending(db.raw, db.path);
    return pending === 0 ? ok('database', 'answers') : fail('database', 'is of another version');
  });
  const lock =
    db.path === ':memory:' || isHeld(db.path, 'daemon')
      ? ok('lock', 'is held')
      : fail('lock', 'is not held: another daemon may start on this database');
  if (database.level === 'fail') return [database, lock];
  return [database, lock, ...listWatchAges(db.raw).map((age) => checkAge(age, now))];
}

function checkAge({ watch, completeAt, intervalMs }: WatchAge, now: number): Check {
  const name = `watch ${watch}`;
  if (completeAt === null || intervalMs === null) return ok(name, 'no complete snapshot yet');
  const text = `last complete snapshot ${formatDuration(Math.max(0, now - completeAt))} ago`;
  return now - completeAt > STALE_INTERVALS * intervalMs ? fail(name, text) : ok(name, text);
}

/** A check that could not be made has failed. */
function trying(name: string, check: () => Check): Check {
  try {
    return check();
  } catch (thrown) {
    return fail(name, messageOf(thrown));
  }
}
