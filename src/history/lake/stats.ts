// Statistics of a finished Parquet file, as a version of the log names them: from the file's own
// footer, so that nothing is counted twice.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { PARTITION_COLUMNS } from './layout.ts';

type Bound = string | number | bigint | Date;

/** The metadata of a Parquet file on this machine; only its end is read. */
export function readFooter(path: string): FileMetaData {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = (bytes: number): Uint8Array => {
      const buffer = new Uint8Array(bytes);
      readSync(file, buffer, 0, bytes, size - bytes);
      return buffer;
    };
    // The file ends with the length of its metadata and four letters.
    const length = new DataView(tail(8).buffer).getUint32(0, true);
    return parquetMetadata(tail(length + 8).buffer as ArrayBuffer);
  } finally {
    closeSync(file);
  }
}

/**
 * `{"numRecords":2,"minValues":{…},"maxValues":{…},"nullCount":{…}}`, with every column that is not
 * of the path. Long texts are cut: their bounds still hold. Whole numbers are written exactly,
 * whatever their size.
 */
export function deltaStats(path: string): string {
  const { row_groups: groups, num_rows: rows } = readFooter(path);
  const mins = new Map<string, Bound>();
  const maxs = new Map<string, Bound>();
  const nulls = new Map<string, bigint>();
  for (const { columns } of groups)
    for (const { meta_data: chunk } of columns) {
      const [name = ''] = chunk?.path_in_schema ?? [];
      const found = chunk?.statistics;
      if (found === undefined || PARTITION_COLUMNS.some((column) => column === name)) continue;
      nulls.set(name, (nulls.get(name) ?? 0n) + (found.null_count ?? 0n));
      keep(mins, name, found.min_value as Bound | undefined, -1);
      keep(maxs, name, found.max_value as Bound | undefined, 1);
    }
  return `{"numRecords":${rows},"minValues":${text(mins)},"maxValues":${text(maxs)},"nullCount":${text(nulls)}}`;
}

function keep(
  bounds: Map<string, Bound>,
  name: string,
  value: Bound | undefined,
  sign: 1 | -1,
): void {
  if (value === undefined) return;
  const known = bounds.get(name);
  if (known === undefined || order(value, known) * sign > 0) bounds.set(name, value);
}

/** Texts go by their bytes, as Parquet has them. */
function order(a: Bound, b: Bound): number {
  if (typeof a === 'string' && typeof b === 'string')
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a > b) - Number(a < b);
}

const text = (values: ReadonlyMap<string, Bound>): string =>
  `{${[...values]
    .map(
      ([name, value]) =>
        `${JSON.stringify(name)}:${typeof value === 'bigint' ? value : JSON.stringify(value)}`,
    )
    .join(',')}}`;
