// What goes back over the wire, and the ways in which it can fail to arrive.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../lib/clock.ts';

export type Reply = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /**
   * `whole` as it should be; `cut`: half the body that was announced, then the connection closes;
   * `reset`: no answer, the connection is reset; `hang`: no answer, ever; `drip`: one byte at a
   * time; `flood`: the body, and then 64 MB of blanks.
   */
  arrives: 'whole' | 'cut' | 'reset' | 'hang' | 'drip' | 'flood';
};

/** An answer with a JSON body. */
export const jsonReply = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  arrives: 'whole',
});

/** Failures have no requestId, as documented. */
export const errorReply = (status: number, message: string): Reply =>
  jsonReply(status, { code: status, data: null, message });

const DRIP_INTERVAL_MS = 50;
const FLOOD_CHUNK = Buffer.alloc(64 * 1024, ' ');
const FLOOD_CHUNKS = 1024;

function* flood(body: Buffer): Generator<Buffer> {
  yield body;
  for (let chunk = 0; chunk < FLOOD_CHUNKS; chunk++) yield FLOOD_CHUNK;
}

/**
 * Sends a reply. Ends early, or rejects, when the other side goes away, and when `closing` aborts.
 */
export async function sendReply(
  reply: Reply,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const body = Buffer.from(reply.body);
  const headers = { ...reply.headers, 'content-length': String(body.length) };
  switch (reply.arrives) {
    case 'whole':
      response.writeHead(reply.status, headers).end(body);
      return;
    case 'cut':
      response.writeHead(reply.status, headers);
      // Destroyed only once the half has left, so that the other side always sees a beginning.
      response.write(body.subarray(0, body.length >> 1), () => response.destroy());
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'drip':
      response.writeHead(reply.status, headers);
      for (const byte of body) {
        if (closing.aborted || response.destroyed) return;
        response.write(Buffer.of(byte));
        // On the machine's clock, not the simulated one: a real connection has to be kept waiting.
        await systemClock.sleep(DRIP_INTERVAL_MS, closing);
      }
      response.end();
      return;
    case 'flood':
      // Chunked: there is no length that would give it away.
      response.writeHead(reply.status, reply.headers);
      await pipeline(Readable.from(flood(body)), response);
      return;
  }
}
