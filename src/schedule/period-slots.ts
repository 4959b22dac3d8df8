// Does a schedule fit a list of a day, a week or a month? Each period has one list, so that one slot
// is enough. Pure.
import { DAY_MS, HOUR_MS, type Instant } from '../lib/clock.ts';
import { zonedParts } from '../lib/zoned-parts.ts';
import type { Asked } from '../list/list-kind.ts';
import { dueAt, dueDate, periodAt, periodOf, type Dated } from '../list/dated.ts';
import { nextSlot } from './slots.ts';

/** So many slots are looked at: a year of a weekly list, and five of a monthly one. */
const LOOKED_AT = 60;
/** A Thursday, some years of slots before anybody asks. */
const FROM: Instant = Date.UTC(2026, 0, 1);

/** Do two slots of a schedule ask for the list of one and the same period? */
export function asksTwice(dated: Dated, asked: Asked, schedule: string, timezone: string): boolean {
  let last: string | null = null;
  let slot = nextSlot(schedule, timezone, FROM);
  for (let count = 0; slot !== null && count < LOOKED_AT; count++) {
    const date = dueDate(dated, asked, slot);
    if (date === last) return true;
    last = date;
    slot = nextSlot(schedule, timezone, slot);
  }
  return false;
}

const partsOf = zonedParts('en-GB', { day: 'numeric', hour: '2-digit', weekday: 'short' });
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Lists come late now and then. */
const SPARE_MS = 12 * HOUR_MS;

/**
 * A schedule that asks once a period: at ten by the clocks of a zone, the first time that the list is
 * due for half a day.
 */
export function scheduleFor(dated: Dated, asked: Asked, timezone: string): string {
  const period = periodOf(dated, asked);
  if (period === 'day') return '0 10 * * *';
  let at = dueAt(dated, asked, periodAt(period, FROM)) + SPARE_MS + HOUR_MS - 1;
  while (partsOf(at, timezone)['hour'] !== '10' && at < FROM + 400 * DAY_MS) at += HOUR_MS;
  const { day = '2', weekday = 'Tue' } = partsOf(at, timezone);
  return period === 'week' ? `0 10 * * ${WEEKDAYS.indexOf(weekday)}` : `0 10 ${day} * *`;
}
