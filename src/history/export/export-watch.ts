// One watch of an export: which of its months changed, and their new files.
import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { UnitSource } from '../../store/export/unit-source.ts';
import { GROUPS_TAG, isToSettle, parseGroups } from './groups.ts';
import type { LogFile, LogState } from './log-state.ts';
import { planPartition } from './plan.ts';
import { isSelected } from '../../store/export/selection.ts';
import { LAYOUT, type Target } from './target.ts';
import type { ExportFormat } from '../../store/export/views.ts';
import { UnreadableFile, writeMonth, type Pending } from './write-month.ts';

export type FolderReport = {
  /** Files written, and rows in them. */
  written: number;
  rows: number;
  unchanged: number;
  /** Months that only the folder has, with how many snapshots or alerts. */
  kept: { name: string; units: number }[];
  /** Months whose file should be kept but cannot be read. They are left as they are. */
  unreadable: { name: string; reason: string }[];
};

export type FolderOptions = TableOptions & {
  folder: string;
  format: ExportFormat;
  now: () => Instant;
};

export type TableOptions = {
  /** Write every month that the database has, also those that did not change. */
  full: boolean;
  /**
   * Called for each month before it is looked at, with how many snapshots or alerts the database
   * has of it.
   */
  onMonth: (units: number) => void;
  signal: AbortSignal;
};

/** Identifies the columns of the files, and how they are laid out. */
export const columnsKey = ({ columns }: Target): string => JSON.stringify([LAYOUT, columns]);

export type Looked = Pick<FolderReport, 'unchanged' | 'kept' | 'unreadable'> & {
  pending: Pending[];
  /**
   * A file disappeared while it was read, since another export replaced it. The watch must be
   * looked at again.
   */
  isOutdated: boolean;
};

/**
 * Looks at every month of a watch, in one transaction, and writes the files of those that changed.
 */
export async function exportWatch(
  db: ReadOnlyDb,
  target: Target,
  { full, onMonth, signal }: TableOptions,
  at: {
    watch: string;
    source: UnitSource;
    state: LogState;
    sizes: ReadonlyMap<string, number>;
    isFirst: boolean;
  },
): Promise<Looked> {
  const { selection } = target;
  const looked: Looked = {
    unchanged: 0,
    kept: [],
    unreadable: [],
    pending: [],
    isOutdated: false,
  };
  const files = filesByMonth(at.state, selection.list.name, at.watch);
  db.exec('BEGIN');
  try {
    const { months, held } = at.source.unitsOf(at.watch);
    for (const month of [...new Set([...months.keys(), ...files.keys()])].sort()) {
      await setImmediate();
      if (signal.aborted) break;
      const partition = { list: selection.list.name, watch: at.watch, month };
      const before = files.get(month) ?? [];
      const present = await filesOnDisk(target, before, at.sizes);
      const isSettling = present.some(({ add }) => {
        const groups = parseGroups(LAYOUT, add.tags[GROUPS_TAG]);
        return groups !== null && isToSettle(groups, partition, target.now());
      });
      const units = months.get(month) ?? [];
      if (at.isFirst) onMonth(units.length);
      const plan = planPartition({
        units,
        files: present,
        isHeld: (slot) => held.has(slot),
        isAsked: (slot) => isSelected(selection, Date.parse(slot)),
        isAlert: selection.view === 'alerts',
        isLost: present.length < before.length,
        full: full || isSettling,
      });
      const name = `watch=${at.watch}/month=${month}`;
      if (plan.kept > 0 && at.isFirst) looked.kept.push({ name, units: plan.kept });
      if (plan.parts === null) {
        looked.unchanged += at.isFirst && before.length > 0 ? 1 : 0;
        continue;
      }
      const paths = before.map(({ path }) => path);
      try {
        const file =
          plan.parts.length === 0
            ? null
            : await writeMonth(at.source, target, partition, plan.parts, present, target.now());
        const rows = file?.rows ?? 0;
        looked.pending.push({ partition, base: paths, removes: paths, file, rows });
      } catch (thrown) {
        if (!(thrown instanceof UnreadableFile)) throw thrown;
        if ((await filesOnDisk(target, present, new Map())).length < present.length)
          looked.isOutdated = true;
        else looked.unreadable.push({ name, reason: thrown.message });
      }
    }
  } finally {
    db.exec('COMMIT');
  }
  return looked;
}

function filesByMonth({ files }: LogState, list: string, watch: string): Map<string, LogFile[]> {
  const months = new Map<string, LogFile[]>();
  for (const file of files.values()) {
    if (file.partition.list !== list || file.partition.watch !== watch) continue;
    const { month } = file.partition;
    months.set(month, [...(months.get(month) ?? []), file]);
  }
  return months;
}

/**
 * The files that are still there. If one is not as it was written, all that the database has of its
 * month is written anew. This is looked at AFTER the log was read: a file that another export has
 * replaced since then is missing too, and then no version can be committed. `sizes` are those that
 * are known already.
 */
async function filesOnDisk(
  { store }: Target,
  files: readonly LogFile[],
  sizes: ReadonlyMap<string, number>,
): Promise<LogFile[]> {
  const present: LogFile[] = [];
  for (const file of files) {
    const size = sizes.get(file.path) ?? (await store.size(file.path));
    if (size === null) continue;
    if (size === file.size) {
      present.push(file);
      continue;
    }
    const units = [...file.units].map(([key, { deps }]) => [key, { digest: '', deps }] as const);
    present.push({ ...file, units: new Map(units) });
  }
  return present;
}
