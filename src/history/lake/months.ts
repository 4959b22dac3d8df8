// What the database and a lake have of each month of a watch.
import { listWatches } from '../../store/export/selection.ts';
import type { DbUnit, UnitState } from '../../store/export/unit.ts';
import { readWatchUnits } from '../../store/export/watch-units.ts';
import { leftHashes } from '../../store/lake/left.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { columnsKey } from '../export/export-watch.ts';
import { isTakenOver } from '../export/plan.ts';
import { readLog } from '../export/log.ts';
import type { LogFile } from '../export/log-state.ts';
import { logFolder, type Target } from '../export/target.ts';

/** What is compared of one month of a watch. */
export type Month = {
  watch: string;
  month: string;
  units: readonly DbUnit[];
  files: readonly LogFile[];
  /** Those of the database that the files do not have as they are now. */
  late: readonly DbUnit[];
  /** Hashes of the rows of snapshots that are in a lake alone, by slot. */
  left: ReadonlyMap<string, Buffer>;
};

/** A part as its log says it, and the watches that it or the database has. */
export async function openPart(db: ReadOnlyDb, target: Target) {
  const { selection } = target;
  const log = await readLog(target.store, logFolder(target));
  const own = [...log.files.values()].filter(
    ({ partition }) => partition.list === selection.list.name,
  );
  const watches = new Set([
    ...listWatches(db, selection),
    ...own.map(({ partition }) => partition.watch),
  ]);
  return { log, own, watches: [...watches].sort() };
}

/**
 * Calls `look` for every month of a watch, in one read transaction, so that nothing is pruned in
 * between.
 */
export async function eachMonth(
  db: ReadOnlyDb,
  target: Target,
  all: readonly LogFile[],
  watch: string,
  look: (month: Month) => Promise<void> | void,
): Promise<void> {
  const files = all.filter(({ partition }) => partition.watch === watch);
  db.exec('BEGIN');
  try {
    const { months: known, held } = readWatchUnits(db, target.selection, watch, columnsKey(target));
    const left =
      target.selection.view === 'history'
        ? leftHashes(db, watch, target.selection.list)
        : new Map<string, Buffer>();
    const names = new Set([
      ...known.keys(),
      ...files.map(({ partition }) => partition.month),
      ...[...left.keys()].map(monthOf),
    ]);
    for (const month of [...names].sort()) {
      const units = known.get(month) ?? [];
      const own = files.filter(({ partition }) => partition.month === month);
      await look({
        watch,
        month,
        units,
        files: own,
        late: lateOf(units, unitsIn(own), (slot) => held.has(slot)),
        left: new Map([...left].filter(([slot]) => monthOf(slot) === month)),
      });
    }
  } finally {
    db.exec('COMMIT');
  }
}

/** Of a slot as ISO text, in UTC. */
export const monthOf = (slot: string): string => slot.slice(0, '2026-11'.length);

/** Each unit as the lake has it. */
export const unitsIn = (files: readonly LogFile[]): Map<string, UnitState> =>
  new Map(files.flatMap(({ units }) => [...units]));

/** What compares with a baseline that is gone stays in the lake as it is, and is not late. */
const lateOf = (
  units: readonly DbUnit[],
  there: ReadonlyMap<string, UnitState>,
  isHeld: (slot: string) => boolean,
): DbUnit[] =>
  units.filter((unit) => {
    const old = there.get(unit.key);
    return old === undefined || (old.digest !== unit.digest && !isTakenOver(old, unit, isHeld));
  });

/** By a file's statistics. */
export const rowsIn = (stats: string): number =>
  (JSON.parse(stats) as { numRecords?: number }).numRecords ?? 0;
