// Takes snapshots out of the database that a lake is known to have.
import type { Instant } from '../../lib/clock.ts';
import { fairPause, writeInTurns } from '../../store/file/in-turns.ts';
import type { Db } from '../../store/file/open.ts';
import { keptForAlerts, letLeave, listLeaving, type Leaving } from '../../store/lake/leave.ts';
import { scoredReader } from '../../store/lake/left-values.ts';
import { decisionsIn } from '../../store/snapshots/decided-on.ts';
import type { Target } from '../export/target.ts';
import type { LakePart } from './sync.ts';
import type { Found, ThinDeps, ThinnedList } from './thin-deps.ts';

/** What would be taken, and what would stay for alerts. */
export function planned(db: Db, sure: readonly Leaving[]): Omit<ThinnedList, 'held'> {
  const kept = keptForAlerts(db, sure);
  return {
    gone: sure.filter(({ id }) => !kept.has(id)),
    kept: sure.filter(({ id }) => kept.has(id)),
  };
}

/** Takes what was found, in turns with the other writers; what is decided meanwhile is heeded. */
export async function take(
  { db, clock, signal, allMs, atLeast }: ThinDeps,
  part: LakePart,
  target: Target,
  found: ReadonlyMap<number, Found>,
): Promise<Omit<ThinnedList, 'held'>> {
  const { list } = part.selection;
  const gone: Leaving[] = [];
  const passed = new Set<number>();
  const plan = (now: Instant) => {
    const decided = decisionsIn(db);
    const sure = listLeaving(db.raw, list, { allMs, now, atLeast }).flatMap((one) => {
      const at = passed.has(one.id) ? undefined : found.get(one.id);
      return at === undefined ? [] : [{ ...one, ...at }];
    });
    const kept = keptForAlerts(db, sure);
    return { decided, kept, sure, going: sure.filter(({ id }) => !kept.has(id)) };
  };
  for (;;) {
    const { decided, going, sure, kept } = plan(clock.now());
    const isStill = () => !signal.aborted && decisionsIn(db) === decided;
    const packed = scoredReader(db, list, going);
    const remove = (some: readonly (Leaving & Found)[]) => {
      for (const { id } of some) passed.add(id);
      gone.push(...letLeave(db, list, target.columns, some, packed));
    };
    const turns = { isStill, pause: fairPause(clock), step: STEP };
    if ((await writeInTurns(db, clock, going, remove, turns)) || signal.aborted)
      return { gone, kept: sure.filter(({ id }) => kept.has(id)) };
  }
}

/** Snapshots between two looks at the clock: some milliseconds of work. */
const STEP = 5;
