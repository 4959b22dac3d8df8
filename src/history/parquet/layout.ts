// How the values of a column are laid out, whichever takes least room: as places in a dictionary,
// by the differences between neighbours, or as they are.
import type { ExportKind } from '../../store/export/views.ts';
import type { Range } from './bounds.ts';
import { makeBytes, reserve, widthOf, written } from './bytes.ts';
import { planDifferences, putDifferences, type Differences } from './differences.ts';
import { distinctOf } from './distinct.ts';
import { putHybrid } from './hybrid.ts';
import { plainNumbers, plainTexts } from './plain.ts';

export type Layout = {
  encoding: 'PLAIN' | 'RLE_DICTIONARY' | 'DELTA_BINARY_PACKED';
  page: Uint8Array;
  dictionary: { bytes: Uint8Array; count: number } | null;
};

/** What compression leaves of a dictionary, and of numbers as they are; packed bits stay. */
const COMPRESSED = 0.6;
const DIFFERENCES_HEAD_BYTES = 8;
/** Differences that are further apart are not exact in a double, or no number of the kind. */
const WIDEST = { int32: 2 ** 31, int64: 2 ** 43 };

/** Lays out numbers, none of which is NaN or -0, within `range`. */
export function layOutNumbers(
  kind: Exclude<ExportKind, 'text'>,
  numbers: Float64Array,
  range: Range,
): Layout {
  const differences = areWholeAndNear(kind, range) ? planDifferences(numbers) : null;
  const difference = (differences?.bytes ?? Infinity) + DIFFERENCES_HEAD_BYTES;
  // One bit for each number is the least that a dictionary of two needs.
  if (differences !== null && difference <= numbers.length / 8 && range.least < range.most)
    return byDifferences(numbers, differences);
  const distinct = distinctOf(numbers);
  const bytes = kind === 'int32' ? 4 : 8;
  const plain = numbers.length * bytes * COMPRESSED;
  const dictionary =
    distinct === null
      ? Infinity
      : placesBytes(numbers.length, distinct.numbers.length) +
        distinct.numbers.length * bytes * COMPRESSED;
  if (differences !== null && difference < Math.min(plain, dictionary))
    return byDifferences(numbers, differences);
  if (distinct === null || dictionary >= plain)
    return { encoding: 'PLAIN', page: plainNumbers(kind, numbers), dictionary: null };
  return inDictionary(distinct.places, {
    bytes: plainNumbers(kind, distinct.numbers),
    count: distinct.numbers.length,
  });
}

const areWholeAndNear = (kind: ExportKind, { least, most }: Range): boolean =>
  (kind === 'int32' || kind === 'int64') && most - least < WIDEST[kind];

/** Whether whole numbers of 64 bits take less room by their differences than as they are. */
export const areSmallerByDifferences = (numbers: Float64Array, range: Range): boolean =>
  areWholeAndNear('int64', range) &&
  planDifferences(numbers).bytes + DIFFERENCES_HEAD_BYTES < numbers.length * 8 * COMPRESSED;

/** Lays out texts, each by its place in `texts`. */
export function layOutTexts(places: Float64Array, texts: readonly Uint8Array[]): Layout {
  const bytes = plainTexts(texts);
  const lengths = Int32Array.from(texts, ({ length }) => 4 + length);
  let plain = 0;
  for (let at = 0; at < places.length; at++) plain += lengths[places[at] as number] as number;
  // A dictionary that takes more than half would be read more slowly, for little.
  if (plain > 0 && 2 * (bytes.length + placesBytes(places.length, texts.length)) <= plain)
    return inDictionary(new Int32Array(places), { bytes, count: texts.length });
  const all = Array.from(places, (place) => texts[place] as Uint8Array);
  return { encoding: 'PLAIN', page: plainTexts(all), dictionary: null };
}

const placesBytes = (count: number, distinct: number): number =>
  (count * widthOf(distinct - 1)) / 8;

function byDifferences(numbers: Float64Array, differences: Differences): Layout {
  const page = makeBytes(differences.bytes + 64);
  putDifferences(page, numbers, differences);
  return { encoding: 'DELTA_BINARY_PACKED', page: written(page), dictionary: null };
}

function inDictionary(places: Int32Array, dictionary: NonNullable<Layout['dictionary']>): Layout {
  const width = widthOf(dictionary.count - 1);
  const page = makeBytes(Math.ceil(places.length / 8) * width + 64);
  reserve(page, 1)[page.length++] = width;
  putHybrid(page, places, places.length, width);
  return { encoding: 'RLE_DICTIONARY', page: written(page), dictionary };
}
