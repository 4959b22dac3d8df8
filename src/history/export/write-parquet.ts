import type { FileMetaData, RowGroup, SchemaElement } from 'hyparquet';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlRow } from '../../lib/sql-value.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
import type { ExportColumn, ExportKind } from '../../store/export/views.ts';
import type { Group } from './groups.ts';
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

/** The first row groups of an earlier file of the same columns, taken over as they are. */
export type TakenOver = { bytes: Uint8Array; rowGroups: FileMetaData['row_groups'] };

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

/** The schema of a file of these columns, the constants behind the others. */
export function parquetSchema(
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
): { root: SchemaElement; elements: Element[]; kinds: ExportKind[] } {
  const all = [...columns, ...constants.map(({ name }): ExportColumn => ({ name, kind: 'text' }))];
  return {
    root: { name: 'root', num_children: all.length },
    elements: all.map(({ name, kind }) => ({
      name,
      repetition_type: 'OPTIONAL',
      ...ELEMENTS[kind],
    })),
    kinds: all.map(({ kind }) => kind),
  };
}

/**
 * Writes rows to a Parquet file, a row group at a time; `finish` ends it, and says how many units
 * and rows each group has that it wrote. What is added at once is a unit, and lies in one group
 * unless it is larger than that. The columns are laid out here, and the library writes what is
 * around them: headers, and the footer.
 */
export function openParquet(
  path: string,
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
  before: TakenOver | null = null,
): {
  add(rows: readonly SqlRow[]): void;
  addColumns(batch: ColumnBatch): void;
  finish(): Group[];
} {
  const writer = fileWriter(path);
  const { root, elements, kinds } = parquetSchema(columns, constants);
  const parquet = new ParquetWriter({ writer, schema: [root, ...elements], createdBy: 'tidemark' });
  if (before !== null) takeOver(parquet, before);
  const groupRows = Math.floor(GROUP_VALUES / kinds.length);
  const gathered = kinds.map((kind) => gather(kind, groupRows));
  const groups: Group[] = [];
  let count = 0;
  let units = 0;
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
    groups.push({ units, rows: count });
    gathered.forEach(clear);
    count = 0;
    units = 0;
  };
  /** Fills the columns one after the other, until a group is full. */
  const put = (length: number, fill: (column: number, from: number, until: number) => void) => {
    if (count > 0 && count + length > groupRows) flush();
    for (let from = 0; from < length;) {
      const until = Math.min(length, from + groupRows - count);
      for (let column = 0; column < columns.length; column++) fill(column, from, until);
      count += until - from;
      from = until;
      if (count === groupRows && from < length) flush();
    }
    units += 1;
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
      return groups;
    },
  };
}

/** So much of a file is copied at a time: the writer has no more in memory. */
const COPIED_BYTES = 1 << 20;

/** They stand at the same places in the new file, so that all that the footer says of them holds. */
function takeOver(parquet: ParquetWriter, { bytes, rowGroups }: TakenOver): void {
  for (let from = parquet.writer.offset; from < bytes.length; from += COPIED_BYTES)
    parquet.writer.appendBytes(bytes.subarray(from, from + COPIED_BYTES));
  parquet.row_groups.push(...rowGroups);
  for (const { num_rows: rows } of rowGroups) parquet.num_rows += rows;
}
