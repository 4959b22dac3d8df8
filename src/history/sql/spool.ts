// Rows on their way from the query's process to its reader, in a private temporary file. So the
// statement ends as soon as the database has answered, however slow the reader is: an open
// statement would keep the WAL from shrinking. The file loses its name before the first row is
// written, so nothing is left of it even if both are killed.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { SqlRow } from '../../lib/sql-value.ts';

/** Rows per frame, and about how many bytes, whichever comes first. */
const FRAME_ROWS = 500;
const FRAME_BYTES = 1 << 20;

/** A new empty file without a name, for both ends; it is gone when the last of them closes it. */
export function openSpool(): number {
  const path = join(tmpdir(), `tidemark-sql-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  try {
    rmSync(path);
  } catch (thrown) {
    closeSync(file);
    throw thrown;
  }
  return file;
}

/**
 * Appends rows to an empty file. `bytes()` is what was written so far; `flush` writes the last of
 * them.
 */
export function spoolWriter(file: number): {
  add(row: SqlRow): void;
  bytes(): number;
  flush(): void;
} {
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
    flush,
  };
}

/** The rows of a finished file, one frame in memory at a time. Can be read more than once. */
export function* readSpool(file: number): Generator<SqlRow, void, void> {
  const head = Buffer.alloc(4);
  // Reads by position: the other end may share this file descriptor's own position.
  let at = 0;
  while (readFully(file, head, at)) {
    const body = Buffer.alloc(head.readUInt32LE());
    if (!readFully(file, body, at + head.length))
      throw new Error('the result file ends in the middle of a frame');
    at += head.length + body.length;
    yield* deserialize(body) as SqlRow[];
  }
}

/** False at the end of the file. */
function readFully(file: number, buffer: Buffer, from: number): boolean {
  let at = 0;
  while (at < buffer.length) {
    const count = readSync(file, buffer, at, buffer.length - at, from + at);
    if (count === 0) return false;
    at += count;
  }
  return true;
}
