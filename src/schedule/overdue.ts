import { HOUR_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import { nextSlot, slotsBetween } from './slots.ts';

/** How long a list that is not published is left alone before it is asked for again. */
export const ASK_AGAIN_MS = 30 * MINUTE_MS;
/** How long after its slot it is asked for at most. */
const STAYS_OPEN_MS = 12 * HOUR_MS;

/** A slot whose list was asked for, and not published. */
export type OpenSlot = {
  slotAt: Instant;
  seriesId: number;
  /** null where the list is not a dated one. */
  dataDate: string | null;
  askedAt: Instant;
  /** How often it was asked for. */
  asks: number;
};

/** What is known of a watch's slots. */
export type SlotRecord = {
  schedule: string;
  timezone: string;
  /** Slots at or before this instant were never due. */
  scheduledFromAt: Instant;
  /** The latest slot of its schedule that has a snapshot, whatever came of it. */
  lastScheduledSlotAt: Instant | null;
  /** Whether that slot was recorded as missed. */
  isLastMissed: boolean;
  /**
   * The latest snapshot taken by hand that is complete or partial: one that failed shows nothing.
   */
  lastByHandAt: Instant | null;
  /** The latest slot whose list was not published, also after it was given up; none by default. */
  open?: OpenSlot | null;
};

export type Overdue = {
  /** The slot to take now. */
  due: Instant | null;
  /** Slots to be recorded as missed, the oldest first. */
  missed: Instant[];
  /**
   * The last slot of `missed`, when it is not taken because a snapshot by hand at `byHandAt` shows
   * the list already.
   */
  standIn: { slotAt: Instant; byHandAt: Instant } | null;
  /** Set where the slot to take is open, and it is too early to ask again: then `due` is null. */
  waiting: { open: OpenSlot; againAt: Instant; closesAt: Instant } | null;
};

/** When a slot whose list is not published is given up: at the next slot, or after 12 hours. */
export const closesAt = (schedule: string, timezone: string, slotAt: Instant): Instant =>
  Math.min(nextSlot(schedule, timezone, slotAt) ?? Infinity, slotAt + STAYS_OPEN_MS);

/**
 * What is overdue, worked out from the stored slots: so neither a restart, a late timer nor a clock
 * that jumps forward loses or repeats a slot. The past cannot be fetched any more, so only the
 * latest slot is taken, once; those before it were missed. When the clock jumps back, nothing is
 * due.
 */
export function overdueSlots(record: SlotRecord, now: Instant): Overdue {
  const { scheduledFromAt, lastScheduledSlotAt, lastByHandAt: byHandAt } = record;
  const after = Math.max(scheduledFromAt, lastScheduledSlotAt ?? -Infinity);
  const slots = slotsBetween(record.schedule, record.timezone, after, now);
  const latest = slots.at(-1);
  const none = { standIn: null, waiting: null };
  if (latest === undefined)
    return { ...none, ...dueOrWaiting(record, missedAhead(record, now), now), missed: [] };
  if (byHandAt !== null && latest <= byHandAt)
    return { ...none, due: null, missed: slots, standIn: { slotAt: latest, byHandAt } };
  return { ...none, ...dueOrWaiting(record, latest, now), missed: slots.slice(0, -1) };
}

/** An open slot is due again half an hour after it was asked for, and once when it closes. */
function dueOrWaiting(
  { open, schedule, timezone }: SlotRecord,
  slotAt: Instant | null,
  now: Instant,
): Pick<Overdue, 'due' | 'waiting'> {
  if (slotAt === null || open?.slotAt !== slotAt) return { due: slotAt, waiting: null };
  const until = closesAt(schedule, timezone, slotAt);
  const againAt = Math.min(open.askedAt + ASK_AGAIN_MS, until);
  if (againAt <= now) return { due: slotAt, waiting: null };
  return { due: null, waiting: { open, againAt, closesAt: until } };
}

/**
 * The newest slot is recorded as missed only where a snapshot by hand stands in for it, where its list
 * was not published, or where the clock was ahead: nobody else gives up the slot of the present. In
 * the last case it is still to be taken.
 */
function missedAhead(record: SlotRecord, now: Instant): Instant | null {
  const { schedule, timezone, lastScheduledSlotAt: slotAt, lastByHandAt: byHandAt } = record;
  if (slotAt === null || !record.isLastMissed || slotAt <= record.scheduledFromAt) return null;
  if (record.open?.slotAt === slotAt && closesAt(schedule, timezone, slotAt) <= now) return null;
  return byHandAt !== null && slotAt <= byHandAt ? null : slotAt;
}
