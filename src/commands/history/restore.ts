// `tidemark restore`: a backup in the place of the database. What was there stays, under another
// name.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { listBackups } from '../../store/file/backup.ts';
import { realPathOf } from '../../store/file/real-path.ts';
import { restore } from '../../store/file/restore.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { contentsJson, contentsText } from './backup.ts';

export type RestoreArgs = PlaceArgs & { file: string; json?: boolean | undefined };

/**
 * @throws AppError `already_running` while a daemon runs; `database_unusable` or `database_newer`
 *   when the backup is not sound: then nothing has changed.
 */
export async function runRestore(io: Io, args: RestoreArgs): Promise<number> {
  const { database } = findPlace(io, args);
  const backup = resolve(io.cwd, args.file);
  if (!existsSync(backup)) {
    const newest = listBackups(database).at(-1);
    throw new AppError(
      'not_found',
      `there is no file ${args.file}`,
      newest === undefined ? {} : { hint: `the newest backup is ${newest.path}` },
    );
  }
  if (realPathOf(backup) === realPathOf(database))
    throw new AppError('usage', 'that is the database itself');
  const words = {
    verify: `verifying ${backup} …`,
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
