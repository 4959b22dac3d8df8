import * as z from 'zod';
import { noWorkYet, workNotes, type WorkNote } from './work-note.ts';

/** The newest backup that is whole, and how large. */
const last = z.object({ at: z.number(), name: z.string(), to: z.string(), bytes: z.number() });
const notes = workNotes('backups', last);

/** How the backups of `backup:` go. */
export type BackupNote = WorkNote<z.output<typeof last>>;

/** The note before the first backup, which is owed from the next slot on. */
export const noBackupYet: (slotAt: number) => BackupNote = noWorkYet;

/** Writes the note; false when the disk takes nothing. */
export const noteBackup = notes.write;

/** Reads the note; null before the daemon first had a `backup:`, or when it cannot be read. */
export const readBackupNote = notes.read;
