// The one way numbers and dates get into a message. What is written elsewhere would be in digits that its reader does not read.
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { isolated } from '../lib/text.ts';

export type Writer = ReturnType<typeof makeWriter>;

/** How the readers of a message write: a language tag for numbers and dates, and the zone of their clocks. */
export type Readers = { locale?: string | undefined; timezone: string };

const DEFAULT_LOCALE = 'en';
/** Formats are dear to make, and there are as many as configs ask for. */
const writers = new Map<string, Writer>();

/** Writes numbers and dates for the readers of a message. */
export function writerOf({ locale = DEFAULT_LOCALE, timezone }: Readers): Writer {
  const key = `${locale}\n${timezone}`;
  const writer = writers.get(key) ?? makeWriter(locale, timezone);
  writers.set(key, writer);
  return writer;
}

/**
 * As text inside an English sentence: some languages put a narrow no-break space into numbers and times, for which some
 * mail programs have no glyph; and what is written from right to left must not turn round what stands beside it.
 */
export const inSentence = (text: string): string => isolated(text.replaceAll('\u202f', '\u00a0'));

function makeWriter(locale: string, timeZone: string) {
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat(locale, { useGrouping: false });
  const money = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 0,
    maximumFractionDigits: 4,
  });
  // Plain English names no country, and not all who read it know which of 11/12 and 12/11 is the day.
  const instant = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const signed = (value: number, format: Intl.NumberFormat): string => {
    const sign = value > 0 ? '+' : '−';
    return inSentence(`${value === 0 ? '±' : sign}${format.format(Math.abs(value))}`);
  };
  const number = (value: number): string => inSentence(exact.format(value));
  const count = (value: number, one: string, many = `${one}s`): string =>
    `${number(value)} ${value === 1 ? one : many}`;
  /** Digits of a text that is ours: `7d`, `1h 30m`. */
  const digits = (text: string): string =>
    text.replace(/\d+/g, (run) => inSentence(plain.format(Number(run))));
  return {
    /** `1,234`, `0.25`: at most four decimals. */
    number,
    /** `1 alert`, `1,234 alerts` */
    count,
    /** `#12` */
    rank: (rank: number): string => inSentence(`#${plain.format(rank)}`),
    /** `12 8 – 9`: ranks in a row, in words for who sees no picture. */
    ranks: (ranks: readonly (number | null)[]): string =>
      inSentence(ranks.map((rank) => (rank === null ? '–' : plain.format(rank))).join(' ')),
    /** `+2,400`, `−0.1`, `±0` */
    difference: (value: number): string => signed(value, exact),
    /** `+26.4`: at most one decimal. */
    shortDifference: (value: number): string => signed(value, short),
    /** `$48,200` */
    money: (value: number): string => inSentence(money.format(value)),
    /** `23 Nov 2026, 06:00 GMT-5`: absolute, and with its zone, since readers sit elsewhere. */
    instant: (at: Instant | string): string => inSentence(instant.format(new Date(at))),
    /** `4d`, `1h 30m` */
    duration: (ms: number): string => digits(formatDuration(ms)),
    digits,
    /** `1 day`, `7 days`, `6h`, `1d 1h`: how far apart two slots are. */
    gap: (days: number): string =>
      Number.isInteger(days) ? count(days, 'day') : digits(formatDuration(days * DAY_MS)),
  };
}
