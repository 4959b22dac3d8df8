import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import type { ExportColumn, ExportKind } from '../../store/export/views.ts';
import { isSmallerByDifferences } from './parquet-encoding.ts';

/**
 * Values in memory at a time, as columns: with fewer the files grow, with more the export needs
 * more than 300 MB.
 */
const GROUP_VALUES = 480_000;

/** A text that is the same in every row. */
export type ConstantColumn = { name: string; value: string };

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const ELEMENTS: Record<ExportKind, Omit<SchemaElement, 'name'>> = {
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
 * Columns are filled one after the other: to handle one kind of value at a time is what makes this
 * quick.
 */
const FILL: Record<
  ExportKind,
  (column: unknown[], rows: readonly SqlRow[], index: number) => void
> = {
  text: fillSame,
  int32: fillSame,
  // Large ones become bigints when they are written: that is three times their room.
  int64: fillSame,
  // SQLite may round to -0, which equals 0 everywhere except in a file of doubles.
  double: (column, rows, index) => {
    for (const row of rows) {
      const value = row[index] ?? null;
      column.push(value === null ? null : (value as number) + 0);
    }
  },
  time: (column, rows, index) => {
    // Most rows of a snapshot have the same.
    let text: SqlValue = null;
    let micros: bigint | null = null;
    for (const row of rows) {
      const value = row[index] ?? null;
      if (value !== text) {
        text = value;
        micros = value === null ? null : BigInt(Date.parse(value as string)) * 1000n;
      }
      column.push(micros);
    }
  },
};

function fillSame(column: unknown[], rows: readonly SqlRow[], index: number): void {
  for (const row of rows) column.push(row[index] ?? null);
}

/** The values as the writer takes them, and how they are laid out: `encoding` is its own choice. */
function encoded(
  kind: ExportKind,
  data: unknown[],
): { data: unknown[]; encoding?: 'DELTA_BINARY_PACKED' } {
  if (kind !== 'int32' && kind !== 'int64') return { data };
  const values = data as SqlValue[];
  const isDelta = isSmallerByDifferences(values, kind === 'int32' ? 4 : 8);
  return {
    data:
      kind === 'int32'
        ? data
        : values.map((value) => (value === null ? null : BigInt(value as number))),
    ...(isDelta && { encoding: 'DELTA_BINARY_PACKED' }),
  };
}

/** Writes rows to a Parquet file, a row group at a time; `finish` ends it. */
export function openParquet(
  path: string,
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
): { add(rows: readonly SqlRow[]): void; finish(): void } {
  const writer = fileWriter(path);
  const width = columns.length + constants.length;
  const schema: SchemaElement[] = [
    { name: 'root', num_children: width },
    ...[...columns, ...constants.map(({ name }): ExportColumn => ({ name, kind: 'text' }))].map(
      ({ name, kind }): SchemaElement => ({
        name,
        repetition_type: 'OPTIONAL',
        ...ELEMENTS[kind],
      }),
    ),
  ];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'tidemark' });
  const groupRows = Math.floor(GROUP_VALUES / width);
  let group: unknown[][] = columns.map(() => []);
  let count = 0;
  let groups = 0;
  const flush = () => {
    void parquet.write({
      columnData: [
        ...columns.map(({ name, kind }, index) => ({ name, ...encoded(kind, group[index] ?? []) })),
        ...constants.map(({ name, value }) => ({ name, data: Array<string>(count).fill(value) })),
      ],
      rowGroupSize: groupRows,
    });
    group = columns.map(() => []);
    groups += 1;
    count = 0;
  };
  return {
    add: (rows) => {
      for (let from = 0; from < rows.length;) {
        const part = rows.slice(from, from + groupRows - count);
        columns.forEach(({ kind }, index) => FILL[kind](group[index] ?? [], part, index));
        count += part.length;
        from += part.length;
        if (count === groupRows) flush();
      }
    },
    finish: () => {
      if (count > 0 || groups === 0) flush();
      void parquet.finish();
    },
  };
}
