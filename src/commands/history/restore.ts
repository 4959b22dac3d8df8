// `tidemark restore`: puts a backup in the place of the database. The database that was there is
// kept under another name.
import type { Fetched } from '../../backup/fetch.ts';
import { AppError } from '../../lib/errors.ts';
import { lacksLog } from '../../store/file/lost-log.ts';
import { realPathOf } from '../../store/file/real-path.ts';
import { restore } from '../../store/file/restore.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { contentsJson, contentsText } from './backup.ts';
import { openRestoreSource } from './restore-source.ts';

export type RestoreArgs = PlaceArgs & { file: string; json?: boolean | undefined };

/**
 * @throws AppError `already_running` while a daemon runs; `database_unusable` or `database_newer`
 *   when the backup is not sound: then nothing has changed.
 */
export async function runRestore(io: Io, args: RestoreArgs): Promise<number> {
  const { database } = findPlace(io, args);
  const source = await openRestoreSource(io, args, database);
  try {
    if (realPathOf(source.path) === realPathOf(database))
      throw new AppError('usage', 'that is the database itself');
    if (lacksLog(source.path)) io.stderr(LOST_LOG);
    return await put(io, args, source, database);
  } finally {
    source.release();
  }
}

/** A file that was copied from a running database without its WAL is often like this. */
const LOST_LOG =
  'warning: this is the file of a database that was in use (WAL), without its log (-wal) beside it.\n' +
  'If it was copied while a daemon ran, what was written last is missing, or the file is damaged.\n' +
  'Files of `tidemark backup` are whole. What is in this one is said below.\n';

async function put(
  io: Io,
  args: RestoreArgs,
  { path: backup, name }: Fetched,
  database: string,
): Promise<number> {
  const words = {
    verify: `verifying ${name} …`,
    wait: 'waiting for a snapshot, an import or a prune to end …',
    copy: 'copying …',
  };
  const { contents, movedTo } = await restore(backup, database, io.clock, (step) =>
    io.stderr(`${words[step]}\n`),
  );
  if (args.json)
    io.stdout(
      `${JSON.stringify({ path: database, moved_to: movedTo, ...contentsJson(contents) }, null, 2)}\n`,
    );
  else
    io.stdout(
      `${database}\n${contentsText(contents)}\n${movedTo === null ? '' : `What was there is now ${movedTo}\n`}`,
    );
  return 0;
}
