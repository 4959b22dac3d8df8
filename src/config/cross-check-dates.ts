// Watches of dated lists whose schedule asks for one list over and over.
import { periodOf } from '../list/dated.ts';
import type { Asked, ListKind } from '../list/list-kind.ts';
import { asksTwice, scheduleFor } from '../schedule/period-slots.ts';
import { scheduleProblem } from '../schedule/schedule-problem.ts';
import type { Watch } from './config.ts';
import { timezoneProblem } from './formats.ts';
import type { Problem } from './problem.ts';
import { thingsOf, valueAt, type Mapping } from './raw.ts';
import { trackedBy } from './watch-list.ts';

/**
 * A list of a week or a month is asked for once in that time: with a daily schedule most slots would
 * have nothing new. The problem names a schedule that is right.
 */
export function checkDates(raw: unknown): Problem[] {
  return thingsOf(raw, 'watches').flatMap(({ thing, path }): Problem[] => {
    const list = trackedBy(raw, thing)?.list;
    const { schedule } = thing;
    const timezone = thing.timezone ?? valueAt(raw, ['timezone']) ?? 'UTC';
    if (list === undefined || list.dated === null) return [];
    if (typeof schedule !== 'string' || scheduleProblem(schedule) !== null) return [];
    if (typeof timezone !== 'string' || timezoneProblem(timezone) !== null) return [];
    const asked = askedIn(list, thing);
    const period = periodOf(list.dated, asked);
    if (period === 'day' || !asksTwice(list.dated, asked, schedule, timezone)) return [];
    const right = scheduleFor(list.dated, asked, timezone);
    return [
      {
        path: [...path, 'schedule'],
        text: `asks for the list of one ${period} more than once: there is one a ${period}; take it when it is due, with "${right}"`,
      },
    ];
  });
}

/** What a watch says of each parameter, or what holds where it does not. */
const askedIn = ({ parameters }: ListKind, watch: Mapping): Asked =>
  Object.fromEntries(
    parameters.map(({ key, fallback }) => {
      const said = watch[key];
      return [key, typeof said === 'string' ? said : (fallback ?? null)];
    }),
  );

/** Of a list of a day: a schedule of several slots a day is sound, and does no more than one. */
export function doubtSchedule({ list, asked, schedule, timezone }: Watch): string | null {
  if (list.dated === null || !asksTwice(list.dated, asked, schedule, timezone)) return null;
  return `asks for the list of one day more than once: every slot but the first is stale. One a day is enough, such as "${scheduleFor(list.dated, asked, timezone)}"; a list that is late is asked for every half hour by itself`;
}
