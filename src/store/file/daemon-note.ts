import * as z from 'zod';
import { readBeside, removeBeside, writeBeside } from './beside.ts';
import { isHeld } from './lock.ts';

const NAME = 'daemon';
const shape = z.object({
  pid: z.number(),
  version: z.string(),
  startedAt: z.number(),
  /** Absolute path of its configuration, and when that was read last. */
  config: z.string(),
  configAt: z.number(),
});

/** What a daemon writes down of itself. */
export type DaemonNote = z.output<typeof shape>;

/**
 * Whether a daemon runs (the lock says it), and its note. The note is of the daemon that runs, or
 * of one that was killed or lost its machine. Null: there is none, or it cannot be read.
 */
export type DaemonState = { isRunning: boolean; note: DaemonNote | null };

/** Written by the daemon that holds the lock. False when the disk takes nothing. */
export const noteDaemon = (databasePath: string, note: DaemonNote): boolean =>
  writeBeside(databasePath, NAME, note);

/** Deletes the note: when a daemon starts, and when it ends in order. */
export const forgetDaemon = (databasePath: string): void => removeBeside(databasePath, NAME);

/** Whether a daemon is at work on a database. Makes and changes nothing. */
export const readDaemon = (databasePath: string): DaemonState => ({
  isRunning: isHeld(databasePath, 'daemon'),
  note: readBeside(databasePath, NAME, shape),
});
