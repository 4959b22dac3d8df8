// Parquet as its library writes it by itself: what ours is held against, byte for byte and in time.
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { SqlValue } from '../../src/lib/sql-value.ts';
import type { ExportColumn, ExportKind } from '../../src/store/export/views.ts';

const TYPES = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
} as const;

/** A column as the library takes it; it chooses the encoding where none is said. */
export type LibraryColumn = ExportColumn & { data: unknown[]; encoding?: 'PLAIN' };

/** A value as SQLite gives it, as the library takes it. */
export function forLibrary(kind: ExportKind, value: SqlValue): unknown {
  if (value === null) return null;
  if (kind === 'int64') return BigInt(value as number);
  if (kind === 'time') return BigInt(Date.parse(value as string)) * 1000n;
  return typeof value === 'number' ? value + 0 : value;
}

/** Writes a file of row groups, each of the same columns. */
export function writeByLibrary(path: string, groups: readonly (readonly LibraryColumn[])[]): void {
  const [columns = []] = groups;
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, kind }) => ({
        name,
        repetition_type: 'OPTIONAL' as const,
        ...TYPES[kind],
      })),
    ],
    createdBy: 'tidemark',
  });
  for (const group of groups)
    void writer.write({
      columnData: group.map(({ name, data, encoding }) => ({
        name,
        data,
        ...(encoding !== undefined && { encoding }),
      })),
      rowGroupSize: group[0]?.data.length ?? 0,
      pageSize: 0,
    });
  void writer.finish();
}
