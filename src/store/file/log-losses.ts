import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Instant } from '../../lib/clock.ts';

/** Lines of the daemon's log that could not be written since it started. */
export type LogLosses = { lines: number; reason: string; lastAt: Instant };

/** Beside the database, as it is of the daemon that runs, and no history. */
const pathOf = (databasePath: string): string => `${databasePath}.log-losses.json`;

/**
 * Writes them down for `status`; false when the disk takes nothing: then it is tried again with the
 * next.
 */
export function writeLogLosses(databasePath: string, losses: LogLosses): boolean {
  try {
    writeFileSync(pathOf(databasePath), JSON.stringify(losses));
    return true;
  } catch {
    return false;
  }
}

/** A daemon that starts has lost nothing yet. */
export const forgetLogLosses = (databasePath: string): void =>
  rmSync(pathOf(databasePath), { force: true });

/** Null when nothing was lost, or when what was written down cannot be read. */
export function readLogLosses(databasePath: string): LogLosses | null {
  let text: string;
  try {
    text = readFileSync(pathOf(databasePath), 'utf8');
  } catch {
    return null;
  }
  try {
    const { lines, reason, lastAt } = JSON.parse(text) as Partial<LogLosses>;
    return typeof lines === 'number' && typeof reason === 'string' && typeof lastAt === 'number'
      ? { lines, reason, lastAt }
      : null;
  } catch {
    return null;
  }
}
