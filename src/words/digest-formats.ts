// Numbers and dates as the readers of a digest write them.
import type { Metric } from '../list/list-kind.ts';
import type { DigestFacts, DigestFigure } from '../message/digest.ts';
import { dateLocale, inSentence, writerOf } from './writer.ts';

export type Formats = ReturnType<typeof formatsOf>;

/** 23 hours: a day on which clocks go forward. */
const SHORTEST_DAY_MS = 23 * 3_600_000;

const DAY = { day: 'numeric', month: 'short' } as const;
const DATE = { ...DAY, year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** Some languages end a date with a full stop of its own. */
export const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** Dates and figures of a digest, in its zone, which it names once. */
export function formatsOf({
  locale,
  timezone: timeZone,
  since_at: sinceAt,
  slot_at: slotAt,
}: Pick<DigestFacts, 'locale' | 'timezone' | 'since_at' | 'slot_at'>) {
  // In a digest of a few hours the day says nothing. A day on which clocks go forward has 23 hours.
  const isShort = Date.parse(slotAt) - Date.parse(sinceAt) < SHORTEST_DAY_MS;
  const writer = writerOf({ locale, timezone: timeZone });
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const formatOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(dateLocale(locale), { timeZone, ...options });
  const [short, date, time] = [DAY, DATE, { weekday: 'short', ...DAY, ...CLOCK } as const].map(
    formatOf,
  ) as [Intl.DateTimeFormat, Intl.DateTimeFormat, Intl.DateTimeFormat];
  const hour = formatOf(CLOCK);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, ...CLOCK, second: '2-digit' });
  const ofDay = isShort ? time : formatOf({ weekday: 'short', ...DAY });
  const clockAt = (at: string): string => clock.format(new Date(at));

  const value = ({ kind, currency }: Metric, amount: number): string => {
    if (kind !== 'money') return writer.compact(amount);
    return currency === 'USD' ? writer.compactMoney(amount) : writer.compactAmount(amount);
  };
  return {
    ...writer,
    /** `7`, `6.9`: a distance in days. */
    days: (amount: number): string => inSentence(one.format(amount)),
    /** `11.5k`, `$48.2k` */
    value,
    /** `+8.3 %`, `about the same`, `from 17` where the base is tiny; null when nothing is known. */
    change: (metric: Metric, { now, before, pct, about_same }: DigestFigure): string | null => {
      if (now === null || before === null) return null;
      if (about_same) return 'about the same';
      // One post more than 17 is 6 %: that says more about the base than about the change.
      return pct === null || before < (metric.headline?.tinyBase ?? 0)
        ? `from ${value(metric, before)}`
        : writer.percentChange(pct);
    },
    /** `Mon 23 Nov`; in a digest of less than a day with its time. */
    day: (at: string): string => plainDay(ofDay.format(new Date(at))),
    /** `23 Nov`; in a digest of less than a day `06:00`. Not broken at the end of a line. */
    shortDay: (at: string): string =>
      inSentence((isShort ? hour : short).format(new Date(at)).replaceAll(' ', '\u00a0')),
    /** `Sat 3 Jan to Wed 7 Jan`; with times where both are of one day. */
    span: (from: string, to: string): string => {
      const [first, last] = [from, to].map((at) => plainDay(ofDay.format(new Date(at))));
      if (first !== last || from === to || isShort) return `${first ?? ''} to ${last ?? ''}`;
      return `${first ?? ''}, ${ranged(hour, new Date(from), new Date(to))}`;
    },
    /** `Mon 23 Nov, 06:00` */
    time: (at: string): string => plainDay(time.format(new Date(at))),
    /**
     * Exactly what a period holds: `16 – 22 Nov 2026` where it begins and ends at midnight,
     * `16 – 23 Nov 2026, 08:00 to 08:00` where both ends are of one time of day, or else
     * `16 Nov 2026, 08:00 – 23 Nov 2026, 20:00`.
     */
    range: (from: string, to: string): string => {
      const [start, end] = [new Date(from), new Date(to)];
      if (from === to || clockAt(from) !== clockAt(to))
        return ranged(formatOf({ ...DATE, ...CLOCK }), start, end);
      if (clockAt(from) === '00:00:00') return ranged(date, start, new Date(end.getTime() - 1));
      const at = inSentence(hour.format(end));
      return `${ranged(date, start, end)}, ${at} to ${at}`;
    },
  };
}

/** English puts a comma behind the name of a day, where it looks like the end of a clause. */
const plainDay = (text: string): string => inSentence(text.replace(/^([A-Z][a-z]{2}), /, '$1 '));

/** The dash of a range has a space on both sides, also between days. */
const ranged = (format: Intl.DateTimeFormat, from: Date, to: Date): string =>
  inSentence(format.formatRange(from, to).replace(/[\u2009 ]?\u2013[\u2009 ]?/, ' – '));
