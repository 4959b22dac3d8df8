import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlRow, SqlValue } from '../sql/spool.ts';
import type { ExportColumn, ExportKind } from './views.ts';

/** Values in memory at a time, as columns: with fewer the files grow, with more the export needs more than 300 MB. */
const GROUP_VALUES = 480_000;

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const ELEMENTS: Record<ExportKind, Omit<SchemaElement, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
};

const CONVERT: Record<ExportKind, (value: Exclude<SqlValue, null>) => unknown> = {
  text: (value) => value,
  int32: (value) => value,
  int64: (value) => BigInt(value as number | bigint),
  // SQLite may round to -0, which is 0 everywhere but in a file of doubles.
  double: (value) => (value as number) + 0,
  time: (value) => BigInt(Date.parse(value as string)),
};

/** Writes rows to a Parquet file, a row group at a time. Returns how many there were. */
export function writeParquet(
  path: string,
  columns: readonly ExportColumn[],
  rows: Iterable<SqlRow>,
): number {
  const writer = fileWriter(path);
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, kind }): SchemaElement => ({
      name,
      repetition_type: 'OPTIONAL',
      ...ELEMENTS[kind],
    })),
  ];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'tidemark' });
  const groupRows = Math.floor(GROUP_VALUES / columns.length);
  let group: unknown[][] = columns.map(() => []);
  let count = 0;
  const flush = () => {
    void parquet.write({
      columnData: columns.map(({ name }, index) => ({ name, data: group[index] ?? [] })),
      rowGroupSize: groupRows,
    });
    group = columns.map(() => []);
  };
  for (const row of rows) {
    columns.forEach(({ kind }, index) => {
      const value = row[index] ?? null;
      group[index]?.push(value === null ? null : CONVERT[kind](value));
    });
    count += 1;
    if (count % groupRows === 0) flush();
  }
  if (count % groupRows !== 0 || count === 0) flush();
  void parquet.finish();
  return count;
}
