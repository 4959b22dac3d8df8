// How work that the daemon does on a schedule goes, such as backups: a note beside the database.
import * as z from 'zod';
import type { Instant } from '../../lib/clock.ts';
import { readBeside, writeBeside } from './beside.ts';

/** `Last` is what is kept of the newest that went well. */
export type WorkNote<Last> = {
  /** Up to this slot nothing is owed: the last slot that was served, or when it all began. */
  slotAt: Instant;
  last: Last | null;
  /** Failures in a row since then, the first and the last of them, and why. */
  failures: number;
  failingSinceAt: Instant | null;
  failedAt: Instant | null;
  reason: string | null;
};

/** The note before the first time, which is owed from the next slot on. */
export const noWorkYet = (slotAt: Instant): WorkNote<never> => ({
  slotAt,
  last: null,
  failures: 0,
  failingSinceAt: null,
  failedAt: null,
  reason: null,
});

/** Reads and writes notes of a kind of work; `last` is the shape of what is kept. */
export function workNotes<Last>(name: string, last: z.ZodType<Last>) {
  const shape = z.object({
    slotAt: z.number(),
    last: last.nullable(),
    failures: z.number(),
    // Notes of before people were told have none.
    failingSinceAt: z.number().nullable().default(null),
    failedAt: z.number().nullable(),
    reason: z.string().nullable(),
  });
  return {
    /** False when the disk takes nothing. */
    write: (databasePath: string, note: WorkNote<Last>): boolean =>
      writeBeside(databasePath, name, note),
    /** Null before the daemon first had a schedule for it, or when it cannot be read. */
    read: (databasePath: string): WorkNote<Last> | null => readBeside(databasePath, name, shape),
  };
}
