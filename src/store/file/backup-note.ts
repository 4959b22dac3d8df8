import * as z from 'zod';
import { readBeside, writeBeside } from './beside.ts';

const NAME = 'backups';
const shape = z.object({
  /** Up to this slot no backup is owed: the last slot that was served, or when it all began. */
  slotAt: z.number(),
  /** The newest backup that is whole, and how large. */
  last: z
    .object({ at: z.number(), name: z.string(), to: z.string(), bytes: z.number() })
    .nullable(),
  /** Failures in a row since then, the first and the last of them. */
  failures: z.number(),
  failingSinceAt: z.number().nullable(),
  failedAt: z.number().nullable(),
  reason: z.string().nullable(),
});

/** How the backups of `backup:` go. */
export type BackupNote = z.output<typeof shape>;

/** The note before the first backup, which is owed from the next slot on. */
export const noBackupYet = (slotAt: number): BackupNote => ({
  slotAt,
  last: null,
  failures: 0,
  failingSinceAt: null,
  failedAt: null,
  reason: null,
});

/** Writes the note; false when the disk takes nothing. */
export const noteBackup = (databasePath: string, note: BackupNote): boolean =>
  writeBeside(databasePath, NAME, note);

/** Reads the note; null before the daemon first had a `backup:`, or when it cannot be read. */
export const readBackupNote = (databasePath: string): BackupNote | null =>
  readBeside(databasePath, NAME, shape);
