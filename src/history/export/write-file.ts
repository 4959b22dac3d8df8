// One file of an export, from rows that come batch by batch.
import { closeSync, openSync, writeSync } from 'node:fs';
import { formatRows } from '../formats.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import type { ExportColumn, ExportFormat } from '../../store/export/views.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
import type { Group } from './groups.ts';
import { openParquet, type ConstantColumn, type TakenOver } from './write-parquet.ts';

/** Rows that were added, and the row groups that they make; null of a format without any. */
export type Written = { rows: number; groups: Group[] | null };

/**
 * Writes a new file, each unit as a batch. `constants` are columns with one value, behind the
 * others: only Parquet has them, where engines look for the columns of the path inside the files
 * too. Batches by columns are for Parquet alone, and so is what is taken over of a file `before`.
 */
export async function writeFile(
  path: string,
  format: ExportFormat,
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
  batches: AsyncIterable<readonly SqlRow[] | ColumnBatch>,
  before: TakenOver | null,
): Promise<Written> {
  let count = 0;
  if (format === 'parquet') {
    const parquet = openParquet(path, columns, constants, before);
    for await (const batch of batches) {
      if ('columns' in batch) parquet.addColumns(batch);
      else parquet.add(batch);
      count += 'columns' in batch ? batch.count : batch.length;
    }
    return { rows: count, groups: parquet.finish() };
  }
  const names = columns.map(({ name }) => name);
  const file = openSync(path, 'w');
  try {
    for (const text of formatRows(format, names, [])) writeSync(file, text);
    for await (const rows of batches) {
      if ('columns' in rows) throw new Error(`${format} is written row by row`);
      for (const text of formatRows(format, names, rows, false)) writeSync(file, text);
      count += rows.length;
    }
  } finally {
    closeSync(file);
  }
  return { rows: count, groups: null };
}
