import * as z from 'zod';
import { readBeside, writeBeside } from './beside.ts';

const NAME = 'thinning';
const shape = z.object({
  /** When the history was thinned last, or was to be; and the lake that it went to. */
  at: z.number(),
  place: z.string(),
  /** How many snapshots left. */
  snapshots: z.number(),
  /** Why others that are old enough stayed, and how many. */
  held: z.array(z.object({ reason: z.string(), snapshots: z.number() })),
  /** Since when there is such a reason; null where nothing is held back. */
  heldSinceAt: z.number().nullable(),
});

/** How the last thinning for the lake went. */
export type ThinningNote = z.output<typeof shape>;

/** Writes the note; false when the disk takes nothing. */
export const noteThinning = (
  databasePath: string,
  note: Omit<ThinningNote, 'heldSinceAt'>,
): boolean => {
  const before = readThinningNote(databasePath);
  const since = Math.min(before?.heldSinceAt ?? note.at, note.at);
  return writeBeside(databasePath, NAME, {
    ...note,
    heldSinceAt: note.held.length === 0 ? null : since,
  });
};

/** Reads the note; null before the first thinning, or when it cannot be read. */
export const readThinningNote = (databasePath: string): ThinningNote | null =>
  readBeside(databasePath, NAME, shape);
