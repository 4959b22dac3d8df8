import type { Config, Watch } from '../config/config.ts';
import { isoTime, type Clock, type Instant } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { dataDateAt } from '../list/dated.ts';
import { giveUpOpen } from '../pass/open-slot.ts';
import { applyConfig } from '../store/series/apply-config.ts';
import { nextSlot } from '../schedule/slots.ts';
import { intervalsOf } from '../schedule/intervals.ts';
import type { OpenSlot, Overdue } from '../schedule/overdue.ts';
import { fairPause, writeInTurns } from '../store/file/in-turns.ts';
import type { Db } from '../store/file/open.ts';
import { dataVersion } from '../store/file/versions.ts';
import type { WatchRow } from '../store/series/series.ts';
import { findOverdue, findSlotRecord, forgetMissed, insertMissed } from '../store/series/slots.ts';

/** `isOpen`: its list was asked for before, and not published. */
export type Due = { watch: Watch; slotAt: Instant; isOpen: boolean };

/**
 * Watches that had nothing due when they were last looked at, by name, each with its next slot, or
 * with when the list of an open slot is to be asked for again: nothing can be due before that.
 */
type Quiet = { config: Config; version: number; askedAt: Instant; until: Map<string, Instant> };

const quietOn = new WeakMap<Db['raw'], Quiet>();

/**
 * Forgets them when the config is another, when another connection has changed the database, or
 * when the clock was set back.
 */
function quietWatches(db: Db, config: Config, now: Instant): Map<string, Instant> {
  const version = dataVersion(db);
  const known = quietOn.get(db.raw);
  const holds = known?.config === config && known.version === version && known.askedAt <= now;
  const until = holds ? known.until : new Map<string, Instant>();
  quietOn.set(db.raw, { config, version, askedAt: now, until });
  return until;
}

/**
 * The overdue slots, the oldest first. Slots that passed while nobody looked are recorded as missed
 * before any slot is taken.
 */
export async function findDue(
  deps: { db: Db; clock: Clock; log: Log },
  config: Config,
): Promise<Due[]> {
  const { db, clock } = deps;
  const now = clock.now();
  const { watches } = db.transaction(() => applyConfig(db, config, now));
  const quiet = quietWatches(db, config, now);
  const due: Due[] = [];
  for (const watch of config.watches) {
    if (now < (quiet.get(watch.name) ?? -Infinity)) continue;
    quiet.delete(watch.name);
    const row = watches.get(watch.name);
    const found = findSlotRecord(db, watch.name, now);
    if (row === undefined || found === undefined)
      throw new Error(`watch ${watch.name} was not recorded`);
    // One of an earlier query waits for nothing.
    const open = found.open?.seriesId === row.seriesId ? found.open : null;
    const record = { ...found, open };
    const overdue = findOverdue(db, record, now);
    if (overdue.missed.length > 0)
      await recordMissed(deps, config, watch, row, { ...overdue, open });
    const slotAt = overdue.due;
    if (slotAt === null) {
      const next = nextSlot(watch.schedule, watch.timezone, now) ?? Infinity;
      quiet.set(watch.name, Math.min(next, overdue.waiting?.againAt ?? Infinity));
      continue;
    }
    if (record.lastScheduledSlotAt === slotAt)
      db.transaction(() => forgetMissed(db, row.watchId, slotAt));
    due.push({ watch, slotAt, isOpen: open?.slotAt === slotAt });
  }
  return due.sort((a, b) => a.slotAt - b.slotAt);
}

/**
 * Records them in several transactions, the oldest first: after a crash between two of them the
 * rest is found again. Intervals are worked out outside any transaction.
 */
async function recordMissed(
  { db, clock, log }: { db: Db; clock: Clock; log: Log },
  config: Config,
  watch: Watch,
  row: WatchRow,
  { missed, standIn, open }: Overdue & { open: OpenSlot | null },
): Promise<void> {
  const { name, schedule, timezone } = watch;
  const intervals = intervalsOf(schedule, timezone, missed);
  const slots = missed.map((slotAt, index) => ({
    watchId: row.watchId,
    seriesId: row.seriesId,
    slotAt,
    dataDate: dataDateAt(watch, slotAt),
    intervalMs: intervals[index] as number,
  }));
  const isOpen = ({ slotAt }: { slotAt: Instant }) =>
    slotAt === open?.slotAt && slotAt !== standIn?.slotAt;
  const waited = slots.find(isOpen);
  if (waited !== undefined && open !== null)
    db.transaction(() => giveUpOpen({ db, config, clock }, watch, row, { ...open, ...waited }));
  const unseen = slots.filter((slot) => slot.slotAt !== standIn?.slotAt && !isOpen(slot));
  await writeInTurns(
    db,
    clock,
    unseen,
    (some) => insertMissed(db, some, 'the slot passed while the daemon was down or busy'),
    { isStill: () => true, pause: fairPause(clock) },
  );
  if (standIn !== null)
    db.transaction(() =>
      insertMissed(
        db,
        slots.filter(({ slotAt }) => slotAt === standIn.slotAt),
        `not taken: the snapshot taken by hand at ${isoTime(standIn.byHandAt)} shows the list already`,
      ),
    );
  log.warn(
    {
      watch: name,
      slots: missed.length,
      from: isoTime(missed[0] as Instant),
      to: isoTime(missed.at(-1) as Instant),
    },
    'slots missed',
  );
}
