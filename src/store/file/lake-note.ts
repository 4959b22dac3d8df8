import * as z from 'zod';
import { readBeside, writeBeside } from './beside.ts';

const NAME = 'lake';
const shape = z.object({
  /** Up to this slot no sync is owed: the last slot that was served, or when it all began. */
  slotAt: z.number(),
  /** The newest sync that went well: when, and where to. */
  last: z.object({ at: z.number(), to: z.string() }).nullable(),
  /** Failures in a row since then, the last of them, and why. */
  failures: z.number(),
  failedAt: z.number().nullable(),
  reason: z.string().nullable(),
});

/** How the daemon's syncs of the lake go. */
export type LakeNote = z.output<typeof shape>;

/** Writes the note; false when the disk takes nothing. */
export const noteLake = (databasePath: string, note: LakeNote): boolean =>
  writeBeside(databasePath, NAME, note);

/** Reads the note; null before the daemon first had a schedule for it, or when it cannot be read. */
export const readLakeNote = (databasePath: string): LakeNote | null =>
  readBeside(databasePath, NAME, shape);
