// How the whole numbers of a column are best written in Parquet: as a dictionary of them, which is
// what the writer does by itself, or by the differences between neighbours.
import type { SqlValue } from '../../lib/sql-value.ts';

/** As the format lays them out: the least difference once a block, one width a mini-block. */
const BLOCK = 128;
const MINI_BLOCK = 32;
const BLOCK_HEAD_BYTES = 8;
/** What compression leaves of a dictionary, and of numbers as they are; packed bits stay. */
const COMPRESSED = 0.6;

/**
 * Whether differences (DELTA_BINARY_PACKED) take less room, by an estimate in bytes: ranks that
 * count up and metrics of a list that is ordered by them do, and values that come again and again
 * do not. `bytes` of a value, 4 or 8.
 */
export function isSmallerByDifferences(values: readonly SqlValue[], bytes: 4 | 8): boolean {
  const numbers = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (value !== null) numbers[count++] = Number(value);
  const known = numbers.subarray(0, count);
  const differences = bytesOfDifferences(known);
  // One bit for each value is the least that a dictionary of two needs.
  if (differences <= count / 8) return count > 0 && known.some((value) => value !== known[0]);
  const distinct = new Set(known).size;
  const plain = count * bytes * COMPRESSED;
  const dictionary = (count * widthOf(distinct - 1)) / 8 + distinct * bytes * COMPRESSED;
  // More than half of them are different: the writer takes no dictionary.
  return differences < (distinct * 2 > count ? plain : dictionary);
}

function bytesOfDifferences(numbers: Float64Array): number {
  let bytes = 0;
  for (let block = 1; block < numbers.length; block += BLOCK) {
    const end = Math.min(block + BLOCK, numbers.length);
    let least = Infinity;
    for (let at = block; at < end; at++) least = Math.min(least, differenceAt(numbers, at));
    bytes += BLOCK_HEAD_BYTES;
    for (let from = block; from < end; from += MINI_BLOCK) {
      let most = 0;
      for (let at = from; at < Math.min(from + MINI_BLOCK, end); at++)
        most = Math.max(most, differenceAt(numbers, at) - least);
      bytes += (widthOf(most) * MINI_BLOCK) / 8;
    }
  }
  return bytes;
}

const differenceAt = (numbers: Float64Array, at: number): number =>
  (numbers[at] ?? 0) - (numbers[at - 1] ?? 0);

/** How many bits a number from 0 on needs. */
const widthOf = (most: number): number => (most < 1 ? 0 : Math.floor(Math.log2(most)) + 1);
