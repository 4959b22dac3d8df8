import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Waits until a file, or a folder's list of names, is on the disk. Call it BEFORE another name
 * refers to it.
 */
export function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
