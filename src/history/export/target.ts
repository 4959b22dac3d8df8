// Where and how one view is exported: what all steps of an export share.
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../lib/clock.ts';
import { DELTA_LOG } from '../lake/layout.ts';
import type { FileStore } from './file-store.ts';
import type { Partition } from './log-state.ts';
import type { Selection } from '../../store/export/selection.ts';
import type { ExportColumn, ExportFormat } from '../../store/export/views.ts';
import { writerName } from './writer.ts';

/** The version of the layout of files: when it changes, all are written anew. */
export const LAYOUT = 1;

export type Target = {
  store: FileStore;
  /** A local folder for files that are not whole yet. */
  scratch: string;
  selection: Selection;
  format: ExportFormat;
  columns: readonly ExportColumn[];
  now: () => Instant;
  /**
   * How long a file that was replaced stays, for readers under way; null: as the table says, and at
   * once where it says nothing.
   */
  keepMs: number | null;
};

/**
 * Names that start with `_` are passed over by readers of the layout; engines know the first as
 * that of a Delta table.
 */
export const logFolder = ({ format }: Pick<Target, 'format'>): string =>
  format === 'parquet' ? DELTA_LOG : `_${format}_log`;

/** Where the files of a partition are, below the folder of the view. */
export const partitionFolder = ({ list, watch, month }: Partition): string =>
  `list=${list}/watch=${watch}/month=${month}`;

/**
 * A name that no file ever had: a reader under way must not find other rows behind a name it was
 * told. It sorts behind `before`, the names of the month, also when the clock was put back: who
 * reads by folders alone takes the greatest.
 */
export function newFileName(
  { format, now }: Target,
  partition: Partition,
  before: readonly string[],
): string {
  const latest = before.map((name) => parseInt(TIME.exec(name)?.[1] ?? '0', 36) + 1);
  const time = Math.max(now(), ...latest)
    .toString(36)
    .padStart(9, '0');
  const id = `${time}-${writerName()}-${randomUUID().slice(0, 8)}`;
  return `${partitionFolder(partition)}/${id}.${format}`;
}

const TIME = /\/([0-9a-z]{9})-[^/]*$/;
const FILE_NAME = /\/[0-9a-z]{9,}-([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.(?:parquet|csv|ndjson)$/;

/** Who wrote a file of a name as `newFileName` gives; null for others. */
export function writerOf(name: string): { isHere: boolean; pid: number } | null {
  const [, host, pid] = FILE_NAME.exec(name) ?? [];
  return host === undefined
    ? null
    : { isHere: writerName().startsWith(`${host}-`), pid: Number(pid) };
}
