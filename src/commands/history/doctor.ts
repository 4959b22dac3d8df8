// `tidemark doctor`: whether this installation and its database are sound. Only looks; beside a running daemon.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DAY_MS, HOUR_MS, isoTime, type Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { formatDuration } from '../../lib/duration.ts';
import { plural } from '../../lib/text.ts';
import { isOlder } from '../../lib/version.ts';
import { listBackups } from '../../store/file/backup.ts';
import {
  countWithoutStandings,
  findSchemaDrift,
  hasStatistics,
  journalMode,
  listWatchAges,
  readOutbox,
} from '../../store/reading/health-facts.ts';
import {
  findBrokenPages,
  findIncomplete,
  findOrphans,
  sayDamage,
} from '../../store/file/integrity.ts';
import { tryLock } from '../../store/file/lock.ts';
import { countPending } from '../../store/file/migrate.ts';
import { OLDEST_SQLITE, sqliteVersion } from '../../store/file/open.ts';
import { openReadOnly, type ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { paint } from '../../terminal/tone.ts';

export type DoctorArgs = PlaceArgs & {
  /** Leave out what reads the whole file. */ quick?: boolean | undefined;
  json?: boolean | undefined;
};

/** `warn`: works, but somebody should look; `fail`: does not work, or soon will not. */
export type Check = { name: string; level: 'ok' | 'warn' | 'fail'; text: string };

const OLDEST_NODE = '20.19.0';
const LARGE_WAL_BYTES = 256e6;
const LOW_DISK_BYTES = 1e9;
const STALE_INTERVALS = 3;
const OLD_BACKUP_MS = 7 * DAY_MS;
const LATE_MS = HOUR_MS;

/** Checks that fail only where the file itself is broken. */
const DAMAGE: ReadonlySet<string> = new Set(['pages', 'references', 'observations']);

const ok = (name: string, text: string): Check => ({ name, level: 'ok', text });
const warn = (name: string, text: string): Check => ({ name, level: 'warn', text });
const fail = (name: string, text: string): Check => ({ name, level: 'fail', text });
const failEach = (name: string, problems: readonly string[], fine: string): Check =>
  problems.length === 0 ? ok(name, fine) : fail(name, problems.join('; '));

/** Exit code 1 when a check fails; warnings do not. */
export async function runDoctor(io: Io, args: DoctorArgs): Promise<number> {
  const { database } = findPlace(io, args);
  const checks: Check[] = [checkVersion('node', process.versions.node, OLDEST_NODE)];
  const tell = (...found: Check[]) => {
    checks.push(...found);
    if (!args.json) for (const check of found) io.stdout(checkText(check, io));
  };
  if (!args.json) io.stdout(checkText(checks[0] as Check, io));
  let raw: ReadOnlyDb | null = null;
  try {
    raw = openReadOnly(database);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    tell(fail('database', thrown.message));
  }
  if (raw !== null) {
    try {
      for (const check of databaseChecks(raw, database, args.quick === true, io.clock.now()))
        tell(check);
    } catch (thrown) {
      const damage = sayDamage(thrown);
      if (damage === null) throw thrown;
      tell(fail('pages', damage));
    } finally {
      raw.close();
    }
  }
  if (args.json) io.stdout(`${JSON.stringify(checks, null, 2)}\n`);
  if (checks.some(({ name, level }) => level === 'fail' && DAMAGE.has(name)))
    io.stderr(
      'The file is damaged. Stop the daemon, and bring a backup back: tidemark restore FILE\n',
    );
  return checks.some(({ level }) => level === 'fail') ? 1 : 0;
}

/** One after the other, so that each is told before the next, which may take long. */
function* databaseChecks(
  raw: ReadOnlyDb,
  database: string,
  isQuick: boolean,
  now: Instant,
): Generator<Check> {
  yield checkVersion('sqlite', sqliteVersion(raw), OLDEST_SQLITE);
  yield ok('database', `${database}, ${(statSync(database).size / 1e6).toFixed(1)} MB`);
  const schema = checkSchema(raw, database);
  yield schema;
  yield checkWal(raw, database);
  yield checkDisk(database);
  yield checkDaemon(database);
  yield checkBackups(database, now);
  // Another schema may not have the tables.
  const isOurs = schema.level === 'ok';
  if (isOurs) {
    yield hasStatistics(raw)
      ? ok('statistics', 'the planner has them')
      : warn(
          'statistics',
          'the planner has none: queries may be slow until a daemon has run for a day',
        );
    yield* listWatchAges(raw).map((age) => checkAge(age, now));
    yield checkOutbox(raw, now);
  }
  if (isQuick) return;
  yield failEach('pages', findBrokenPages(raw), 'every page is sound');
  yield failEach('references', findOrphans(raw), 'every row that is named exists');
  if (!isOurs) return;
  yield failEach('observations', findIncomplete(raw), 'every snapshot has its observations');
  const unfinished = countWithoutStandings(raw);
  yield unfinished === 0
    ? ok('standings', 'every snapshot has best ranks and streaks')
    : warn(
        'standings',
        `${plural(unfinished, 'snapshot')} without best ranks and streaks: an import is under way, or was interrupted; the next snapshot of the list makes them`,
      );
}

const checkVersion = (name: string, version: string, oldest: string): Check =>
  isOlder(version, oldest)
    ? fail(name, `${version} is older than ${oldest}, which Tidemark needs`)
    : ok(name, version);

function checkSchema(raw: ReadOnlyDb, database: string): Check {
  try {
    const pending = countPending(raw, database);
    if (pending > 0)
      return warn(
        'schema',
        `${plural(pending, 'migration')} to come, at the next start of the daemon`,
      );
  } catch (thrown) {
    if (thrown instanceof AppError) return fail('schema', thrown.message);
    throw thrown;
  }
  return failEach(
    'schema',
    findSchemaDrift(raw),
    'tables, indexes and views are those of this program',
  );
}

function checkWal(raw: ReadOnlyDb, database: string): Check {
  const mode = journalMode(raw);
  if (mode !== 'wal')
    return warn('wal', `the journal mode is ${mode}; the daemon sets WAL when it starts`);
  const bytes = existsSync(`${database}-wal`) ? statSync(`${database}-wal`).size : 0;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes > LARGE_WAL_BYTES
    ? warn('wal', `${size}: some program keeps a query open, and the WAL cannot shrink`)
    : ok('wal', size);
}

function checkDisk(database: string): Check {
  const { bavail, bsize } = statfsSync(dirname(database));
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB free`;
  if (free < LOW_DISK_BYTES)
    return fail('disk', `${text}: make room, before snapshots and messages cannot be stored`);
  return free < 2 * statSync(database).size
    ? warn('disk', `${text}: a backup needs as much as the database`)
    : ok('disk', text);
}

function checkDaemon(database: string): Check {
  const lock = tryLock(database, 'daemon');
  lock?.release();
  return ok('daemon', lock === null ? 'runs' : 'does not run');
}

function checkAge(
  {
    watch,
    completeAt,
    intervalMs,
  }: { watch: string; completeAt: Instant | null; intervalMs: number | null },
  now: Instant,
): Check {
  const name = `watch ${watch}`;
  if (completeAt === null || intervalMs === null) return warn(name, 'no complete snapshot yet');
  const age = now - completeAt;
  const text = `last complete snapshot ${formatDuration(age)} ago`;
  return age > STALE_INTERVALS * intervalMs
    ? warn(
        name,
        `${text}, its schedule is every ${formatDuration(intervalMs)}: see tidemark status`,
      )
    : ok(name, text);
}

function checkOutbox(raw: ReadOnlyDb, now: Instant): Check {
  const { dead, oldestDueAt, disabledChannels } = readOutbox(raw);
  const late = oldestDueAt === null ? 0 : now - oldestDueAt;
  const problems = [
    ...(disabledChannels.length > 0
      ? [`disabled: ${disabledChannels.join(', ')} (mend, then tidemark channels test)`]
      : []),
    ...(dead > 0
      ? [`${plural(dead, 'message')} could not be delivered (tidemark deliveries)`]
      : []),
    ...(late > LATE_MS ? [`the oldest that waits is due since ${formatDuration(late)}`] : []),
  ];
  return problems.length === 0
    ? ok('deliveries', 'nothing is stuck')
    : warn('deliveries', problems.join('; '));
}

function checkBackups(database: string, now: Instant): Check {
  const newest = listBackups(database).at(-1);
  if (newest === undefined) return warn('backup', 'none in the folder for them: tidemark backup');
  const text = `${formatDuration(now - newest.at)} old (${isoTime(newest.at)})`;
  return now - newest.at > OLD_BACKUP_MS ? warn('backup', text) : ok('backup', text);
}

const LEVELS = { ok: ['ok  ', 'good'], warn: ['WARN', 'warning'], fail: ['FAIL', 'bad'] } as const;

function checkText({ name, level, text }: Check, io: Io): string {
  const [label, tone] = LEVELS[level];
  return `${paint(label, tone, io.color)}  ${name}: ${text}\n`;
}
