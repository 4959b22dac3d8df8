// Brings a backup out of its place, ready to be restored.
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, messageOf } from '../lib/errors.ts';
import { realPathOf } from '../store/file/real-path.ts';
import { manifestName, parseManifest, type Manifest } from './manifest.ts';
import { unpack } from './pack.ts';
import type { BackupPlace } from './place.ts';
import { listKept } from './prune.ts';

/** A plain database file; `release` deletes it, where it was made for this. */
export type Fetched = { path: string; name: string; release(): void };

/**
 * Fetches the newest whole backup of a place, or the one of a name: unpacks it beside the database,
 * and compares it with its manifest. @throws AppError `not_found`; `file_unusable` when it is not
 * what its manifest says.
 */
export async function fetchBackup(
  place: BackupPlace,
  name: string | null,
  database: string,
): Promise<Fetched> {
  const file = name ?? (await newestIn(place, database));
  const text = await place.getText(manifestName(file));
  const manifest = text === null ? undefined : parseManifest(text);
  if (manifest === undefined)
    throw new AppError('not_found', `there is no backup ${place.text}/${file} with its manifest`);
  return unpackTo(database, file, manifest, await place.read(file));
}

/**
 * Opens a compressed backup that was given as a file. If its manifest lies beside it, the file is
 * compared with that.
 */
export function openPacked(path: string, database: string): Promise<Fetched> {
  const beside = manifestName(path);
  const manifest = existsSync(beside) ? parseManifest(readFileSync(beside, 'utf8')) : undefined;
  return unpackTo(database, basename(path), manifest, createReadStream(path));
}

async function newestIn(place: BackupPlace, database: string): Promise<string> {
  const newest = (await listKept(place, database)).at(-1) ?? (await listKept(place, null)).at(-1);
  if (newest === undefined)
    throw new AppError('not_found', `there is no backup in ${place.text}`, {
      hint: 'a backup is a file NAME.db.gz with NAME.json beside it',
    });
  return newest.file;
}

async function unpackTo(
  database: string,
  name: string,
  manifest: Manifest | undefined,
  packed: Readable,
): Promise<Fetched> {
  const folder = `${realPathOf(database)}.fetched`;
  const release = () => rmSync(folder, { recursive: true, force: true });
  release();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'fetched.db');
  try {
    const sums = await unpack(packed, path);
    if (
      manifest !== undefined &&
      (sums.sha256 !== manifest.sha256 || sums.plainSha256 !== manifest.database_sha256)
    )
      throw new AppError('file_unusable', `${name} is not what its manifest says: it is damaged`, {
        hint: 'take an earlier one',
      });
    return { path, name, release };
  } catch (thrown) {
    release();
    if (thrown instanceof AppError || (thrown as NodeJS.ErrnoException).syscall !== undefined)
      throw thrown;
    throw new AppError('file_unusable', `${name} cannot be unpacked: ${messageOf(thrown)}`, {
      hint: 'take an earlier one',
      cause: thrown,
    });
  }
}
