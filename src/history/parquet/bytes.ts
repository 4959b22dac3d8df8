// Bytes that grow as they are written. Numbers are little-endian wherever this is written into a
// file, as they are in Parquet and on every machine that Tidemark runs on.

/** The first `length` bytes of `room` are written. */
export type Bytes = { room: Uint8Array; length: number };

/** Nothing yet, with room for `bytes`. */
export const makeBytes = (bytes = 1 << 12): Bytes => ({ room: new Uint8Array(bytes), length: 0 });

/** Makes room for so many bytes more, and returns it. */
export function reserve(bytes: Bytes, more: number): Uint8Array {
  const needed = bytes.length + more;
  if (needed > bytes.room.length) {
    const room = new Uint8Array(Math.max(needed, bytes.room.length * 2));
    room.set(bytes.room);
    bytes.room = room;
  }
  return bytes.room;
}

/** What is written so far; it shares the room, so that it holds until the next byte. */
export const written = ({ room, length }: Bytes): Uint8Array => room.subarray(0, length);

/** Bytes of a typed array, as they lie in memory. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** A whole number from 0 on, exact up to 2^53: seven bits a byte, the least first. */
export function putVarint(bytes: Bytes, value: number): void {
  const room = reserve(bytes, 8);
  let rest = value;
  while (rest >= 0x80) {
    room[bytes.length++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  room[bytes.length++] = rest;
}

/** A whole number of either sign, exact up to 2^52: small ones of both take few bytes. */
export const putZigzag = (bytes: Bytes, value: number): void =>
  putVarint(bytes, value < 0 ? -2 * value - 1 : 2 * value);

/** How many bits a whole number from 0 on needs. */
export const widthOf = (most: number): number =>
  most < 2 ** 32 ? 32 - Math.clz32(most) : 64 - Math.clz32(Math.floor(most / 2 ** 32));
