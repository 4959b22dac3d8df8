// Where backups are kept: what a folder and a bucket have in common.
import type { Readable } from 'node:stream';

/** What was sent of a file so far, for who goes on with it. Opaque; it can be kept as JSON. */
export type Progress = { uploadId: string; parts: { partNumber: number; etag: string }[] };

export type BackupPlace = {
  /** `/backups` or `s3://bucket/prefix`, without secrets. */
  text: string;
  /** Names of what lies there, other things too. A place that is not there yet holds nothing. */
  list(): Promise<string[]>;
  /**
   * Puts a file there under a name, which it has only once it is whole. `progress` is what an
   * earlier call had come to; `onProgress` is told what to keep for a later one.
   */
  put(
    name: string,
    path: string,
    progress: Progress | null,
    onProgress: (progress: Progress) => void,
  ): Promise<void>;
  putText(name: string, text: string): Promise<void>;
  /** Null when there is none of that name. */
  getText(name: string): Promise<string | null>;
  /** The bytes of a file. @throws AppError `not_found` */
  read(name: string): Promise<Readable>;
  /** Its size; null when there is none of that name. */
  size(name: string): Promise<number | null>;
  remove(name: string): Promise<void>;
};
