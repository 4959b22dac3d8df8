import * as z from 'zod';
import { workNotes, type WorkNote } from './work-note.ts';

/** The newest sync that went well: when, and where to. */
const last = z.object({ at: z.number(), to: z.string() });
const notes = workNotes('lake', last);

/** How the daemon's syncs of the lake go. */
export type LakeNote = WorkNote<z.output<typeof last>>;

/** Writes the note; false when the disk takes nothing. */
export const noteLake = notes.write;

/** Reads the note; null before the daemon first had a schedule for it, or when it cannot be read. */
export const readLakeNote = notes.read;
