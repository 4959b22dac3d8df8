import type { Instant } from '../lib/clock.ts';
import { timeOfBackup } from '../store/file/backup.ts';
import type { BackupPlace } from './place.ts';

/** A whole backup of a place: one whose manifest is there. */
export type Kept = { file: string; manifest: string; at: Instant };

/** The whole backups in a place, oldest first: those of one database, or with null those of all. */
export async function listKept(place: BackupPlace, database: string | null): Promise<Kept[]> {
  const names = new Set(await place.list());
  return [...names]
    .flatMap((file) => {
      const at = timeOfBackup(file.replace(/\.gz$/, ''), database);
      const manifest = file.replace(/\.db\.gz$/, '.json');
      return at !== null && file.endsWith('.gz') && names.has(manifest)
        ? [{ file, manifest, at }]
        : [];
    })
    .sort((a, b) => a.at - b.at);
}

/**
 * Deletes the backups made before an instant, all but the newest, and what was left of older ones
 * that never became whole. Returns the names of the files that went.
 */
export async function pruneBackups(
  place: BackupPlace,
  database: string,
  before: Instant,
): Promise<string[]> {
  const kept = await listKept(place, database);
  const old = kept.slice(0, -1).filter(({ at }) => at < before);
  for (const { file, manifest } of old) {
    // The manifest goes first: if the rest fails, the file no longer counts as a backup, and
    // goes the next time.
    await place.remove(manifest);
    await place.remove(file);
  }
  const whole = new Set(kept.map(({ file }) => file));
  const newestAt = kept.at(-1)?.at ?? 0;
  const leftovers = (await place.list()).filter((name) => {
    const at = timeOfBackup(name.replace(/\.gz(\.partial)?$/, ''), database);
    return at !== null && /\.gz(\.partial)?$/.test(name) && !whole.has(name) && at < newestAt;
  });
  for (const name of leftovers) await place.remove(name);
  return [...old.map(({ file }) => file), ...leftovers];
}
