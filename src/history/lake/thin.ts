// `retention.observations: { all: …, then: lake }`: what the lake holds leaves the database.
import type { Config } from '../../config/config.ts';
import { placeText } from '../../config/place-text.ts';
import { SECOND_MS, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { readRoom, type FileRoom } from '../../store/file/free-room.ts';
import { giveBackRoom } from '../../store/file/give-back.ts';
import { tryLock, type Lock } from '../../store/file/lock.ts';
import { openDatabase, type Db } from '../../store/file/open.ts';
import { openReadOnly } from '../../store/file/open-readonly.ts';
import { noteThinning } from '../../store/file/thinning-note.ts';
import { listsWithRows } from '../../store/export/selection.ts';
import { listLeaving, type Leaving } from '../../store/lake/leave.ts';
import { summed, type Thinning } from '../../store/snapshots/thin.ts';
import { openLake } from './open-lake.ts';
import { lakeParts } from './sync.ts';
import type { Held, ThinDeps, ThinnedList } from './thin-deps.ts';
import { thinList } from './thin-list.ts';

export type LakeThinning = {
  place: string;
  watches: Thinning[];
  /** Why others that are old enough stay, each reason once. */
  held: Held[];
  /** Bytes that the file gave back to the disk after it; how it is then. */
  givenBack: number;
  room: FileRoom;
};

export type LakeThinningOptions = { clock: Clock; dryRun: boolean; signal: AbortSignal };

/** A sync under way is waited for so long. */
const PATIENCE_MS = 60 * SECOND_MS;

/**
 * Thins every list, and writes down how that went. A lake that cannot be reached, and a sync that
 * takes long, are reasons like others: all stays, and the next time it goes. `dryRun`: nothing is
 * changed or written down. Null where the config has no such tier.
 */
export async function thinToLake(
  config: Pick<Config, 'database' | 'lake' | 'retention' | 'rules'>,
  { clock, dryRun, signal }: LakeThinningOptions,
): Promise<LakeThinning | null> {
  const { database, lake, retention, rules } = config;
  if (lake === null || retention.then !== 'lake' || retention.observationsMs === null) return null;
  const asked = {
    allMs: retention.observationsMs,
    atLeast: Math.max(0, ...rules.flatMap((rule) => [rule.for + 1, rule.clearFor + 1])),
  };
  const db = openDatabase(database, { create: false });
  const lock = dryRun ? null : await lockLake(database, clock, signal);
  try {
    const done =
      lock === null && !dryRun
        ? {
            place: placeText(lake.to),
            lists: heldAll(db, asked, clock, 'a sync of it is under way'),
          }
        : await thinLists({ db, lake, clock, dryRun, signal, ...asked });
    const lists = done.lists;
    const watches = summed(
      lists.flatMap(({ gone }) => gone),
      lists.flatMap(({ kept }) => kept),
    );
    const held = together(lists.flatMap((list) => list.held));
    const snapshots = watches.reduce((sum, watch) => sum + watch.snapshots, 0);
    if (!dryRun && !signal.aborted)
      noteThinning(database, { at: clock.now(), place: done.place, snapshots, held });
    const givenBack = dryRun ? 0 : await giveBackRoom(db, clock, signal);
    return { place: done.place, watches, held, givenBack, room: readRoom(db.raw) };
  } finally {
    lock?.release();
    db.close();
  }
}

type ListsDeps = Omit<ThinDeps, 'reader' | 'place'>;

async function thinLists(deps: ListsDeps): Promise<{ place: string; lists: ThinnedList[] }> {
  const { db, lake, clock, signal } = deps;
  try {
    const place = await openLake(lake, db.path, clock, false);
    const reader = openReadOnly(db.path);
    try {
      const lists: ThinnedList[] = [];
      for (const part of lakeParts(reader, { views: ['history'] }))
        if (!signal.aborted) lists.push(await thinList({ ...deps, reader, place }, part));
      return { place: place.text, lists };
    } finally {
      reader.close();
      place.close();
    }
  } catch (thrown) {
    // A store that is away, or a log that is damaged: nothing is known of what the lake holds.
    if (!(thrown instanceof AppError) || thrown.code !== 'file_unusable') throw thrown;
    return { place: placeText(lake.to), lists: heldAll(db, deps, clock, thrown.message) };
  }
}

/** Nothing leaves, for one reason. */
function heldAll(
  db: Db,
  { allMs, atLeast }: { allMs: number; atLeast: number },
  clock: Clock,
  reason: string,
): ThinnedList[] {
  const leaving: Leaving[] = listsWithRows(db.raw, null).flatMap((list) =>
    listLeaving(db.raw, list, { allMs, atLeast, now: clock.now() }),
  );
  const held = leaving.length === 0 ? [] : [{ reason, snapshots: leaving.length }];
  return [{ gone: [], kept: [], held }];
}

function together(held: readonly Held[]): Held[] {
  const counts = new Map<string, number>();
  for (const { reason, snapshots } of held)
    counts.set(reason, (counts.get(reason) ?? 0) + snapshots);
  return [...counts].map(([reason, snapshots]) => ({ reason, snapshots }));
}

/** Null when a sync holds it for longer than we wait. */
async function lockLake(database: string, clock: Clock, signal: AbortSignal): Promise<Lock | null> {
  const startMs = clock.monotonicMs();
  for (;;) {
    const lock = tryLock(database, 'lake');
    if (lock !== null || signal.aborted || clock.monotonicMs() - startMs >= PATIENCE_MS)
      return lock;
    await clock.sleep(SECOND_MS, signal);
  }
}
