// What is written beside each backup, last of all: a backup without its manifest does not count.
import * as z from 'zod';
import { isoTime, type Instant } from '../lib/clock.ts';
import type { Contents } from '../store/file/backup.ts';

const shape = z.object({
  format: z.literal('tidemark-backup/1'),
  made_at: z.string(),
  version: z.string(),
  /** Name of the compressed file, its size and SHA-256. */
  file: z.string().regex(/^[^/\\]+\.db\.gz$/),
  bytes: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Size and SHA-256 of the database in it. */
  database_bytes: z.number(),
  database_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  snapshots: z.number(),
  observations: z.number(),
  alerts: z.number(),
  newest_slot_at: z.string().nullable(),
});

export type Manifest = z.output<typeof shape>;

/** Reads a manifest; undefined when the text is none of this version. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The name of the manifest that belongs to a file. */
export const manifestName = (file: string): string => file.replace(/\.db\.gz$/, '.json');

export type Packed = { file: string; bytes: number; sha256: string; databaseSha256: string };

/** The manifest of a verified and packed copy. */
export const makeManifest = (
  packed: Packed,
  { bytes, newestAt, ...counts }: Contents,
  { at, version }: { at: Instant; version: string },
): Manifest => ({
  format: 'tidemark-backup/1',
  made_at: isoTime(at),
  version,
  file: packed.file,
  bytes: packed.bytes,
  sha256: packed.sha256,
  database_bytes: bytes,
  database_sha256: packed.databaseSha256,
  ...counts,
  newest_slot_at: newestAt === null ? null : isoTime(newestAt),
});
