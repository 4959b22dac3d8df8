import { closeSync, openSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Overwrites the first page of `observations` in the file, as a broken disk would. */
export function damagePage(path: string): void {
  const raw = new Database(path);
  const root = raw
    .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'observations'")
    .pluck()
    .get() as number;
  raw.close();
  const disk = openSync(path, 'r+');
  writeSync(disk, Buffer.alloc(4_096, 0x2a), 0, 4_096, (root - 1) * 4_096);
  closeSync(disk);
}
