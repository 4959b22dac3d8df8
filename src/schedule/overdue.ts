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
  /** The latest slot that has a snapshot, also one taken by hand. */
  lastSlotAt: Instant | null;
};

/**
 * What is overdue: asked of the stored slots, so that a restart, a late timer or a clock that jumps forward
 * neither loses nor repeats a slot. The past cannot be captured, so only the latest slot is taken, once; those
 * before it were missed. A clock that jumps back finds nothing due.
 */
export function overdueSlots(
  record: SlotRecord,
  now: Instant,
): { due: Instant | null; missed: Instant[] } {
  const after = Math.max(record.scheduledFromAt, record.lastScheduledSlotAt ?? -Infinity);
  const slots = slotsBetween(record.schedule, record.timezone, after, now);
  const latest = slots.at(-1);
  // A snapshot taken by hand since then already shows the present.
  if (latest === undefined || latest <= (record.lastSlotAt ?? -Infinity))
    return { due: null, missed: slots };
  return { due: latest, missed: slots.slice(0, -1) };
}
