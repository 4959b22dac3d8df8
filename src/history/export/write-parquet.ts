import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
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

/** Values as they are gathered: what SQLite gives, and times in microseconds. */
type Value = SqlValue | bigint;

/**
 * Makes the values of one column what is gathered of them. Large whole numbers become bigints when
 * they are written: that is three times their room.
 */
const GATHER: Record<ExportKind, () => (value: SqlValue) => Value> = {
  text: () => (value) => value,
  int32: () => (value) => value,
  int64: () => (value) => value,
  // SQLite may round to -0, which equals 0 everywhere except in a file of doubles.
  double: () => (value) => (value === null ? null : (value as number) + 0),
  time: () => {
    // Most rows of a snapshot have the same.
    let text: SqlValue = null;
    let micros: bigint | null = null;
    return (value) => {
      if (value !== text) {
        text = value;
        micros = value === null ? null : BigInt(Date.parse(value as string)) * 1000n;
      }
      return micros;
    };
  },
};

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
): { add(rows: readonly SqlRow[]): void; addColumns(batch: ColumnBatch): void; finish(): void } {
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
  const gather = columns.map(({ kind }) => GATHER[kind]());
  /**
   * Columns are filled one after the other: to handle one kind of value at a time is what makes this
   * quick.
   */
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
        const into = group[column] as Value[];
        const valueOf = gather[column] as (value: SqlValue) => Value;
        for (let row = from; row < until; row++)
          into.push(valueOf((rows[row] as SqlRow)[column] ?? null));
      }),
    addColumns: (batch) =>
      put(batch.count, (column, from, until) => {
        const into = group[column] as Value[];
        const valueOf = gather[column] as (value: SqlValue) => Value;
        const values = batch.columns[column] ?? { same: null };
        if ('same' in values) {
          const same = valueOf(values.same);
          for (let row = from; row < until; row++) into.push(same);
        } else for (let row = from; row < until; row++) into.push(valueOf(values[row] ?? null));
      }),
    finish: () => {
      if (count > 0 || groups === 0) flush();
      void parquet.finish();
    },
  };
}
