import type { RowGroup, SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlRow } from '../../lib/sql-value.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
import type { ExportColumn, ExportKind } from '../../store/export/views.ts';
import { addFromRows, addInOrder, addSame, clear, gather } from '../parquet/gathered.ts';
import { writeExactChunk } from '../parquet/library-chunk.ts';
import { writeChunk } from '../parquet/write-chunk.ts';

/**
 * Values in memory at a time, as columns: with fewer the files grow, with more the export needs
 * more than 300 MB.
 */
const GROUP_VALUES = 480_000;

/** A text that is the same in every row. */
export type ConstantColumn = { name: string; value: string };

type Element = SchemaElement & { type: NonNullable<SchemaElement['type']> };

const ELEMENTS: Record<ExportKind, Omit<Element, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  // Microseconds, as Delta wants timestamps.
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
};

/**
 * Writes rows to a Parquet file, a row group at a time; `finish` ends it. The columns are laid out
 * here, and the library writes what is around them: headers, and the footer.
 */
export function openParquet(
  path: string,
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
): { add(rows: readonly SqlRow[]): void; addColumns(batch: ColumnBatch): void; finish(): void } {
  const writer = fileWriter(path);
  const all = [...columns, ...constants.map(({ name }): ExportColumn => ({ name, kind: 'text' }))];
  const root: SchemaElement = { name: 'root', num_children: all.length };
  const elements = all.map(({ name, kind }): Element => ({
    name,
    repetition_type: 'OPTIONAL',
    ...ELEMENTS[kind],
  }));
  const parquet = new ParquetWriter({ writer, schema: [root, ...elements], createdBy: 'tidemark' });
  const groupRows = Math.floor(GROUP_VALUES / all.length);
  const gathered = all.map(({ kind }) => gather(kind, groupRows));
  let count = 0;
  const flush = () => {
    constants.forEach(({ value }, index) => {
      const column = gathered[columns.length + index];
      if (column !== undefined) addSame(column, value, count);
    });
    const start = writer.offset;
    const chunks = gathered.map((column, index) => {
      const element = elements[index] as Element;
      return column.exact === null
        ? writeChunk(writer, element, column)
        : writeExactChunk(writer, root, element, column);
    });
    parquet.row_groups.push({
      columns: chunks,
      total_byte_size: chunks.reduce(
        (sum, { meta_data: chunk }) => sum + (chunk?.total_uncompressed_size ?? 0n),
        0n,
      ),
      num_rows: BigInt(count),
      total_compressed_size: BigInt(writer.offset - start),
    } satisfies RowGroup);
    parquet.num_rows += BigInt(count);
    gathered.forEach(clear);
    count = 0;
  };
  /** Fills the columns one after the other, until a group is full. */
  const put = (length: number, fill: (column: number, from: number, until: number) => void) => {
    for (let from = 0; from < length;) {
      const until = Math.min(length, from + groupRows - count);
      for (let column = 0; column < columns.length; column++) fill(column, from, until);
      count += until - from;
      from = until;
      if (count === groupRows) flush();
    }
  };
  return {
    add: (rows) =>
      put(rows.length, (column, from, until) => {
        const into = gathered[column];
        if (into !== undefined) addFromRows(into, rows, column, from, until);
      }),
    addColumns: ({ count: length, order, columns: values }) =>
      put(length, (column, from, until) => {
        const into = gathered[column];
        const own = values[column] ?? { same: null };
        if (into === undefined) return;
        if ('same' in own) addSame(into, own.same, until - from);
        else addInOrder(into, own, order, from, until);
      }),
    finish: () => {
      if (count > 0) flush();
      void parquet.finish();
    },
  };
}
