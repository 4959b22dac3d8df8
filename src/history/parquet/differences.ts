// DELTA_BINARY_PACKED: whole numbers by the differences between neighbours. In a block of 128 they
// are counted from the least of them, each quarter with as many bits as its largest needs.
import { putVarint, putZigzag, reserve, widthOf, type Bytes } from './bytes.ts';

const BLOCK = 128;
const QUARTERS = 4;
const QUARTER = BLOCK / QUARTERS;
const BLOCK_HEAD_BYTES = 8;

/** How numbers are laid out: `least` of each block, and the bits of each of its quarters. */
export type Differences = {
  /** An estimate of what it takes, before compression. */
  bytes: number;
  least: Float64Array;
  widths: Uint8Array;
};

/** Works out the differences of `numbers`, one or more, which are less than 2^44 apart. */
export function planDifferences(numbers: Float64Array): Differences {
  const blocks = Math.ceil((numbers.length - 1) / BLOCK);
  const least = new Float64Array(blocks);
  const widths = new Uint8Array(blocks * QUARTERS);
  let bytes = blocks * BLOCK_HEAD_BYTES;
  for (let block = 0; block < blocks; block++) {
    const from = 1 + block * BLOCK;
    const end = Math.min(from + BLOCK, numbers.length);
    const low = leastDifference(numbers, from, end);
    least[block] = low;
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const start = from + quarter * QUARTER;
      const most = mostDifference(numbers, start, Math.min(start + QUARTER, end)) - low;
      const width = start < end ? widthOf(most) : 0;
      widths[block * QUARTERS + quarter] = width;
      bytes += (width * QUARTER) / 8;
    }
  }
  return { bytes, least, widths };
}

function leastDifference(numbers: Float64Array, from: number, end: number): number {
  let least = Infinity;
  let last = numbers[from - 1] as number;
  for (let at = from; at < end; at++) {
    const value = numbers[at] as number;
    if (value - last < least) least = value - last;
    last = value;
  }
  return least;
}

function mostDifference(numbers: Float64Array, from: number, end: number): number {
  let most = -Infinity;
  let last = numbers[from - 1] as number;
  for (let at = from; at < end; at++) {
    const value = numbers[at] as number;
    if (value - last > most) most = value - last;
    last = value;
  }
  return most;
}

/** Puts `numbers` as they were planned. */
export function putDifferences(
  bytes: Bytes,
  numbers: Float64Array,
  { least, widths }: Differences,
): void {
  putVarint(bytes, BLOCK);
  putVarint(bytes, QUARTERS);
  putVarint(bytes, numbers.length);
  putZigzag(bytes, numbers[0] as number);
  for (let block = 0; block < least.length; block++) {
    const low = least[block] as number;
    putZigzag(bytes, low);
    const own = widths.subarray(block * QUARTERS, (block + 1) * QUARTERS);
    reserve(bytes, QUARTERS).set(own, bytes.length);
    bytes.length += QUARTERS;
    for (let quarter = 0; quarter < QUARTERS; quarter++)
      putQuarter(
        bytes,
        numbers,
        1 + block * BLOCK + quarter * QUARTER,
        low,
        own[quarter] as number,
      );
  }
}

/** Behind the last number there are zeros: a quarter is always whole. */
function putQuarter(
  bytes: Bytes,
  numbers: Float64Array,
  from: number,
  low: number,
  width: number,
): void {
  if (width === 0) return;
  const length = (width * QUARTER) / 8;
  const room = reserve(bytes, length);
  const end = Math.min(from + QUARTER, numbers.length);
  let out = bytes.length;
  let bits = 0;
  let pending = 0;
  let last = numbers[from - 1] as number;
  // Up to 7 bits wait for a byte to be full: 25 more fit into the 32 of a bitwise operation.
  const isNarrow = width <= 25;
  for (let at = from; at < end; at++) {
    const value = numbers[at] as number;
    const above = value - last - low;
    last = value;
    if (isNarrow) pending |= above << bits;
    else pending += above * 2 ** bits;
    bits += width;
    while (bits >= 8) {
      room[out++] = pending & 0xff;
      pending = isNarrow ? pending >>> 8 : Math.floor(pending / 0x100);
      bits -= 8;
    }
  }
  if (bits > 0) room[out++] = pending;
  bytes.length += length;
  room.fill(0, out, bytes.length);
}
