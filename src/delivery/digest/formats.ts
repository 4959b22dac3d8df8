// Numbers and dates as the readers of a digest write them.
import type { DigestFacts, DigestFigure } from '../../model.ts';

export type Formats = ReturnType<typeof formatsOf>;

export type RoundedMetric = 'posts' | 'impressions' | 'cost';

/** Below such a base a percentage says more about the base than about the change: one post more than 17 is 6 %. */
const TINY_BASE: Record<RoundedMetric, number> = { posts: 100, impressions: 10_000, cost: 100 };

/** Some languages put a narrow no-break space into numbers and times, for which some mail programs have no glyph. */
const plainSpaces = (text: string): string => text.replaceAll('\u202f', '\u00a0');

/** Some languages end a date with a full stop of its own. */
export const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** The source rounds to 3 significant digits, so `11.5K` leaves nothing out. Times are in the zone of the digest. */
export function formatsOf({
  locale,
  timezone: timeZone,
}: Pick<DigestFacts, 'locale' | 'timezone'>) {
  const compact = { notation: 'compact', maximumSignificantDigits: 3 } as const;
  const whole = new Intl.NumberFormat(locale);
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

  const value = (metric: RoundedMetric, amount: number): string =>
    plainSpaces((metric === 'cost' ? money : count).format(amount));
  return {
    /** `1,234` */
    number: (amount: number): string => plainSpaces(whole.format(amount)),
    /** `+2`, `-3`, `0` */
    difference: (amount: number): string => plainSpaces(difference.format(amount)),
    /** `7`, `6.9`: a distance in days. */
    days: (amount: number): string => plainSpaces(one.format(amount)),
    /** `11.5K`, `$48.2K` */
    value,
    /** `+8.3%`, `about the same`, `from 17` where the base is tiny; null when nothing is known. */
    change: (
      metric: RoundedMetric,
      { now, before, pct, about_same }: DigestFigure,
    ): string | null => {
      if (now === null || before === null) return null;
      if (about_same) return 'about the same';
      return pct === null || before < TINY_BASE[metric]
        ? `from ${value(metric, before)}`
        : plainSpaces(share.format(pct / 100));
    },
    /** `Mon, Nov 23` */
    day: (at: string): string => plainSpaces(day.format(new Date(at))),
    /** `Nov 23` */
    shortDay: (at: string): string => plainSpaces(short.format(new Date(at))),
    /** `Mon, Nov 23, 6:00 AM EST` */
    time: (at: string): string => plainSpaces(time.format(new Date(at))),
    /** `Nov 16 – 23, 2026` */
    range: (from: string, to: string): string =>
      plainSpaces(date.formatRange(new Date(from), new Date(to))).replaceAll('\u2009', ' '),
  };
}
