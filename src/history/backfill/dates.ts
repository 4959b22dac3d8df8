// Which dates a backfill is asked for, within those that there can be. Pure.
import type { ListQuery } from '../../config/config.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import {
  dueAt,
  dueDate,
  isDay,
  periodAfter,
  periodAt,
  periodOf,
  periodsBetween,
  type Dated,
} from '../../list/dated.ts';

/**
 * The names of the periods from one day to another, oldest first; without `to` up to the one before
 * the newest that is due, as that one is what the schedule takes, with its alerts.
 * @throws AppError `usage`: a list of now, a text that is no day, a date before the list began or
 *   after the newest that is due, or none at all
 */
export function askedDates(
  watch: Pick<ListQuery, 'list' | 'asked'> & { name: string },
  said: { from: string; to?: string | undefined },
  now: Instant,
): string[] {
  const { dated } = watch.list;
  if (dated === null)
    throw new AppError(
      'usage',
      `${watch.name} tracks ${watch.list.name}, a list of now: its source serves no other day`,
      { hint: 'what was saved of earlier days can be imported: tidemark import --help' },
    );
  const { asked } = watch;
  const period = periodOf(dated, asked);
  const newest = dueDate(dated, asked, now);
  const from = periodOfDay('--from', said.from, { period, dated });
  const to =
    said.to === undefined
      ? periodAfter(period, newest, -1)
      : periodOfDay('--to', said.to, { period, dated });
  for (const [option, date] of [
    ['--from', from],
    ['--to', to],
  ] as const)
    if (date > newest)
      throw new AppError(
        'usage',
        `${option} ${date}: there is no such list yet; it is due at ${isoTime(dueAt(dated, asked, date))}`,
        { hint: `the newest that is due is that of ${newest}` },
      );
  if (from <= to) return periodsBetween(period, from, to);
  throw new AppError(
    'usage',
    said.to === undefined
      ? `--from ${from}: that is the newest list there is, and the schedule takes it`
      : `--from ${from} is after --to ${to}`,
    { hint: said.to === undefined ? `take it all the same: --to ${from}` : 'turn them round' },
  );
}

/** The name of the period of a day that was said. */
function periodOfDay(
  option: string,
  text: string,
  { period, dated }: { period: Parameters<typeof periodAt>[0]; dated: Dated },
): string {
  if (!isDay(text))
    throw new AppError('usage', `${option} ${text.slice(0, 40)} is not a day such as 2026-11-01`);
  if (dated.since !== null && text < dated.since)
    throw new AppError('usage', `${option} ${text}: the list began on ${dated.since}`, {
      hint: `${option} ${dated.since}`,
    });
  return periodAt(period, Date.parse(text));
}
