// Small notes beside the database. They are about this machine and its daemon, so they are no
// history: a backup does not hold them, and a restore does not bring them back.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { realPathOf } from './real-path.ts';
import { shareAs } from './same-readers.ts';

const pathOf = (databasePath: string, name: string): string =>
  `${realPathOf(databasePath)}.${name}.json`;

/**
 * Writes `DATABASE.NAME.json`, whole or not at all, for those who can read the database. False when
 * the disk takes nothing, or there is no file to lie beside (`:memory:`).
 */
export function writeBeside(databasePath: string, name: string, value: unknown): boolean {
  const path = pathOf(databasePath, name);
  try {
    statSync(databasePath);
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
    shareAs(`${path}.new`, databasePath);
    renameSync(`${path}.new`, path);
    return true;
  } catch {
    rmSync(`${path}.new`, { force: true });
    return false;
  }
}

/** Reads a note; null when there is none, or when it cannot be read as `shape`. */
export function readBeside<Value>(
  databasePath: string,
  name: string,
  shape: z.ZodType<Value>,
): Value | null {
  try {
    const parsed = shape.safeParse(JSON.parse(readFileSync(pathOf(databasePath, name), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not there, not ours to read, or cut off by a disk that was full: nothing is known.
    return null;
  }
}

/** Deletes a note, if there is one. */
export const removeBeside = (databasePath: string, name: string): void =>
  rmSync(pathOf(databasePath, name), { force: true });
