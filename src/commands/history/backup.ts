// `tidemark backup`: a consistent, verified copy of the database, beside a running daemon.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { formatBytes } from '../../lib/size.ts';
import { isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { backupPath, backUp, deleteOldBackups, type Contents } from '../../store/file/backup.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';

export type BackupArgs = PlaceArgs & {
  /** A file that is not there yet, or a folder; default: `backups/` beside the database. */
  out?: string | undefined;
  /** How many backups of this database the folder keeps; default: all. */
  keep?: number | undefined;
  json?: boolean | undefined;
};

/**
 * Writes a verified copy, and says where; as JSON also what is in it. Exit code 0: what fails is
 * thrown.
 */
export async function runBackup(io: Io, args: BackupArgs): Promise<number> {
  const { database } = findPlace(io, args);
  if (args.keep !== undefined && args.keep < 1)
    throw new AppError('usage', '--keep must be a whole number from 1');
  const to = targetOf(io, args, database);
  const contents = backUp(database, to, (step) =>
    io.stderr(step === 'copy' ? `copying ${database} …\n` : 'verifying the copy …\n'),
  );
  const deleted = args.keep === undefined ? [] : deleteOldBackups(database, dirname(to), args.keep);
  if (args.json)
    io.stdout(`${JSON.stringify({ path: to, ...contentsJson(contents), deleted }, null, 2)}\n`);
  else
    io.stdout(
      `${to}\n${contentsText(contents)}${deleted.length === 0 ? '' : `, ${plural(deleted.length, 'older backup')} deleted`}\n`,
    );
  return 0;
}

function targetOf(io: Io, { out }: BackupArgs, database: string): string {
  const standard = backupPath(database, io.clock.now());
  if (out === undefined) return standard;
  const path = resolve(io.cwd, out);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, basename(standard)) : path;
}

/** What a copy holds, in one line. */
export const contentsText = ({
  bytes,
  snapshots,
  observations,
  alerts,
  newestAt,
}: Contents): string =>
  [
    formatBytes(bytes),
    `${plural(snapshots, 'snapshot')}${newestAt === null ? '' : ` up to ${isoTime(newestAt)}`}`,
    plural(observations, 'observation'),
    plural(alerts, 'alert'),
  ].join(', ');

/** What is in a backup, as `--json` prints it. */
export const contentsJson = ({ newestAt, ...counts }: Contents) => ({
  ...counts,
  newest_slot_at: newestAt === null ? null : isoTime(newestAt),
});
