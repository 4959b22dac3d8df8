// Which period a digest covers. Pure functions: what is stored is given as a value.
import type { Instant } from '../lib/clock.ts';
import { lastSlot, slotsBetween } from '../schedule/slots.ts';
import type { DigestRecord } from '../store/digests/digests.ts';

type Scheduled = { schedule: string; timezone: string };

/** From `sinceAt` (exclusive) to `slotAt` (inclusive). */
export type Period = {
  sinceAt: Instant;
  slotAt: Instant;
  /** How many slots of its schedule it covers. Those before the last were missed. */
  periods: number;
};

/**
 * The digest that is due; null when there is none. Asked of the stored slots, so that a restart or
 * a clock that jumps neither loses nor repeats one. Several that were missed become one, which
 * begins where the last one ended. A digest that starts anew, because it is new, came back or has
 * another schedule, begins with a period of its own.
 */
export function duePeriod(digest: Scheduled, record: DigestRecord, now: Instant): Period | null {
  const { scheduledFromAt, lastSlotAt } = record;
  const slots = slotsBetween(
    digest.schedule,
    digest.timezone,
    Math.max(scheduledFromAt, lastSlotAt ?? -Infinity),
    now,
  );
  const [first] = slots;
  const slotAt = slots.at(-1);
  if (first === undefined || slotAt === undefined) return null;
  return { sinceAt: lastSlotAt ?? slotBefore(digest, first), slotAt, periods: slots.length };
}

/** The period that ends at a slot and begins at the one before. */
export function regularPeriod(digest: Scheduled, slotAt: Instant): Period {
  return { sinceAt: slotBefore(digest, slotAt), slotAt, periods: 1 };
}

/** A period that ends now, and is as long as the last one of the schedule. */
export function periodUntil(digest: Scheduled, now: Instant): Period {
  const last = lastSlot(digest.schedule, digest.timezone, now) ?? now;
  return { sinceAt: now - (last - slotBefore(digest, last)), slotAt: now, periods: 1 };
}

/** A schedule that never ran before began with its first slot. */
const slotBefore = ({ schedule, timezone }: Scheduled, slotAt: Instant): Instant =>
  lastSlot(schedule, timezone, slotAt - 1) ?? slotAt;
