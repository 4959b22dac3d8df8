// A column that has whole numbers beyond 2^53, as the library writes it: rare, and slow.
import type { ColumnChunk, SchemaElement } from 'hyparquet';
import type { Writer } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { rangeOf } from './bounds.ts';
import { knownOf, type Gathered } from './gathered.ts';
import { areSmallerByDifferences } from './layout.ts';

/** Writes what was gathered of a column of `int64`, from its exact values. */
export function writeExactChunk(
  writer: Writer,
  root: SchemaElement,
  element: SchemaElement,
  column: Gathered,
): ColumnChunk {
  const values = (column.exact ?? []).map((value) =>
    value === null ? null : BigInt(value as number | bigint),
  );
  // Near enough to tell how far apart they are.
  const near = knownOf(column);
  const { chunk } = writeColumn({
    writer,
    column: {
      columnName: element.name,
      element,
      schemaPath: [root, element],
      codec: 'SNAPPY',
      compressors: { SNAPPY: snappyCompress },
      stats: true,
      // All in one page.
      pageSize: 0,
      columnIndex: false,
      offsetIndex: false,
      ...(areSmallerByDifferences(near, rangeOf(near)) && { encoding: 'DELTA_BINARY_PACKED' }),
    },
    pageData: {
      values,
      definitionLevels: values.map((value) => (value === null ? 0 : 1)),
      repetitionLevels: [],
      maxDefinitionLevel: 1,
    },
  });
  return chunk;
}
