/**
 * Export into a folder: VIEW/watch=…/month=…/data.FORMAT, the Hive layout that DuckDB, Spark, Trino, ClickHouse and BigQuery
 * read as it is. A manifest remembers what each file was made of, and only months that changed are written again.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../lib/errors.ts';
import { syncFile } from '../../lib/sync-file.ts';
import { systemFailure } from '../../lib/system-failure.ts';
import type { ReadOnlyDb } from '../../store/open-readonly.ts';
import { formatRows } from '../formats.ts';
import type { SqlRow } from '../sql/spool.ts';
import { listPartitions, type Partition, type Selection } from './partitions.ts';
import { exportColumns, selectRows, type ExportColumn } from './views.ts';
import { writeParquet } from './write-parquet.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type Entry = { fingerprint: string; units: number; rows: number };
type Manifest = { format: ExportFormat; columns: ExportColumn[]; partitions: Record<string, Entry> };

export type FolderReport = {
  /** Files written, and rows in them. */
  written: number;
  rows: number;
  unchanged: number;
  /** Months that hold fewer snapshots than when they were written: their files are kept as they are. */
  kept: string[];
};

export type FolderOptions = { folder: string; format: ExportFormat; /** Write every month, also those that did not change or got thinner. */ full: boolean; onPartition(partition: Partition): void; signal: AbortSignal };

/** Each file is complete or not there; the manifest is written last, and after an abort for what was done. */
export async function exportFolder(db: ReadOnlyDb, selection: Selection, options: FolderOptions): Promise<FolderReport> {
  const { format, full } = options;
  const root = join(options.folder, selection.view);
  const manifestPath = join(root, `_manifest.${format}.json`);
  const columns = fileColumns(selection, format);
  const manifest = readManifest(manifestPath, format, columns);
  const report: FolderReport = { written: 0, rows: 0, unchanged: 0, kept: [] };
  try {
    for (const partition of listPartitions(db, selection)) {
      await setImmediate();
      if (options.signal.aborted) break;
      const name = `watch=${partition.watch}/month=${partition.month}`;
      const path = join(root, name, `data.${format}`);
      const before = existsSync(path) ? manifest.partitions[name] : undefined;
      options.onPartition(partition);
      if (!full && before?.fingerprint === partition.fingerprint) report.unchanged += 1;
      // The folder may be the only place that still has what retention has thinned.
      else if (!full && before !== undefined && before.units > partition.units.length) report.kept.push(name);
      else {
        const rows = writeFile(path, format, columns, rowsOf(db, selection, partition.units, columns));
        manifest.partitions[name] = { fingerprint: partition.fingerprint, units: partition.units.length, rows };
        report.written += 1;
        report.rows += rows;
      }
    }
  } finally {
    replaceFile(manifestPath, (temporary) => writeFileSync(temporary, `${JSON.stringify(manifest, null, 1)}\n`));
  }
  return report;
}

/** The watch is in the path; in Parquet it must not be in the file too, or BigQuery and Spark see two columns of one name. */
const fileColumns = ({ view }: Selection, format: ExportFormat): ExportColumn[] => exportColumns(view).filter(({ name }) => format !== 'parquet' || name !== 'watch');

/** Without a manifest that fits, everything is written anew. */
function readManifest(path: string, format: ExportFormat, columns: ExportColumn[]): Manifest {
  const empty: Manifest = { format, columns, partitions: {} };
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    return JSON.stringify(read.columns) === JSON.stringify(columns) ? { ...empty, partitions: read.partitions } : empty;
  } catch {
    return empty;
  }
}

/** One unit at a time, each read to its end at once: no statement stays open while a file or a reader is slow. */
export function* rowsOf(db: ReadOnlyDb, { view }: Selection, units: Iterable<number>, columns: readonly ExportColumn[]): Generator<SqlRow> {
  const all = exportColumns(view);
  const places = columns.map(({ name }) => all.findIndex((column) => column.name === name));
  const isWhole = places.length === all.length;
  const select = db.prepare<[number], SqlRow>(selectRows(view)).raw();
  for (const unit of units) for (const row of select.all(unit)) yield isWhole ? row : places.map((place) => row[place] ?? null);
}

function writeFile(path: string, format: ExportFormat, columns: readonly ExportColumn[], rows: Iterable<SqlRow>): number {
  let count = 0;
  replaceFile(path, (temporary) => {
    if (format === 'parquet') {
      count = writeParquet(temporary, columns, rows);
      return;
    }
    const file = openSync(temporary, 'w');
    try {
      for (const text of formatRows(format, columns.map(({ name }) => name), counted(rows, () => (count += 1)))) writeSync(file, text);
    } finally {
      closeSync(file);
    }
  });
  return count;
}

function* counted(rows: Iterable<SqlRow>, onRow: () => void): Generator<SqlRow> {
  for (const row of rows) {
    onRow();
    yield row;
  }
}

/**
 * The old file or the new one, never a part of one. Readers of the layout pass over names with a dot.
 * @throws AppError `file_unusable` when it cannot be written; then nothing is left of it.
 */
function replaceFile(path: string, write: (temporary: string) => void): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    try {
      write(temporary);
      syncFile(temporary);
      renameSync(temporary, path);
    } catch (thrown) {
      rmSync(temporary, { force: true });
      throw thrown;
    }
  } catch (thrown) {
    const failure = systemFailure(thrown);
    if (failure === null) throw thrown;
    throw new AppError('file_unusable', `cannot write ${path}: ${failure.message}`, { hint: 'months that are written stay; the same command goes on from there', cause: thrown });
  }
}
