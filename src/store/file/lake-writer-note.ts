// Who a database is to a lake whose store cannot keep two writers apart.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { readBeside, writeBeside } from './beside.ts';

const NAME = 'lake-writer';
const shape = z.object({ id: z.string().min(8) });

/** Null before it was made: nobody's lake is this database's then. */
export const readLakeWriter = (database: string): string | null =>
  readBeside(database, NAME, shape)?.id ?? null;

/**
 * Made once, beside the database, and so not in a backup of it. A host name and a path would not
 * do: two machines may have the same ones, and a container gets a new name each time it is made.
 * @throws AppError `file_unusable` when it cannot be written.
 */
export function makeLakeWriter(database: string): string {
  const id = readLakeWriter(database) ?? randomUUID();
  if (writeBeside(database, NAME, { id })) return id;
  throw new AppError('file_unusable', `beside ${database} nothing can be written`, {
    hint: 'a note there says that it writes into the lake alone; make its folder writable',
  });
}
