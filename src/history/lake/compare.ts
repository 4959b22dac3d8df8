// How a lake and the database compare: what the lake lacks, and whether what both have is the same.
import type { Clock } from '../../lib/clock.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import { listWatches } from '../../store/export/selection.ts';
import { slotOf, type DbUnit, type UnitState } from '../../store/export/unit.ts';
import { openUnitReader } from '../../store/export/unit-rows.ts';
import { readWatchUnits } from '../../store/export/watch-units.ts';
import type { MonthProof } from '../../store/lake/confirmed.ts';
import { leftHashes } from '../../store/lake/left.ts';
import { hashOfRows } from '../../store/lake/row-hash.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { columnsKey } from '../export/export-watch.ts';
import { isTakenOver } from '../export/plan.ts';
import { readLog } from '../export/log.ts';
import type { LogFile } from '../export/log-state.ts';
import { readUnits } from '../export/read-rows.ts';
import { getWhole } from '../export/whole-file.ts';
import { logFolder, type Target } from '../export/target.ts';
import { targetOf, type LakePart } from './sync.ts';
import type { LakePlace } from './open-lake.ts';

/** How a part of a lake stands. Units are snapshots, or alerts. */
export type PartState = {
  table: string;
  list: string;
  version: number;
  files: number;
  bytes: number;
  rows: number;
  /** The newest slot that the lake has, as ISO text; null when it has none. */
  newest: string | null;
  /** Units that the database has and the lake does not, or not as they are now. */
  behind: number;
  /** The earliest of their slots. */
  behindSince: string | null;
  /** Units that only the lake has. */
  only: number;
  /** Of those that left the database for it, how many it does not name. */
  lost: number;
};

/** What the database and the lake say of one month. */
export type MonthState = {
  table: string;
  list: string;
  watch: string;
  month: string;
  rows: { lake: number; database: number };
  /** Sums of the ranks of what both have, or of the ids of alerts. */
  sums: { lake: number; database: number };
  /** The first difference, in words; null when all that both have is the same. */
  problem: string | null;
  /** Units that the lake holds, value for value as the database has them. */
  confirmed: number;
  only: number;
  behind: number;
};

type Month = {
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
async function openPart(db: ReadOnlyDb, target: Target) {
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
async function eachMonth(
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

const monthOf = (slot: string): string => slot.slice(0, '2026-11'.length);

/** Each unit as the lake has it. */
const unitsIn = (files: readonly LogFile[]): Map<string, UnitState> =>
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

/** How far a part of the lake is behind the database; its files are not opened. */
export async function statePart(
  db: ReadOnlyDb,
  place: LakePlace,
  part: LakePart,
  clock: Clock,
): Promise<PartState> {
  const target = targetOf(place, part, null, clock);
  const { log, own, watches } = await openPart(db, target);
  const late: string[] = [];
  let only = 0;
  let lost = 0;
  const look = (month: Month): void => {
    const { units, files, left } = month;
    const there = unitsIn(files);
    late.push(...month.late.map(({ key }) => key));
    const held = new Set(units.map(({ key }) => key));
    only += [...there.keys()].filter((key) => !held.has(key)).length;
    lost += [...left.keys()].filter((slot) => !there.has(slot)).length;
  };
  for (const watch of watches) await eachMonth(db, target, own, watch, look);
  const slots = own.flatMap(({ units }) => [...units.keys()].map(slotOf)).sort();
  return {
    table: part.table,
    list: part.selection.list.name,
    version: log.version,
    files: own.length,
    bytes: own.reduce((sum, { size }) => sum + size, 0),
    rows: own.reduce((sum, { add }) => sum + rowsIn(add.stats), 0),
    newest: slots.at(-1) ?? null,
    behind: late.length,
    behindSince: late.map(slotOf).sort()[0] ?? null,
    only,
    lost,
  };
}

const rowsIn = (stats: string): number =>
  (JSON.parse(stats) as { numRecords?: number }).numRecords ?? 0;

/**
 * Slots whose snapshots must stay for what the lake is to hold of a watch: `changes` that it does
 * not have as they are now, and all that these are made of.
 */
export async function slotsStillNeeded(
  db: ReadOnlyDb,
  place: LakePlace,
  part: LakePart,
  clock: Clock,
  watch: string,
): Promise<ReadonlySet<string>> {
  const target = targetOf(place, part, null, clock);
  const { own } = await openPart(db, target);
  const needed = new Set<string>();
  await eachMonth(db, target, own, watch, ({ late }) => {
    for (const { key, deps } of late) for (const slot of [slotOf(key), ...deps]) needed.add(slot);
  });
  return needed;
}

/**
 * Reads every file of a part, and compares each row with the database's: counts, sums and every
 * value; and what left the database with what was confirmed then. `onMonth` is told of each month,
 * with the proof where every snapshot that both have is the same. `only`: this month alone.
 */
export async function verifyPart(
  db: ReadOnlyDb,
  place: LakePlace,
  part: LakePart,
  clock: Clock,
  onMonth: (month: MonthState, proof: MonthProof | null) => void,
  only: { watch: string; month: string } | null = null,
): Promise<void> {
  const target = targetOf(place, part, null, clock);
  const { log, own, watches } = await openPart(db, target);
  const known = { place: place.text, tableId: log.metaData?.id ?? '', version: log.version };
  for (const watch of only === null ? watches : [only.watch])
    await eachMonth(db, target, own, watch, async (month) => {
      if (only !== null && only.month !== month.month) return;
      const proven = { ...known, folder: part.table, watch, month: month.month };
      const { state, proof } = await verifyMonth(db, target, part, month);
      onMonth(state, proof === null ? null : { ...proven, ...proof });
    });
}

type Proof = Pick<MonthProof, 'path' | 'bytes' | 'sha256' | 'units'>;

async function verifyMonth(
  db: ReadOnlyDb,
  target: Target,
  { table, selection }: LakePart,
  { watch, month, units, files, late, left }: Month,
): Promise<{ state: MonthState; proof: Proof | null }> {
  const read = openUnitReader(db, selection.view, selection.list, target.columns);
  const summed = target.columns.findIndex(
    ({ name }) => name === (selection.view === 'alerts' ? 'alert_id' : 'rank'),
  );
  const there = unitsIn(files);
  const same = new Map(
    units
      .filter(({ key, digest }) => there.get(key)?.digest === digest)
      .map((unit) => [unit.key, unit]),
  );
  const state: MonthState = {
    table,
    list: selection.list.name,
    watch,
    month,
    rows: { lake: 0, database: 0 },
    sums: { lake: 0, database: 0 },
    problem: files.length > 1 ? `it has ${files.length} files` : null,
    confirmed: 0,
    only: [...there.keys()].filter((key) => !units.some((unit) => unit.key === key)).length,
    behind: late.length,
  };
  const names = target.columns.map(({ name }) => name);
  const seen = new Set<string>();
  let proof: Proof | null = null;
  try {
    for (const file of files) {
      const { path, add, size } = file;
      const { bytes, sha256 } = await getWhole(target.store, file);
      const proven: Proof = { path, bytes: size, sha256, units: [] };
      if (selection.view === 'history') proof = proven;
      let rows = 0;
      for await (const unit of readUnits(bytes, 'parquet', target.columns, { watch })) {
        rows += unit.rows.length;
        const known = same.get(unit.key);
        const wanted = left.get(unit.key);
        if (wanted !== undefined) {
          seen.add(unit.key);
          if (!hashOfRows(names, unit.rows).equals(wanted))
            state.problem ??= `${unit.key} left the database, and is not here as it was then`;
        }
        if (known === undefined) continue;
        const expected = read(known.id);
        state.rows.lake += unit.rows.length;
        state.rows.database += expected.length;
        state.sums.lake += sumOf(unit.rows, summed);
        state.sums.database += sumOf(expected, summed);
        if (seen.has(unit.key)) throw new Error(`${unit.key} is there twice`);
        seen.add(unit.key);
        const problem = differenceOf(target, unit.rows, expected);
        if (problem === null) {
          state.confirmed += 1;
          proven.units.push({
            id: known.id,
            slotAt: Date.parse(slotOf(unit.key)),
            rowsHash: hashOfRows(names, unit.rows),
          });
        } else state.problem ??= `${slotOf(unit.key)}: ${problem}`;
      }
      if (rows !== rowsIn(add.stats))
        throw new Error(`${path} has ${rows} rows, and not ${rowsIn(add.stats)}`);
    }
    const lost = [...same.keys()].find((key) => !seen.has(key));
    if (lost !== undefined) state.problem ??= `${slotOf(lost)} has no rows`;
    const gone = [...left.keys()].filter((key) => !seen.has(key));
    if (gone.length > 0)
      state.problem ??= `${gone[0] ?? ''} left the database, and is not here (${gone.length} in all)`;
  } catch (thrown) {
    state.problem ??= thrown instanceof Error ? thrown.message : String(thrown);
  }
  return { state, proof: state.problem === null ? proof : null };
}

const sumOf = (rows: readonly SqlRow[], index: number): number =>
  rows.reduce((sum, row) => sum + Number(row[index] ?? 0), 0);

/** Where two units differ first; null when they are the same. A fall may be rounded to -0, which is 0. */
function differenceOf(
  { columns }: Target,
  lake: readonly SqlRow[],
  database: readonly SqlRow[],
): string | null {
  if (lake.length !== database.length)
    return `${lake.length} rows in the lake, ${database.length} in the database`;
  for (const [index, row] of lake.entries())
    for (const [at, { name }] of columns.entries()) {
      const [here, there] = [row[at] ?? null, database[index]?.[at] ?? null];
      if (here !== there)
        return `${name} of row ${index + 1} is ${String(here)} in the lake, ${String(there)} in the database`;
    }
  return null;
}
