// One column of a row group: its dictionary, its values in one page, and what the footer says of
// them. The library could write this too; it does so value by value, and takes five times as long.
import type { ColumnChunk, SchemaElement } from 'hyparquet';
import type { Writer } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { rangeOf, refuseOthers, textRange } from './bounds.ts';
import { makeBytes, written } from './bytes.ts';
import { knownOf, type Gathered } from './gathered.ts';
import { putHybrid } from './hybrid.ts';
import { layOutNumbers, layOutTexts, type Layout } from './layout.ts';
import { microsOf } from './plain.ts';

type Bounds = { min_value?: string | number | bigint; max_value?: string | number | bigint };
type Encoded = { layout: Layout; bounds: Bounds };

/**
 * Writes what was gathered of a column, all of it exact as doubles.
 * @throws Error when a number is none of the kind of the column
 */
export function writeChunk(
  writer: Writer,
  { name, type }: { name: string; type: NonNullable<SchemaElement['type']> },
  column: Gathered,
): ColumnChunk {
  const known = knownOf(column);
  const { layout, bounds } =
    column.kind === 'text' ? encodeTexts(known, column.texts) : encodeNumbers(column.kind, known);
  const { encoding, dictionary } = layout;
  const start = writer.offset;
  const dictionarySize = dictionary === null ? 0 : writeDictionary(writer, dictionary);
  const dataStart = writer.offset;
  const size = dictionarySize + writePage(writer, column, layout);
  return {
    meta_data: {
      type,
      encodings: dictionary === null ? [encoding] : ['PLAIN', encoding],
      path_in_schema: [name],
      codec: 'SNAPPY',
      num_values: BigInt(column.count),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(size),
      data_page_offset: BigInt(dataStart),
      ...(dictionary !== null && { dictionary_page_offset: BigInt(start) }),
      statistics: {
        ...bounds,
        null_count: BigInt(column.nulls),
        ...(column.kind === 'double' && { nan_count: 0n }),
      },
      encoding_stats: [
        ...(dictionary === null ? [] : [DICTIONARY_STATS]),
        { page_type: 'DATA_PAGE_V2', encoding, count: 1 },
      ],
    },
    file_offset: BigInt(start),
  };
}

const DICTIONARY_STATS = { page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const;

function encodeTexts(places: Float64Array, texts: readonly string[]): Encoded {
  const encoded = texts.map((text) => Buffer.from(text));
  const range = textRange(encoded);
  const bounds = range && { min_value: texts[range.least], max_value: texts[range.most] };
  return { layout: layOutTexts(places, encoded), bounds: (bounds ?? {}) as Bounds };
}

function encodeNumbers(kind: Exclude<Gathered['kind'], 'text'>, numbers: Float64Array): Encoded {
  const range = rangeOf(numbers);
  if (kind === 'int32' || kind === 'int64') refuseOthers(kind, numbers, range);
  const layout = layOutNumbers(kind, numbers, range);
  if (numbers.length === 0) return { layout, bounds: {} };
  const { least, most } = range;
  const bounds = {
    // As the format wants it: a 0 may stand for either of both.
    min_value: BOUNDS[kind](least === 0 ? -0 : least),
    max_value: BOUNDS[kind](most),
  };
  return { layout, bounds };
}

const BOUNDS = {
  int32: (value: number) => value,
  int64: (value: number) => BigInt(value),
  time: microsOf,
  double: (value: number) => value,
};

/** Returns how many bytes it takes before compression. */
function writeDictionary(
  writer: Writer,
  { bytes, count }: NonNullable<Layout['dictionary']>,
): number {
  const compressed = snappyCompress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  return header + bytes.length;
}

/** The same for the page of the values, with which of them are NULL before them, uncompressed. */
function writePage(writer: Writer, column: Gathered, { page, encoding }: Layout): number {
  const levels = levelsOf(column);
  const compressed = snappyCompress(page);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + page.length,
    compressed_page_size: levels.length + compressed.length,
    data_page_header_v2: {
      num_values: column.count,
      num_nulls: column.nulls,
      num_rows: column.count,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(compressed);
  return header + levels.length + page.length;
}

/** 1 for a value, 0 for NULL. */
function levelsOf({ values, count, nulls }: Gathered): Uint8Array {
  const levels = new Uint8Array(count).fill(1);
  if (nulls > 0)
    for (let row = 0; row < count; row++) if (Number.isNaN(values[row])) levels[row] = 0;
  const bytes = makeBytes(count / 8 + 64);
  putHybrid(bytes, levels, count, 1);
  return written(bytes);
}
