// Rows on their way from the query's process to its reader: a private temporary file of frames. So the statement ends as
// soon as the database is done, however slow the reader is: a statement left open would keep the WAL from shrinking.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

/** A value of SQLite. Integers beyond 2^53 are bigints, so that no digit is lost. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = readonly SqlValue[];

/** Rows per frame, and about how many bytes, whichever comes first. */
const FRAME_ROWS = 500;
const FRAME_BYTES = 1 << 20;

/** Appends rows to a new file. `bytes()` is what was written so far. */
export function spoolWriter(path: string): {
  add(row: SqlRow): void;
  bytes(): number;
  close(): void;
} {
  const file = openSync(path, 'wx', 0o600);
  let frame: SqlRow[] = [];
  let frameBytes = 0;
  let written = 0;
  const flush = () => {
    if (frame.length === 0) return;
    const body = serialize(frame);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length);
    for (const part of [head, body])
      for (let at = 0; at < part.length;) at += writeSync(file, part, at);
    written += head.length + body.length;
    frame = [];
    frameBytes = 0;
  };
  return {
    add: (row) => {
      frame.push(row);
      for (const value of row)
        frameBytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;
      if (frame.length >= FRAME_ROWS || frameBytes >= FRAME_BYTES) flush();
    },
    bytes: () => written + frameBytes,
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

/** The rows of a finished file, one frame in memory at a time. Can be read more than once. */
export function* readSpool(path: string): Generator<SqlRow, void, void> {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(4);
    while (readFully(file, head)) {
      const body = Buffer.alloc(head.readUInt32LE());
      if (!readFully(file, body)) throw new Error('the result file ends in the middle of a frame');
      yield* deserialize(body) as SqlRow[];
    }
  } finally {
    closeSync(file);
  }
}

/** False at the end of the file. */
function readFully(file: number, buffer: Buffer): boolean {
  let at = 0;
  while (at < buffer.length) {
    const count = readSync(file, buffer, at, buffer.length - at, null);
    if (count === 0) return false;
    at += count;
  }
  return true;
}
