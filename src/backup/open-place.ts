import { statSync } from 'node:fs';
import type { BackupTarget } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { folderPlace } from './folder-place.ts';
import type { BackupPlace } from './place.ts';

/**
 * Opens the place that `backup.to` names. Nothing is asked of it yet. Files in a folder are readable
 * by the same people as the database.
 */
export async function openPlace(
  target: BackupTarget,
  clock: Clock,
  database: string,
): Promise<BackupPlace> {
  if (target.kind === 'folder') {
    const model = statSync(database, { throwIfNoEntry: false });
    return folderPlace(target.path, (model?.mode ?? 0o600) & 0o666);
  }
  const { s3Place } = await import('./s3-place.ts');
  return s3Place(target, clock);
}
