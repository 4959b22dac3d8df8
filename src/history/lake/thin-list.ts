// Takes out of the database what a lake holds of one list, once it is known to hold it.
import type { LakeConfig } from '../../config/config.ts';
import type { Clock, Instant } from '../../lib/clock.ts';
import { plural } from '../../lib/text.ts';
import { listEveryWatch } from '../../store/export/selection.ts';
import { fairPause, writeInTurns } from '../../store/file/in-turns.ts';
import type { Db } from '../../store/file/open.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import {
  findConfirmed,
  newestConfirmed,
  saveConfirmed,
  type MonthProof,
} from '../../store/lake/confirmed.ts';
import { keptForAlerts, letLeave, listLeaving, type Leaving } from '../../store/lake/leave.ts';
import { scoredReader } from '../../store/lake/left-values.ts';
import { leftHashes } from '../../store/lake/left.ts';
import { decisionsIn } from '../../store/snapshots/decided-on.ts';
import { readLog } from '../export/log.ts';
import type { LogFile, LogState } from '../export/log-state.ts';
import { logFolder, type Target } from '../export/target.ts';
import { sha256Of } from '../export/whole-file.ts';
import { slotsStillNeeded } from './state-part.ts';
import { verifyPart } from './verify-part.ts';
import type { LakePlace } from './open-lake.ts';
import { lakeParts, targetOf, type LakePart } from './sync.ts';

export type ThinDeps = {
  db: Db;
  /** A connection of its own, for long reads. */
  reader: ReadOnlyDb;
  place: LakePlace;
  lake: LakeConfig;
  clock: Clock;
  /** How long all is kept in the database. */
  allMs: number;
  /** How many complete lists of a series stay in any case. */
  atLeast: number;
  dryRun: boolean;
  signal: AbortSignal;
};

/** Why snapshots that are old enough stay: in words, and how many. */
export type Held = { reason: string; snapshots: number };

export type ThinnedList = {
  gone: readonly Leaving[];
  /** Old enough, and an alert refers to them. */
  kept: readonly Leaving[];
  held: readonly Held[];
};

/** In a file of the lake, value for value; `monthId` null before that is written down. */
type Found = { monthId: number; rowsHash: Buffer };

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

/** Why nothing of the list may leave; null when nothing speaks against it. */
async function doubtOf(
  { reader, place }: ThinDeps,
  { table, selection }: LakePart,
  { store }: Target,
  log: LogState,
): Promise<string | null> {
  const { list } = selection;
  if (log.metaData === null) return `${place.text} has no ${table} yet`;
  const before = newestConfirmed(reader, { place: place.text, folder: table });
  if (before !== null && before.tableId === log.metaData.id && before.version > log.version)
    return `${table} of ${place.text} is at version ${log.version}, and was verified at ${before.version}: it was put back from a copy`;
  const sizes = new Map((await store.list('')).map(({ name, size }) => [name, size]));
  const own = [...log.files.values()].filter(({ partition }) => partition.list === list.name);
  const gone = own.find(({ path, size }) => sizes.get(path) !== size);
  if (gone !== undefined) return `${store.describe(gone.path)} is gone, or not as it was written`;
  const there = new Set(
    own.flatMap(({ partition: { watch }, units }) => [...units.keys()].map((k) => `${watch} ${k}`)),
  );
  const lost = listEveryWatch(reader).flatMap((watch) =>
    [...leftHashes(reader, watch, list).keys()].filter((slot) => !there.has(`${watch} ${slot}`)),
  );
  return lost.length === 0
    ? null
    : `${place.text} lacks ${plural(lost.length, 'snapshot')} that left the database before`;
}

type Months = readonly [Leaving, ...Leaving[]];

function byMonth(leaving: readonly Leaving[]): Months[] {
  const months = new Map<string, [Leaving, ...Leaving[]]>();
  for (const one of leaving) {
    const key = `${one.watch} ${one.month}`;
    const known = months.get(key);
    if (known === undefined) months.set(key, [one]);
    else known.push(one);
  }
  return [...months.values()];
}

/**
 * What of a month is known to be in its file, by what was confirmed of this very file before, or by
 * a verification now; and why not all of it.
 */
async function placesOf(
  deps: ThinDeps,
  part: LakePart,
  target: Target,
  log: LogState,
  own: Months,
): Promise<[ReadonlyMap<number, Found>, string | null]> {
  const { db, reader, place, clock, dryRun } = deps;
  const [{ watch, month }] = own;
  const key = { place: place.text, folder: part.table, watch, month };
  const file = fileOf(log, part, own);
  if (file === null) return [new Map(), null];
  const confirmed = findConfirmed(db.raw, key);
  const isThatFile =
    confirmed !== null && confirmed.tableId === log.metaData?.id && confirmed.path === file.path;
  if (isThatFile) {
    const bytes = await target.store.get(file.path);
    if (bytes === null || !sha256Of(bytes).equals(confirmed.sha256))
      return [
        new Map(),
        `${target.store.describe(file.path)} is not as it was when it was verified`,
      ];
    if (own.every(({ id }) => confirmed.rowsHashes.has(id)))
      return [withMonth(confirmed.id, confirmed.rowsHashes), null];
  }

  let problem: string | null = null;
  const proofs: MonthProof[] = [];
  await verifyPart(
    reader,
    place,
    part,
    clock,
    (state, proof) => {
      if (state.problem !== null)
        problem = `${part.table}/watch=${watch}/month=${month}: ${state.problem}`;
      if (proof !== null) proofs.push(proof);
    },
    { watch, month },
  );
  const [proof] = proofs;
  if (proof === undefined || proof.path !== file.path) return [new Map(), problem];
  if (dryRun)
    return [
      withMonth(
        0,
        proof.units.map(({ id, rowsHash }) => [id, rowsHash]),
      ),
      null,
    ];
  saveConfirmed(db, proofs, clock.now());
  const saved = findConfirmed(db.raw, key);
  return [saved === null ? new Map() : withMonth(saved.id, saved.rowsHashes), null];
}

const withMonth = (
  monthId: number,
  hashes: Iterable<readonly [number, Buffer]>,
): Map<number, Found> =>
  new Map([...hashes].map(([id, rowsHash]) => [id, { monthId, rowsHash }] as const));

/** The one file of a month; null when there is none, or more than one. */
function fileOf(
  log: LogState,
  { selection }: LakePart,
  [{ watch, month }]: Months,
): LogFile | null {
  const [file = null, ...others] = [...log.files.values()].filter(
    ({ partition }) =>
      partition.list === selection.list.name &&
      partition.watch === watch &&
      partition.month === month,
  );
  return others.length === 0 ? file : null;
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

function planned(db: Db, sure: readonly Leaving[]): Omit<ThinnedList, 'held'> {
  const kept = keptForAlerts(db, sure);
  return {
    gone: sure.filter(({ id }) => !kept.has(id)),
    kept: sure.filter(({ id }) => kept.has(id)),
  };
}

/** Takes what was found, in turns with the other writers; what is decided meanwhile is heeded. */
async function take(
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
