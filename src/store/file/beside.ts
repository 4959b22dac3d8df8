// Small notes beside the database: of this machine and its daemon, and so no history. A backup does
// not hold them, nor does a restore bring them back.
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { realPathOf } from './real-path.ts';

const pathOf = (databasePath: string, name: string): string =>
  `${realPathOf(databasePath)}.${name}.json`;

/**
 * Writes `DATABASE.NAME.json`, whole or not at all, for those who can read the database. False when
 * the disk takes nothing, or there is no file to lie beside (`:memory:`).
 */
export function writeBeside(databasePath: string, name: string, value: unknown): boolean {
  const path = pathOf(databasePath, name);
  try {
    const mode = statSync(databasePath).mode & 0o666;
    writeFileSync(`${path}.new`, JSON.stringify(value), { mode });
    renameSync(`${path}.new`, path);
    return true;
  } catch {
    rmSync(`${path}.new`, { force: true });
    return false;
  }
}

/** Null when there is none, or when it cannot be read as `shape`. */
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

/** Forgets a note; where there is none, nothing happens. */
export const removeBeside = (databasePath: string, name: string): void =>
  rmSync(pathOf(databasePath, name), { force: true });
