// Checks of what everything stands on: the runtime, the file, its disk, its backups, and who has it
// open.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatBytes } from '../lib/size.ts';
import { DAY_MS, isoTime, type Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { AppError } from '../lib/errors.ts';
import { plural } from '../lib/text.ts';
import { isOlder } from '../lib/version.ts';
import { listBackups } from '../store/file/backup.ts';
import type { DaemonState } from '../store/file/daemon-note.ts';
import { countPending } from '../store/file/migrate.ts';
import { isRoomy, readRoom } from '../store/file/free-room.ts';
import type { ReadOnlyDb } from '../store/file/open-readonly.ts';
import { OLDEST_SQLITE, sqliteVersion } from '../store/file/connect.ts';
import { findSchemaDrift, journalMode } from '../store/reading/health-facts.ts';
import { readSpace } from '../store/reading/space.ts';
import type { BackupState, LakeState } from './scheduled-work.ts';
import { freeText } from './room.ts';
import { daemonText } from './daemon-words.ts';
import { fail, failEach, ok, warn, type Check } from './check.ts';

const OLDEST_NODE = '20.19.0';
const LARGE_WAL_BYTES = 256e6;
const LOW_DISK_BYTES = 1e9;
const OLD_BACKUP_MS = 7 * DAY_MS;

/** Checks the Node that runs this. */
export const checkNode = (): Check => checkVersion('node', process.versions.node, OLDEST_NODE);

/** Checks the SQLite that is built in. */
export const checkSqlite = (raw: ReadOnlyDb): Check =>
  checkVersion('sqlite', sqliteVersion(raw), OLDEST_SQLITE);

const checkVersion = (name: string, version: string, oldest: string): Check =>
  isOlder(version, oldest)
    ? fail(name, `${version} is older than ${oldest}, which Tidemark needs`)
    : ok(name, version);

/** `ok` only when the tables are those of this program, so that they can be asked. */
export function checkSchema(raw: ReadOnlyDb, database: string): Check {
  try {
    const pending = countPending(raw, database);
    if (pending > 0) {
      const migrations = plural(pending, 'migration');
      return warn('schema', `${migrations} to come, at the next start of the daemon`);
    }
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

/** Checks the write-ahead log: it grows while some reader never lets go. */
export function checkWal(raw: ReadOnlyDb, database: string): Check {
  const mode = journalMode(raw);
  // A copy that is read in place of the file has a mode of its own (connect-to-read.ts).
  const isCopy = raw.name !== database;
  if (mode !== 'wal' && !isCopy)
    return warn('wal', `the journal mode is ${mode}; the daemon sets WAL when it starts`);
  const bytes = existsSync(`${database}-wal`) ? statSync(`${database}-wal`).size : 0;
  const size = formatBytes(bytes);
  return bytes > LARGE_WAL_BYTES
    ? warn('wal', `${size}: some program keeps a query open, and the WAL cannot shrink`)
    : ok('wal', size);
}

/** How large the file is, and what to do where much of it is free. */
export function checkRoom(raw: ReadOnlyDb, database: string): Check {
  const room = readRoom(raw);
  const size = `${database}, ${formatBytes(statSync(database).size)}`;
  return ok('database', isRoomy(room) ? `${size}; ${freeText(room)}` : size);
}

/** Checks the free room on the disk of the database. */
export function checkDisk(database: string): Check {
  const { bavail, bsize } = statfsSync(dirname(database));
  const free = bavail * bsize;
  const text = `${formatBytes(free)} free`;
  if (free < LOW_DISK_BYTES)
    return fail('disk', `${text}: make room, before snapshots and messages cannot be stored`);
  return free < 2 * statSync(database).size
    ? warn('disk', `${text}: a backup needs as much as the database`)
    : ok('disk', text);
}

/** Uses of space that retention empties, or that SQLite fills again. All others stay for ever. */
const PASSING: ReadonlySet<string> = new Set(['raw pages', 'ledger', 'free']);

/** What the bytes of the file are used for, and how many an observation costs that stay. */
export function checkSpace(raw: ReadOnlyDb): Check {
  const { uses, observations } = readSpace(raw);
  const each = uses.map(({ use, bytes }) => `${use} ${formatBytes(bytes)}`).join(', ');
  if (observations === 0) return ok('space', each);
  const staying = uses
    .filter(({ use }) => !PASSING.has(use))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const perRow = Math.round(staying / observations);
  return ok('space', `${each}; what stays is ${perRow} bytes per observation`);
}

/** Whether a daemon runs on this database: without one nothing is fetched and nothing sent. */
export const checkDaemon = (daemon: DaemonState): Check =>
  daemon.isRunning
    ? ok('daemon', daemonText(daemon, isoTime))
    : warn('daemon', daemonText(daemon, isoTime));

/**
 * Checks how old the newest backup is: of those that the daemon makes, or else of those made by
 * hand.
 */
export function checkBackups(database: string, state: BackupState | null, now: Instant): Check {
  if (state !== null) {
    const { note, overdueAt, to } = state;
    const last = note?.last ?? null;
    const text =
      last === null
        ? `none yet in ${to}`
        : `${formatDuration(now - last.at)} old (${isoTime(last.at)}), in ${to}`;
    return overdueAt !== null || (note?.failures ?? 0) > 0
      ? warn('backup', text)
      : ok('backup', text);
  }
  const newest = listBackups(database).at(-1);
  if (newest === undefined) return warn('backup', 'none in the folder for them: tidemark backup');
  const text = `${formatDuration(now - newest.at)} old (${isoTime(newest.at)})`;
  return now - newest.at > OLD_BACKUP_MS ? warn('backup', text) : ok('backup', text);
}

/** Checks how old the newest sync of the lake by the daemon is. */
export function checkLake({ note, overdueAt, to }: LakeState, now: Instant): Check {
  const last = note?.last ?? null;
  const text =
    last === null
      ? `not synced yet to ${to}`
      : `synced ${formatDuration(now - last.at)} ago (${isoTime(last.at)}), in ${to}`;
  return overdueAt !== null || (note?.failures ?? 0) > 0 ? warn('lake', text) : ok('lake', text);
}
