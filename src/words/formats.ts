// Numbers and dates as the readers of a digest write them.
import type { Metric } from '../list/list-kind.ts';
import type { DigestFacts, DigestFigure } from '../message/digest.ts';
import { inSentence, writerOf } from './writer.ts';

export type Formats = ReturnType<typeof formatsOf>;

/** 23 hours: a day on which clocks go forward. */
const SHORTEST_DAY_MS = 23 * 3_600_000;

const DAY = { day: 'numeric', month: 'short' } as const;
const DATE = { ...DAY, year: 'numeric' } as const;
const CLOCK = { hour: 'numeric', minute: '2-digit' } as const;

/** Some languages end a date with a full stop of its own. */
export const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** The source rounds to 3 significant digits, so `11.5K` leaves nothing out. Times are in the zone of the digest. */
export function formatsOf({
  locale,
  timezone: timeZone,
  since_at: sinceAt,
  slot_at: slotAt,
}: Pick<DigestFacts, 'locale' | 'timezone' | 'since_at' | 'slot_at'>) {
  // In a digest of a few hours the day says nothing. A day on which clocks go forward is still one.
  const isShort = Date.parse(slotAt) - Date.parse(sinceAt) < SHORTEST_DAY_MS;
  const compact = { notation: 'compact', maximumSignificantDigits: 3 } as const;
  const writer = writerOf({ locale, timezone: timeZone });
  const difference = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const count = new Intl.NumberFormat(locale, compact);
  const money = new Intl.NumberFormat(locale, { ...compact, style: 'currency', currency: 'USD' });
  const share = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
  });
  const day = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
  const short = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const date = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const time = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });

  const moment = new Intl.DateTimeFormat(locale, { timeZone, ...DATE, ...CLOCK });
  const hour = new Intl.DateTimeFormat(locale, { timeZone, ...CLOCK });
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, ...CLOCK, second: '2-digit' });
  const isMidnight = (at: string) => clock.format(new Date(at)) === '00:00:00';
  const ofDay = isShort
    ? new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', ...DAY, ...CLOCK })
    : day;

  const value = ({ kind, currency }: Metric, amount: number): string =>
    inSentence((kind === 'money' && currency === 'USD' ? money : count).format(amount));
  return {
    ...writer,
    /** `+2`, `-3`, `0` */
    difference: (amount: number): string => inSentence(difference.format(amount)),
    /** `7`, `6.9`: a distance in days. */
    days: (amount: number): string => inSentence(one.format(amount)),
    /** `11.5K`, `$48.2K` */
    value,
    /** `+8.3%`, `about the same`, `from 17` where the base is tiny; null when nothing is known. */
    change: (metric: Metric, { now, before, pct, about_same }: DigestFigure): string | null => {
      if (now === null || before === null) return null;
      if (about_same) return 'about the same';
      // One post more than 17 is 6 %, which says more about the base than about the change.
      return pct === null || before < (metric.headline?.tinyBase ?? 0)
        ? `from ${value(metric, before)}`
        : inSentence(share.format(pct / 100));
    },
    /** `Mon, Nov 23` */
    day: (at: string): string => inSentence(ofDay.format(new Date(at))),
    /** `Nov 23`; in a digest of less than a day `6:00 AM`. */
    shortDay: (at: string): string => inSentence((isShort ? hour : short).format(new Date(at))),
    /** `Sat, Jan 3 to Wed, Jan 7`; with times where both are of one day. */
    span: (from: string, to: string): string => {
      const [first, last] = [from, to].map((at) => inSentence(ofDay.format(new Date(at))));
      if (first !== last || from === to || isShort) return `${first ?? ''} to ${last ?? ''}`;
      return `${first ?? ''}, ${inSentence(hour.formatRange(new Date(from), new Date(to)))}`;
    },
    /** `Mon, Nov 23, 6:00 AM EST` */
    time: (at: string): string => inSentence(time.format(new Date(at))),
    /**
     * Exactly what a period holds: `Nov 16 – 22, 2026` where it begins and ends at midnight, or else
     * `Nov 16, 2026, 8:00 AM – Nov 23, 2026, 8:00 AM`.
     */
    range: (from: string, to: string): string => {
      const isDays = isMidnight(from) && isMidnight(to) && from !== to;
      const end = new Date(isDays ? Date.parse(to) - 1 : to);
      return inSentence((isDays ? date : moment).formatRange(new Date(from), end)).replaceAll(
        '\u2009',
        ' ',
      );
    },
  };
}
