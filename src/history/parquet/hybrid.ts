// Small numbers as Parquet writes levels, and places in a dictionary: runs of one number as their
// length, all others in groups of eight, as few bits each as the largest needs.
import { putVarint, reserve, type Bytes } from './bytes.ts';

/** Fewer of one number than these are packed with their neighbours. */
const RUN = 8;

/** Puts the first `count` of `values`, of `width` bits each: at most 24. */
export function putHybrid(
  bytes: Bytes,
  values: Int32Array | Uint8Array,
  count: number,
  width: number,
): void {
  let groups = 0;
  let groupsFrom = 0;
  for (let at = 0; at < count;) {
    const value = values[at] as number;
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    if (end - at < RUN) {
      if (groups === 0) groupsFrom = at;
      groups += 1;
      at += RUN;
      continue;
    }
    if (groups > 0) putPacked(bytes, values, groupsFrom, Math.min(at, count), groups, width);
    groups = 0;
    putRun(bytes, value, end - at, width);
    at = end;
  }
  if (groups > 0) putPacked(bytes, values, groupsFrom, count, groups, width);
}

function putRun(bytes: Bytes, value: number, length: number, width: number): void {
  putVarint(bytes, length * 2);
  const room = reserve(bytes, 4);
  for (let bit = 0; bit < width; bit += 8) room[bytes.length++] = (value >> bit) & 0xff;
}

/** Groups of eight from `from` on; behind `end` there are zeros. */
function putPacked(
  bytes: Bytes,
  values: Int32Array | Uint8Array,
  from: number,
  end: number,
  groups: number,
  width: number,
): void {
  putVarint(bytes, groups * 2 + 1);
  const room = reserve(bytes, groups * width);
  const start = bytes.length;
  let out = start;
  let bits = 0;
  let pending = 0;
  for (let at = from; at < end; at++) {
    pending |= (values[at] as number) << bits;
    bits += width;
    while (bits >= 8) {
      room[out++] = pending & 0xff;
      pending >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) room[out++] = pending;
  bytes.length = start + groups * width;
  room.fill(0, out, bytes.length);
}
