// How the daemon's tries to fetch the tree of categories went: kept over a restart, so that one
// cannot make it pay for another try at once.
import * as z from 'zod';
import { readBeside, removeBeside, writeBeside } from './beside.ts';

const NAME = 'categories';
const shape = z.object({
  /** Failures in a row, and the last of them. */
  failures: z.number(),
  failedAt: z.number(),
  /** The tree came, and names in the config are not in it. */
  isUnfit: z.boolean(),
});

/** The failures since the tree was fetched last. */
export type CategoriesNote = z.output<typeof shape>;

/** Reads the note; null where the last try went well, or there was none. */
export const readCategoriesNote = (databasePath: string): CategoriesNote | null =>
  readBeside(databasePath, NAME, shape);

/** Writes the note, null for none; false when the disk takes nothing. */
export function noteCategories(databasePath: string, note: CategoriesNote | null): boolean {
  if (note !== null) return writeBeside(databasePath, NAME, note);
  removeBeside(databasePath, NAME);
  return true;
}
