// A server may send any number of interim answers (1xx) before the real one, asked for or not (RFC
// 9110, 15.2). undici takes an unasked `100 Continue` for a broken connection: a message that was
// accepted would be sent again and again. So they are taken out of what comes in, before undici
// sees it.
import type { Socket } from 'node:net';
import type { buildConnector as Connector } from 'undici';
import { buildConnector } from './http-client.ts';

/** A longer head is left to undici, which refuses it. */
const MAX_HEAD_BYTES = 16 * 1024;

/** An interim answer. 101 is none: it ends HTTP on the connection, and was never asked for. */
const INTERIM = /^HTTP\/1\.\d 1(?!01)\d\d/;
const TEMPLATE = 'HTTP/1.1 100';

/**
 * How undici connects (the `connect` of an Agent), with interim answers left out. Connections carry
 * one request at a time.
 */
export function skippingInterim(options: Connector.BuildOptions): Connector.connector {
  const connect = buildConnector(options);
  return (target, callback) =>
    connect(target, (...result) => {
      // The types promise null on failure, but then nothing at all is passed.
      const socket = result[1] ?? null;
      if (socket !== null) skipInterim(socket);
      callback(...result);
    });
}

function skipInterim(socket: Socket): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  const write = socket.write.bind(socket);
  /** A request was written, and its answer has not begun. */
  let isAwaited = false;
  let held: Buffer = Buffer.alloc(0);
  socket.write = (data: string | Uint8Array, ...rest: []) => {
    // undici writes heads as text, and our bodies as bytes.
    if (typeof data === 'string') isAwaited = true;
    return write(data, ...rest);
  };
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null || !isAwaited) return chunk;
      held = withoutInterim(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
      if (mayBeInterim(held)) continue;
      const answer = held;
      held = Buffer.alloc(0);
      isAwaited = false;
      return answer;
    }
  };
}

/** What follows after the complete interim heads at the beginning. */
function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes;
  for (;;) {
    const head = rest.toString('latin1', 0, MAX_HEAD_BYTES);
    const end = INTERIM.test(head) ? /\r?\n\r?\n/.exec(head) : null;
    if (end === null) return rest;
    rest = rest.subarray(end.index + end[0].length);
  }
}

/**
 * Can more bytes still make it an interim head? What is missing of the status line is taken as that
 * of one.
 */
function mayBeInterim(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, TEMPLATE.length);
  return bytes.length < MAX_HEAD_BYTES && INTERIM.test(start + TEMPLATE.slice(start.length));
}
