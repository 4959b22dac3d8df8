// Values as others write them: numbers, ids and names in JSON answers and files. Pure functions.
// What cannot be read is null, and nothing is guessed: `1,210` and `1.2K` are not numbers here.
import { numberOfDigits } from './digits.ts';
import { cleanText, truncate } from './text.ts';

const MAX_NAME = 300;
/** Real ids have 6 to 19 digits. A longer text is no id, and would only make every key longer. */
const MAX_ID = 64;

/** A finite number, or a plain decimal text of one. */
export function readNumber(value: unknown): number | null {
  const digits = typeof value === 'string' ? numberOfDigits(value) : null;
  if (digits !== null) return digits;
  const number =
    typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)
      ? Number(value)
      : value;
  // Adding 0 turns -0 into 0.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : null;
}

/** A number from 0. */
export function readAmount(value: unknown): number | null {
  const number = readNumber(value);
  return number !== null && number >= 0 ? number : null;
}

/** A whole number that a double holds exactly. */
export function readInteger(value: unknown): number | null {
  const number = readNumber(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** A whole number from 0. */
export function readCount(value: unknown): number | null {
  const number = readInteger(value);
  return number !== null && number >= 0 ? number : null;
}

/** A metric as its list declares it: counts are whole, and only signed ones may be below 0. */
export function readFigure(
  { kind, signed }: { kind: 'count' | 'percent' | 'money' | 'number'; signed: boolean },
  value: unknown,
): number | null {
  if (kind === 'count') return signed ? readInteger(value) : readCount(value);
  return signed ? readNumber(value) : readAmount(value);
}

/** An id as text. A number is taken where it is a whole one that JSON has kept exact. */
export function readId(value: unknown): string | null {
  const text = typeof value === 'number' ? String(readCount(value) ?? '') : value;
  // An id is no word, so joiners are removed from it. This must stay so, or a known product would
  // become another.
  const id = typeof text === 'string' ? cleanText(text).replace(/[\u200c\u200d]/g, '') : '';
  return id.length > 0 && id.length <= MAX_ID ? id : null;
}

/** A name without control characters, of bounded length; null when nothing is left of it. */
export const readName = (value: unknown): string | null => {
  const name = typeof value === 'string' ? cleanText(value) : '';
  return name === '' ? null : truncate(name, MAX_NAME);
};

/** Text that is not empty, as it is. */
export const readText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The value as an object; an empty one when it is none. */
export const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/**
 * What stands in a value under these keys, from the outside in; undefined where one of them is not
 * there.
 */
export function valueUnder(value: unknown, keys: readonly string[]): unknown {
  let inner = value;
  for (const key of keys) {
    const holder = asObject(inner);
    inner = Object.hasOwn(holder, key) ? holder[key] : undefined;
  }
  return inner;
}
