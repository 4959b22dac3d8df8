// Room of the file that holds nothing: SQLite fills it before the file grows, and a file that was
// made for it gives it back.
import type Database from 'better-sqlite3';

type Connection = Pick<Database.Database, 'pragma'>;

/** In bytes, with what its log has of it. */
export type FileRoom = {
  bytes: number;
  free: number;
  /** Whether `give-back.ts` can make the file smaller; else a backup that is restored is. */
  canGiveBack: boolean;
};

/** Set where a file is made: it may give room back while it is in use (`auto_vacuum`). */
export const GIVES_BACK = 'auto_vacuum = INCREMENTAL';
const INCREMENTAL = 2;

/** A smaller part than this is about to be filled again. */
const MANY = 0.1;
const LEAST_BYTES = 1_000_000;

/** How it is now. */
export function readRoom(raw: Connection): FileRoom {
  const of = (name: string) => Number(raw.pragma(name, { simple: true }));
  const size = of('page_size');
  return {
    bytes: of('page_count') * size,
    free: of('freelist_count') * size,
    canGiveBack: of('auto_vacuum') === INCREMENTAL,
  };
}

/** Bytes of pages that say by which others each is named, in a file that can give room back. */
export function bytesOfMaps(raw: Connection): number {
  const { bytes, canGiveBack } = readRoom(raw);
  const size = Number(raw.pragma('page_size', { simple: true }));
  // After the first page, each is followed by those that it tells of, in five bytes.
  return canGiveBack ? size * Math.ceil((bytes / size - 1) / (Math.floor(size / 5) + 1)) : 0;
}

/** Whether so much is free that its owner may wonder. */
export const isRoomy = ({ bytes, free }: FileRoom): boolean =>
  free >= LEAST_BYTES && free > bytes * MANY;
