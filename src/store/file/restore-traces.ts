// The names under which a restore keeps files beside the database, and what they say when the
// database itself is gone.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { realPathOf } from './real-path.ts';

const stemOf = (database: string): string => basename(database).replace(/\.db$/, '');

/** Where an arriving file lies until it is whole. */
export const arrivingPath = (database: string): string => `${database}.restoring`;

/** Where the old database is put, named by the time of the restore. */
export const asidePath = (database: string, stamp: string): string =>
  join(dirname(database), `${stemOf(database)}.before-restore-${stamp}.db`);

/**
 * Refuses to make a new database where a restore was interrupted: an empty one in its place would
 * look as if all were well, while the history lies beside it. @throws AppError `database_unusable`
 */
export function refuseBesideRestore(path: string): void {
  const database = realPathOf(path);
  const folder = dirname(database);
  if (!existsSync(folder)) return;
  const [aside] = readdirSync(folder)
    .filter(
      (name) => name.startsWith(`${stemOf(database)}.before-restore-`) && name.endsWith('.db'),
    )
    .sort()
    .reverse();
  const isArriving = existsSync(arrivingPath(database));
  if (aside === undefined && !isArriving) return;
  const found = aside === undefined ? arrivingPath(database) : join(folder, aside);
  throw new AppError(
    'database_unusable',
    `there is no database at ${path}, but a restore has left ${found}: it was interrupted, or the database was removed since`,
    {
      hint: `restore again: tidemark restore BACKUP${aside === undefined ? '' : `; or give ${aside} its name ${basename(database)} back`}. To begin anew, move it away`,
    },
  );
}
