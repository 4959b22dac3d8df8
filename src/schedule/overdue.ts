import type { Instant } from '../lib/clock.ts';
import { slotsBetween } from './slots.ts';

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
};

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
  if (latest === undefined) return { due: missedAhead(record), missed: [], standIn: null };
  if (byHandAt !== null && latest <= byHandAt)
    return { due: null, missed: slots, standIn: { slotAt: latest, byHandAt } };
  return { due: latest, missed: slots.slice(0, -1), standIn: null };
}

/**
 * The newest slot is recorded as missed only where a snapshot by hand stands in for it, or where
 * the clock was ahead: nothing else gives up the present slot. In the second case it must still be
 * taken.
 */
function missedAhead(record: SlotRecord): Instant | null {
  const { lastScheduledSlotAt: slotAt, lastByHandAt: byHandAt } = record;
  if (slotAt === null || !record.isLastMissed || slotAt <= record.scheduledFromAt) return null;
  return byHandAt !== null && slotAt <= byHandAt ? null : slotAt;
}
