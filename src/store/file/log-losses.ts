import * as z from 'zod';
import { readBeside, removeBeside, writeBeside } from './beside.ts';

const NAME = 'log-losses';
const shape = z.object({ lines: z.number(), reason: z.string(), lastAt: z.number() });

/** Lines of the daemon's log that could not be written since it started. */
export type LogLosses = z.output<typeof shape>;

/**
 * Writes them down for `status`. False when the disk takes nothing: then it is tried again with the
 * next loss.
 */
export const writeLogLosses = (databasePath: string, losses: LogLosses): boolean =>
  writeBeside(databasePath, NAME, losses);

/** A daemon that starts has lost nothing yet. */
export const forgetLogLosses = (databasePath: string): void => removeBeside(databasePath, NAME);

/** Null when nothing was lost, or when what was written down cannot be read. */
export const readLogLosses = (databasePath: string): LogLosses | null =>
  readBeside(databasePath, NAME, shape);
