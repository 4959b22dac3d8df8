// The bytes of a file of an export, known to be those that were written: a reader of Parquet may
// go round for ever in bytes that a disk made up.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FileStore } from './file-store.ts';
import type { LogFile } from './log-state.ts';

/** Tag of a file in the log: the SHA-256 of its bytes, in hex. */
export const SHA256_TAG = 'tidemark.sha256';

/** The SHA-256 of bytes, 32 bytes. */
export const sha256Of = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** What `SHA256_TAG` says of a file of this machine. */
export const sha256Tag = (path: string): string => sha256Of(readFileSync(path)).toString('hex');

/**
 * Gets a whole file. Files that were written before their SHA-256 was noted are taken as they are.
 * @throws Error when it is gone, or not as it was written
 */
export async function getWhole(
  store: FileStore,
  { path, size, add }: Pick<LogFile, 'path' | 'size' | 'add'>,
): Promise<{ bytes: Buffer; sha256: Buffer }> {
  const bytes = await store.get(path);
  if (bytes === null) throw new Error(`${path} is gone`);
  if (bytes.length !== size) throw new Error(`${path} has ${bytes.length} bytes, and not ${size}`);
  const sha256 = sha256Of(bytes);
  const written = add.tags[SHA256_TAG];
  if (written !== undefined && written !== sha256.toString('hex'))
    throw new Error(`${path} is damaged: its bytes are not those that were written`);
  return { bytes, sha256 };
}
