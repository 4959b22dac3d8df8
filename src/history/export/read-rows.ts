// Rows of files that an earlier export wrote, for what the database no longer has.
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetRead } from 'hyparquet';
import { readCsvText } from '../formats.ts';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import { unitKey } from '../../store/export/unit.ts';
import type { ExportColumn, ExportFormat, ExportKind } from '../../store/export/views.ts';

/** Some rows of one unit; those of a unit lie together. */
export type UnitRows = { key: string; rows: SqlRow[] };

/** Values as the readers give them; a time of Parquet is a date. */
type Field = SqlValue | Date | boolean;
type Fields = Readonly<Record<string, Field>>;

/**
 * The rows of a file, unit by unit, with the values of `columns`; what the file does not have is
 * that of `constants`, or NULL.
 * @throws Error when the file is damaged.
 */
export async function* readUnits(
  bytes: Buffer,
  format: ExportFormat,
  columns: readonly ExportColumn[],
  constants: Fields = {},
): AsyncGenerator<UnitRows> {
  const isOfAlerts = columns.some(({ name }) => name === 'alert_id');
  let current = null as UnitRows | null;
  for await (const batch of READERS[format](bytes, columns)) {
    for (const fields of batch) {
      const row = columns.map(({ name, kind }) =>
        VALUES[kind](fields[name] ?? constants[name] ?? null),
      );
      const at = (name: string) => String(row[columns.findIndex((column) => column.name === name)]);
      const key = isOfAlerts
        ? unitKey(at('slot_at'), at('rule'), at('product_id'))
        : unitKey(at('slot_at'));
      if (current?.key === key) current.rows.push(row);
      else {
        if (current !== null) yield current;
        current = { key, rows: [row] };
      }
    }
  }
  if (current !== null) yield current;
}

type Reader = (
  bytes: Buffer,
  columns: readonly ExportColumn[],
) => AsyncIterable<readonly Fields[]> | Iterable<readonly Fields[]>;

const READERS: Record<ExportFormat, Reader> = {
  parquet: readParquet,
  ndjson: (bytes) => [
    bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Fields),
  ],
  csv: (bytes) => [
    parse<Fields>(bytes, {
      columns: true,
      // NULL is empty, the empty text is "".
      cast: (field, { quoting, header }) => (header || quoting || field !== '' ? field : null),
    }).map((fields) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          typeof field === 'string' ? readCsvText(field) : field,
        ]),
      ),
    ),
  ],
};

/** A row group at a time. */
async function* readParquet(
  bytes: Buffer,
  columns: readonly ExportColumn[],
): AsyncGenerator<readonly Fields[]> {
  const buffer = bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.length,
  ) as ArrayBuffer;
  const file = {
    byteLength: buffer.byteLength,
    slice: (start: number, end?: number) => buffer.slice(start, end),
  };
  const metadata = parquetMetadata(buffer);
  const present = new Set(metadata.schema.map(({ name }) => name));
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    let rows: readonly Fields[] = [];
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd,
      columns: columns.map(({ name }) => name).filter((name) => present.has(name)),
      rowFormat: 'object',
      onComplete: (read) => (rows = read as Fields[]),
    });
    if (rows.length !== Number(count)) throw new Error('rows are missing');
    yield rows;
    rowStart = rowEnd;
  }
}

const number = (value: Field): SqlValue => {
  if (value === null || typeof value === 'number') return value;
  const exact = typeof value === 'bigint' ? value : BigInt(String(value));
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
};

/** A value as the view gave it. */
const VALUES: Record<ExportKind, (value: Field) => SqlValue> = {
  text: (value) => (value === null ? null : String(value)),
  int32: number,
  int64: number,
  double: (value) => (value === null ? null : Number(value)),
  time: (value) => {
    if (value === null) return null;
    return value instanceof Date ? value.toISOString() : String(value);
  },
};
