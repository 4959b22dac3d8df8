/**
 * Export into a folder: VIEW/watch=…/month=…/data.FORMAT, the Hive layout that DuckDB, Spark, Trino, ClickHouse and BigQuery
 * read as it is. A manifest remembers what each file was made of, and only months that changed are written again.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ReadOnlyDb } from '../../store/open-readonly.ts';
import { formatRows } from '../formats.ts';
import type { SqlRow } from '../sql/spool.ts';
import { listPartitions, type Partition, type Selection } from './partitions.ts';
import { replaceFile } from './replace-file.ts';
import { exportColumns, selectRows, type ExportColumn } from './views.ts';
import { writeParquet } from './write-parquet.ts';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** `units` are keys of what its files hold, also of what the database has no more. */
type Entry = { fingerprint: string; units: number[] };
type Manifest = {
  format: ExportFormat;
  columns: ExportColumn[];
  partitions: Record<string, Entry>;
};

export type FolderReport = {
  /** Files written, and rows in them. */
  written: number;
  rows: number;
  unchanged: number;
  /** Months of which retention has taken snapshots since: their files are kept as they are, and `fresh` new snapshots lie in a file beside them. */
  kept: { name: string; fresh: number }[];
};

export type FolderOptions = {
  folder: string;
  format: ExportFormat;
  /** Write every month, also those that did not change or got thinner. */ full: boolean;
  onPartition(partition: Partition): void;
  signal: AbortSignal;
};

/** Each file is complete or not there; the manifest is written last, and after an abort for what was done. */
export async function exportFolder(
  db: ReadOnlyDb,
  selection: Selection,
  options: FolderOptions,
): Promise<FolderReport> {
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
      const before = full || !existsSync(path) ? undefined : manifest.partitions[name];
      options.onPartition(partition);
      if (before?.fingerprint === partition.fingerprint) {
        report.unchanged += 1;
        continue;
      }
      // The folder may be the only place that still has what retention has thinned: what came since goes beside it.
      const isThinned = before !== undefined && isThinner(partition, before);
      const units = isThinned
        ? partition.units.filter(({ key }) => !before.units.includes(key))
        : partition.units;
      if (isThinned) report.kept.push({ name, fresh: units.length });
      else removeBeside(dirname(path), format);
      if (units.length > 0) {
        const rows = writeFile(
          isThinned ? join(root, name, `data-${units[0]?.key}.${format}`) : path,
          format,
          columns,
          rowsOf(
            db,
            selection,
            units.map(({ id }) => id),
            columns,
          ),
        );
        report.written += 1;
        report.rows += rows;
      }
      manifest.partitions[name] = {
        fingerprint: partition.fingerprint,
        units: [...(isThinned ? before.units : []), ...units.map(({ key }) => key)],
      };
    }
  } finally {
    replaceFile(manifestPath, (temporary) =>
      writeFileSync(temporary, `${JSON.stringify(manifest, null, 1)}\n`),
    );
  }
  return report;
}

function isThinner({ units }: Partition, before: Entry): boolean {
  const now = new Set(units.map(({ key }) => key));
  return before.units.some((key) => !now.has(key));
}

/** Files beside `data.FORMAT`, before all of them are written into that one. */
function removeBeside(folder: string, format: ExportFormat): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (name.startsWith('data-') && name.endsWith(`.${format}`)) rmSync(join(folder, name));
}

/** The watch is in the path; in Parquet it must not be in the file too, or BigQuery and Spark see two columns of one name. */
const fileColumns = ({ view }: Selection, format: ExportFormat): ExportColumn[] =>
  exportColumns(view).filter(({ name }) => format !== 'parquet' || name !== 'watch');

/**
 * Without a manifest everything is written anew. With one of other columns (the program was upgraded) every file is, except
 * where it holds more than the database still has.
 */
function readManifest(path: string, format: ExportFormat, columns: ExportColumn[]): Manifest {
  const empty: Manifest = { format, columns, partitions: {} };
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    const isFitting = JSON.stringify(read.columns) === JSON.stringify(columns);
    const partitions = Object.entries(read.partitions)
      .filter(([, { units }]) => Array.isArray(units))
      .map(([name, entry]) => [name, isFitting ? entry : { ...entry, fingerprint: '' }]);
    return { ...empty, partitions: Object.fromEntries(partitions) as Manifest['partitions'] };
  } catch {
    return empty;
  }
}

/** One unit at a time, each read to its end at once: no statement stays open while a file or a reader is slow. */
export function* rowsOf(
  db: ReadOnlyDb,
  { view }: Selection,
  units: Iterable<number>,
  columns: readonly ExportColumn[],
): Generator<SqlRow> {
  const all = exportColumns(view);
  const places = columns.map(({ name }) => all.findIndex((column) => column.name === name));
  const isWhole = places.length === all.length;
  const select = db.prepare<[number], SqlRow>(selectRows(view)).raw();
  for (const unit of units)
    for (const row of select.all(unit))
      yield isWhole ? row : places.map((place) => row[place] ?? null);
}

function writeFile(
  path: string,
  format: ExportFormat,
  columns: readonly ExportColumn[],
  rows: Iterable<SqlRow>,
): number {
  let count = 0;
  replaceFile(path, (temporary) => {
    if (format === 'parquet') {
      count = writeParquet(temporary, columns, rows);
      return;
    }
    const file = openSync(temporary, 'w');
    try {
      for (const text of formatRows(
        format,
        columns.map(({ name }) => name),
        counted(rows, () => (count += 1)),
      ))
        writeSync(file, text);
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
