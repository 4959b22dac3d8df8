// Takes out of the database what a lake holds of one list, once it is known to hold it.
import { listLeaving, type Leaving } from '../../store/lake/leave.ts';
import { readLog } from '../export/log.ts';
import { logFolder } from '../export/target.ts';
import { slotsStillNeeded } from './state-part.ts';
import { lakeParts, targetOf, type LakePart } from './sync.ts';
import type { Found, Held, ThinDeps, ThinnedList } from './thin-deps.ts';
import { doubtOf } from './thin-doubt.ts';
import { byMonth, placesOf } from './thin-month.ts';
import { planned, take } from './thin-take.ts';

/**
 * Thins one list. A snapshot leaves when the one file of its month in the newest version of the
 * lake has it value for value, by a verification of that very file, and its rows are still those
 * that were compared; months that were not verified are verified now. Nothing of the list leaves
 * while the lake is not the one that it was, or lacks what left before.
 */
export async function thinList(deps: ThinDeps, part: LakePart): Promise<ThinnedList> {
  const { db, reader, place, clock, dryRun } = deps;
  const { list } = part.selection;
  const asked = { allMs: deps.allMs, now: clock.now(), atLeast: deps.atLeast };
  const leaving = listLeaving(reader, list, asked);
  if (leaving.length === 0) return { gone: [], kept: [], held: [] };
  const target = targetOf(place, part, null, clock);
  const log = await readLog(target.store, logFolder(target));
  const doubt = await doubtOf(deps, part, target, log);
  if (doubt !== null)
    return { gone: [], kept: [], held: [{ reason: doubt, snapshots: leaving.length }] };

  const found = new Map<number, Found>();
  const held: Held[] = [];
  const hold = (reason: string, some: readonly Leaving[]) => {
    if (some.length > 0) held.push({ reason, snapshots: some.length });
  };
  const needed = new Map<string, ReadonlySet<string>>();
  for (const own of byMonth(leaving)) {
    if (deps.signal.aborted) break;
    const [{ watch, month }] = own;
    const [places, problem] = await placesOf(deps, part, target, log, own);
    const name = `watch=${watch}/month=${month}`;
    const absent = own.filter(({ id }) => !places.has(id));
    hold(problem ?? `the lake does not have ${name} as it is now`, absent);
    const still = needed.get(watch) ?? (await neededBy(deps, part, watch));
    needed.set(watch, still);
    const isNeeded = ({ slotAt }: Leaving) => still.has(new Date(slotAt).toISOString());
    const sure = own.filter(({ id }) => places.has(id));
    hold(`the lake does not have the changes of ${name} as they are now`, sure.filter(isNeeded));
    for (const one of sure.filter((each) => !isNeeded(each)))
      found.set(one.id, places.get(one.id) as Found);
  }
  const sure = leaving.filter(({ id }) => found.has(id));
  const done = dryRun ? planned(db, sure) : await take(deps, part, target, found);
  return { ...done, held };
}

/** Where the lake has changes, too, they must have been written before their lists are gone. */
async function neededBy(
  { reader, place, lake, clock }: ThinDeps,
  { selection }: LakePart,
  watch: string,
): Promise<ReadonlySet<string>> {
  const changes = lakeParts(reader, lake).find(
    (one) => one.selection.view === 'changes' && one.selection.list === selection.list,
  );
  return changes === undefined ? new Set() : slotsStillNeeded(reader, place, changes, clock, watch);
}
