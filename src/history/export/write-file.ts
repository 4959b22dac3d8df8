// One file of an export, from rows that come batch by batch.
import { closeSync, openSync, writeSync } from 'node:fs';
import { formatRows } from '../formats.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import type { ExportColumn, ExportFormat } from '../../store/export/views.ts';
import type { ColumnBatch } from '../../store/export/named-columns.ts';
import { openParquet, type ConstantColumn } from './write-parquet.ts';

/**
 * Writes a new file and returns how many rows it has. `constants` are columns with one value,
 * behind the others: only Parquet has them, where engines look for the columns of the path inside
 * the files too. Batches by columns are for Parquet alone.
 */
export async function writeFile(
  path: string,
  format: ExportFormat,
  columns: readonly ExportColumn[],
  constants: readonly ConstantColumn[],
  batches: AsyncIterable<readonly SqlRow[] | ColumnBatch>,
): Promise<number> {
  let count = 0;
  if (format === 'parquet') {
    const parquet = openParquet(path, columns, constants);
    for await (const batch of batches) {
      if ('columns' in batch) parquet.addColumns(batch);
      else parquet.add(batch);
      count += 'columns' in batch ? batch.count : batch.length;
    }
    parquet.finish();
    return count;
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
  return count;
}
