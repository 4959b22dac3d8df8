// Values as they are (PLAIN), in a page or in a dictionary.
import type { ExportKind } from '../../store/export/views.ts';
import { bytesOf } from './bytes.ts';

/** Numbers of a kind other than text, which are what it can hold. */
export function plainNumbers(kind: ExportKind, numbers: Float64Array): Uint8Array {
  if (kind === 'double') return bytesOf(numbers.slice());
  if (kind === 'int32') return bytesOf(new Int32Array(numbers));
  if (kind === 'time') return bytesOf(BigInt64Array.from(Array.from(numbers, microsOf)));
  const words = new Int32Array(numbers.length * 2);
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    words[2 * at] = number;
    words[2 * at + 1] = Math.floor(number / 2 ** 32);
  }
  return bytesOf(words);
}

/** Parquet has the times of Delta in microseconds. */
export const microsOf = (at: number): bigint => BigInt(at) * 1000n;

/** Texts, each behind its length. */
export function plainTexts(texts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + 4 + length, 0));
  const lengths = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    lengths.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}
