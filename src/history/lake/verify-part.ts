// Whether what a lake and the database both have is the same, value for value.
import type { Clock } from '../../lib/clock.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import { slotOf } from '../../store/export/unit.ts';
import { openUnitReader } from '../../store/export/unit-rows.ts';
import type { MonthProof } from '../../store/lake/confirmed.ts';
import { hashOfRows } from '../../store/lake/row-hash.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { readUnits } from '../export/read-rows.ts';
import type { Target } from '../export/target.ts';
import { getWhole } from '../export/whole-file.ts';
import { eachMonth, openPart, rowsIn, unitsIn, type Month } from './months.ts';
import type { LakePlace } from './open-lake.ts';
import { targetOf, type LakePart } from './sync.ts';

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
