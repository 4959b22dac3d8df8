// How far a backup under way has come, kept beside the database: after an interruption it goes
// on from there.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFile } from '../lib/sync-file.ts';
import { realPathOf } from '../store/file/real-path.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import type { Progress } from './place.ts';

/** A compressed copy that is whole, and how much of it was sent where. */
export type Staged = { to: string; manifest: Manifest; progress: Progress | null };

/** `tidemark.db.backup/`: the copy while it is made and sent. */
export const stagingFolder = (database: string): string => `${realPathOf(database)}.backup`;

const statePath = (folder: string): string => join(folder, 'state.json');

/** What is staged for this place; null when nothing whole is, or it is for another place. */
export function readStaged(folder: string, to: string): Staged | null {
  try {
    const { manifest, ...rest } = JSON.parse(readFileSync(statePath(folder), 'utf8')) as {
      to: string;
      manifest: unknown;
      progress: Progress | null;
    };
    const parsed = parseManifest(JSON.stringify(manifest));
    if (parsed === undefined || rest.to !== to) return null;
    return existsSync(join(folder, parsed.file)) ? { ...rest, manifest: parsed } : null;
  } catch {
    // No file, or one that was cut off: begin anew.
    return null;
  }
}

/** Keeps it on disk, either whole or not at all. */
export function keepStaged(folder: string, staged: Staged): void {
  const partial = `${statePath(folder)}.partial`;
  writeFileSync(partial, JSON.stringify(staged), { mode: 0o600 });
  syncFile(partial);
  renameSync(partial, statePath(folder));
}

/** Makes the folder empty, readable by its owner alone. */
export function clearStaging(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
