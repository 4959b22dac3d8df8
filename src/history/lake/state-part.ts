// How far a part of a lake is behind the database.
import type { Clock } from '../../lib/clock.ts';
import { slotOf } from '../../store/export/unit.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { eachMonth, openPart, rowsIn, unitsIn, type Month } from './months.ts';
import type { LakePlace } from './open-lake.ts';
import { targetOf, type LakePart } from './sync.ts';

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
