// Where backups are kept: what a folder and a bucket have in common.
import type { Readable } from 'node:stream';

/**
 * How much of a file was sent so far, so that a later call can go on with it. It can be kept as
 * JSON.
 */
export type Progress = { uploadId: string; parts: { partNumber: number; etag: string }[] };

export type BackupPlace = {
  /** `/backups` or `s3://bucket/prefix`, without secrets. */
  text: string;
  /**
   * Names of all that lies there, which may be other things than backups. Empty for a place that
   * does not exist yet.
   */
  list(): Promise<string[]>;
  /**
   * Puts a file into the place. It has its name there only once it is whole. `progress` is what an
   * earlier call had reached; `onProgress` is called with what to keep for a later one.
   */
  put(
    name: string,
    path: string,
    progress: Progress | null,
    onProgress: (progress: Progress) => void,
  ): Promise<void>;
  putText(name: string, text: string): Promise<void>;
  /** The text of a file; null when there is none of that name. */
  getText(name: string): Promise<string | null>;
  /** The bytes of a file. @throws AppError `not_found` */
  read(name: string): Promise<Readable>;
  /** The size of a file; null when there is none of that name. */
  size(name: string): Promise<number | null>;
  remove(name: string): Promise<void>;
};
