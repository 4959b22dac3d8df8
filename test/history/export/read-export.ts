// An export read as an engine reads it: by its log alone, and not by the code that writes it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ExportFormat, ExportView } from '../../../src/store/export/views.ts';
import { openDuck } from '../../support/duckdb.ts';

/** Files of the newest version, sorted. */
export function liveFiles(folder: string, view: ExportView, format: ExportFormat): string[] {
  const log = join(folder, view, format === 'parquet' ? '_delta_log' : `_${format}_log`);
  const live = new Set<string>();
  for (const name of readdirSync(log).sort()) {
    if (!/^\d{20}\.json$/.test(name)) continue;
    for (const line of readFileSync(join(log, name), 'utf8').trimEnd().split('\n')) {
      const { add, remove } = JSON.parse(line) as {
        add?: { path: string };
        remove?: { path: string };
      };
      if (remove !== undefined && !live.delete(decodeURIComponent(remove.path)))
        throw new Error(`${name} removes what is not there: ${remove.path}`);
      if (add !== undefined) {
        const path = decodeURIComponent(add.path);
        if (live.has(path)) throw new Error(`${name} adds what is there: ${path}`);
        live.add(path);
      }
    }
  }
  return [...live].sort();
}

/** Every row of the newest version, by file; values as text, NULL as the empty text. */
export function exportedRows(
  folder: string,
  view: ExportView,
  format: 'csv',
): Record<string, string>[];
export function exportedRows(
  folder: string,
  view: ExportView,
  format: ExportFormat,
): Promise<Record<string, string>[]> | Record<string, string>[];
export function exportedRows(folder: string, view: ExportView, format: ExportFormat) {
  const paths = liveFiles(folder, view, format).map((name) => join(folder, view, name));
  if (format === 'csv')
    return paths.flatMap((path) =>
      parse<Record<string, string>>(readFileSync(path), { columns: true }),
    );
  if (format === 'ndjson')
    return paths.flatMap((path) =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>),
    );
  return readParquet(paths);
}

async function readParquet(paths: readonly string[]): Promise<Record<string, string>[]> {
  const duck = await openDuck();
  try {
    const rows = [];
    for (const path of paths)
      rows.push(
        ...(
          await duck.runAndReadAll(
            `SELECT * FROM read_parquet('${path}', hive_partitioning = false, file_row_number = true) ORDER BY file_row_number`,
          )
        ).getRowObjectsJson(),
      );
    return rows as Record<string, string>[];
  } finally {
    duck.closeSync();
  }
}
