// Makes one backup as `backup:` describes it: a verified copy, compressed and sent. Its manifest
// is written last, and only then the backup counts as there. Then backups that are too old are
// deleted.
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR_MS, type Clock, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { backUp, backupName } from '../store/file/backup.ts';
import { tryLock } from '../store/file/lock.ts';
import { makeManifest, manifestName, type Manifest } from './manifest.ts';
import { pack } from './pack.ts';
import type { BackupPlace } from './place.ts';
import { pruneBackups } from './prune.ts';
import { clearStaging, keepStaged, readStaged, stagingFolder } from './staged.ts';

export type BackupJob = { database: string; place: BackupPlace; keepMs: number; version: string };
export type Step = 'copy' | 'verify' | 'compress' | 'resume' | 'send';
export type Made = { manifest: Manifest; place: string; deleted: string[] };

/** A copy that was staged longer ago than this is too old to be sent as the newest backup. */
const STAGED_FOR_MS = 12 * HOUR_MS;

/**
 * Makes one backup, or finishes one that was interrupted. `onStep` is called with each step that
 * begins. @throws AppError `already_running` when another is under way; `database_unusable`,
 * `file_unusable` when it cannot be copied or kept: what is whole of it then stays staged.
 */
export async function makeBackup(
  job: BackupJob,
  clock: Clock,
  onStep: (step: Step) => void,
): Promise<Made> {
  const { database, place, keepMs } = job;
  const lock = tryLock(database, 'backup');
  if (lock === null)
    throw new AppError('already_running', `a backup of ${database} is under way`, {
      hint: 'wait until it is done',
    });
  try {
    const folder = stagingFolder(database);
    const staged = freshStaged(folder, place.text, clock.now());
    if (staged !== null) onStep('resume');
    const { manifest, progress } = staged ?? {
      manifest: await stage(job, folder, clock, onStep),
      progress: null,
    };
    onStep('send');
    await place.put(manifest.file, join(folder, manifest.file), progress, (more) =>
      keepStaged(folder, { to: place.text, manifest, progress: more }),
    );
    const size = await place.size(manifest.file);
    if (size !== manifest.bytes)
      throw new AppError(
        'file_unusable',
        `${place.text}/${manifest.file} has ${size ?? 'no'} bytes there, and not ${manifest.bytes}`,
      );
    await place.putText(manifestName(manifest.file), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    const deleted = await pruneBackups(place, database, clock.now() - keepMs);
    return { manifest, place: place.text, deleted };
  } finally {
    lock.release();
  }
}

function freshStaged(folder: string, to: string, now: Instant) {
  const staged = readStaged(folder, to);
  if (staged === null) return null;
  const age = now - Date.parse(staged.manifest.made_at);
  return age >= 0 && age < STAGED_FOR_MS ? staged : null;
}

async function stage(
  { database, place, version }: BackupJob,
  folder: string,
  clock: Clock,
  onStep: (step: Step) => void,
): Promise<Manifest> {
  clearStaging(folder);
  const at = clock.now();
  const copy = join(folder, 'copy.db');
  const contents = backUp(database, copy, onStep);
  onStep('compress');
  const file = `${backupName(database, at)}.gz`;
  const { bytes, sha256, plainSha256 } = await pack(
    copy,
    join(folder, file),
    statSync(database).mode & 0o666,
  );
  rmSync(copy);
  const packed = { file, bytes, sha256, databaseSha256: plainSha256 };
  const manifest = makeManifest(packed, contents, { at, version });
  keepStaged(folder, { to: place.text, manifest, progress: null });
  return manifest;
}
