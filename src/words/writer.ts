// The one way in which numbers and dates get into a message. Written elsewhere, they would be in
// digits that its reader may not read.
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { isolated } from '../lib/text.ts';
import { dateFormat, numberFormat } from './lazy-format.ts';

export type Writer = ReturnType<typeof makeWriter>;

/**
 * How the readers of a message write: a language tag for numbers and dates, and the zone of their
 * clocks.
 */
export type Readers = { locale?: string | undefined; timezone: string };

const DEFAULT_LOCALE = 'en';
/** Formats are costly to make, and there are only as many as configs ask for. */
const writers = new Map<string, Writer>();

/** Writes numbers and dates for the readers of a message. */
export function writerOf({ locale = DEFAULT_LOCALE, timezone }: Readers): Writer {
  const key = `${locale}\n${timezone}`;
  const writer = writers.get(key) ?? makeWriter(locale, timezone);
  writers.set(key, writer);
  return writer;
}

/**
 * As text inside an English sentence: some languages put a narrow no-break space into numbers and
 * times, for which some mail programs have no glyph; and what is written from right to left must
 * not turn round what stands beside it.
 */
export const inSentence = (text: string): string => isolated(text.replaceAll('\u202f', '\u00a0'));

const COMPACT = { notation: 'compact', maximumSignificantDigits: 3 } as const;
const USD = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
/** Percentages below the first number have one decimal, below the second all their digits. */
const DECIMALS_BELOW = 99.95;
const WHOLE_BELOW = 9_999.5;

/**
 * What to look for in a stored text, in this order: what stays as it is, since it is looked up or
 * copied; an instant; a duration; a figure by itself.
 */
const STORED = new RegExp(
  [
    String.raw`tidemark [^.;)]*|set [\w.]+ to \S+|\b(?:HTTP|SMTP|rule|id) \S+|"[^"]*"|\x60[^\x60]*\x60`,
    String.raw`\b(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)\b`,
    String.raw`(?<![\w.,:#/@-])(\d+(?:ms|[smhdw]))\b`,
    String.raw`(?<![\w.,:#/@-])(\d+(?:\.\d+)?)(?![\w/@-]|[.:,]\w)`,
  ].join('|'),
  'g',
);

/**
 * English, with a k as in units and a space before the sign; other languages have their own rules.
 */
const isEnglish = (locale: string): boolean => /^en\b/.test(locale);

/**
 * Plain English names no country, and is written with the day first and with clocks of 24 hours.
 */
export const dateLocale = (locale: string): string => (locale === 'en' ? 'en-GB' : locale);

function makeWriter(locale: string, timeZone: string) {
  const exact = numberFormat(locale, { maximumFractionDigits: 4 });
  const plain = numberFormat(locale, { useGrouping: false });
  const compact = numberFormat(locale, COMPACT);
  const wholeMoney = numberFormat(locale, { ...USD, maximumFractionDigits: 0 });
  const money = numberFormat(locale, { ...USD, maximumFractionDigits: 4 });
  const cents = numberFormat(locale, USD);
  const amounts = numberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const compactMoney = numberFormat(locale, { ...USD, ...COMPACT });
  const percent = percentWriter(locale);
  const rate = percent({ maximumFractionDigits: 4 });
  const rates = new Map<number, (value: number) => string>();
  const rateWith = (decimals: number): ((value: number) => string) => {
    const known = rates.get(decimals);
    if (known !== undefined) return known;
    const made = percent({ minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    rates.set(decimals, made);
    return made;
  };
  const oneDecimal = rateWith(1);
  const wholePercent = percent({ maximumFractionDigits: 0 });
  const compactPercent = percent(COMPACT);
  const moment = dateFormat(dateLocale(locale), {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  // A date is of the list, not of the reader's clocks.
  const dateOnly = dateFormat(dateLocale(locale), {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const monthOnly = dateFormat(dateLocale(locale), {
    timeZone: 'UTC',
    month: 'short',
    year: 'numeric',
  });
  const short = (text: string): string => inSentence(isEnglish(locale) ? shortK(text) : text);
  const signed = (value: number, text: string): string => {
    const sign = value > 0 ? '+' : '−';
    return inSentence(`${value === 0 ? '±' : sign}${text}`);
  };
  const number = (value: number): string => inSentence(exact.format(value));
  const count = (value: number, one: string, many = `${one}s`): string =>
    `${number(value)} ${value === 1 ? one : many}`;
  /** Numbers inside a text of ours, in the reader's digits: `7d`, `1h 30m`. */
  const digits = (text: string): string =>
    text.replace(/\d+/g, (run) => inSentence(plain.format(Number(run))));
  const at = (instant: Instant | string): string => inSentence(moment.format(new Date(instant)));
  const sizeOfChange = (size: number): string => {
    if (size === 0) return wholePercent(0);
    if (size < 0.05) return `<${oneDecimal(0.1)}`;
    if (size < DECIMALS_BELOW) return oneDecimal(size);
    return size < WHOLE_BELOW ? wholePercent(size) : compactPercent(size);
  };
  return {
    /** `24 Nov 2026`, of `2026-11-24`. */
    date: (day: string): string => inSentence(dateOnly.format(new Date(day))),
    /** `Nov 2026`, of `2026-11-01`. */
    month: (day: string): string => inSentence(monthOnly.format(new Date(day))),
    /** `1,234`, `0.25`: at most four decimals. */
    number,
    /** `950`, `11.5k`, `1.23M`: three digits, which is what the source rounds to. */
    compact: (value: number): string => short(compact.format(value)),
    /** `1 alert`, `1,234 alerts` */
    count,
    /** `#12` */
    rank: (rank: number): string => inSentence(`#${plain.format(rank)}`),
    /** `12 8 – 9`: ranks in a row, in words for who sees no picture. */
    ranks: (ranks: readonly (number | null)[]): string =>
      inSentence(ranks.map((rank) => (rank === null ? '–' : plain.format(rank))).join(' ')),
    /** `+2,400`, `−0.1`, `±0` */
    difference: (value: number): string => signed(value, exact.format(Math.abs(value))),
    /** `1.93 %`: a rate, as served, from 0 to 100; with `decimals` always so many. */
    percent: (value: number, decimals?: number): string =>
      inSentence((decimals === undefined ? rate : rateWith(decimals))(value)),
    /** `+26.4 %`, `−3.1 %`, `+367 %`, `+49.9k %`, `±0 %`: how much more, in percent. */
    percentChange: (value: number): string => signed(value, short(sizeOfChange(Math.abs(value)))),
    /** `$48,200`, `$1.90` */
    money: (value: number): string =>
      inSentence((Number.isInteger(value) ? wholeMoney : money).format(value)),
    /** `8.50`, `41,582`: an amount of a currency that is not known. */
    amount: (value: number): string =>
      inSentence((Number.isInteger(value) ? exact : amounts).format(value)),
    /** `8`, `8.50`, `33k` */
    compactAmount: (value: number): string => {
      if (Math.abs(value) >= 1_000) return short(compact.format(value));
      return inSentence((Number.isInteger(value) ? exact : amounts).format(value));
    },
    /** `$0`, `$1.90`, `$45.20`, `$1.23k` */
    compactMoney: (value: number): string => {
      if (Math.abs(value) >= 1_000) return short(compactMoney.format(value));
      return inSentence((Number.isInteger(value) ? wholeMoney : cents).format(value));
    },
    /**
     * `23 Nov 2026, 06:00 America/New_York`: absolute, and with its zone, since readers sit
     * elsewhere.
     */
    instant: (instant: Instant | string): string => `${at(instant)} ${timeZone}`,
    /** `23 Nov 2026, 06:00`, where the zone is named beside it. */
    moment: at,
    /**
     * A stored text, such as a reason, has its instants in UTC and its figures in plain digits, as
     * programs write them: here as its readers do. Codes, commands and what is quoted stay.
     */
    told: (text: string): string =>
      text.replace(STORED, (whole, instant?: string, duration?: string, figure?: string) => {
        if (instant !== undefined) return at(instant);
        if (duration !== undefined) return digits(duration);
        return figure === undefined ? whole : number(Number(figure));
      }),
    /** `4d`, `1h 30m` */
    duration: (ms: number): string => digits(formatDuration(ms)),
    digits,
    /** `1 day`, `7 days`, `6h`, `1d 1h`: how far apart two slots are. */
    gap: (days: number): string =>
      Number.isInteger(days) ? count(days, 'day') : digits(formatDuration(days * DAY_MS)),
  };
}

/** `11.5K` as `11.5k`. */
const shortK = (text: string): string => text.replace('K', 'k');

type PercentWriter = (options: Intl.NumberFormatOptions) => (percent: number) => string;

/** Writes percentages: 1.93 is `1.93 %`. The space never breaks. */
const percentWriter =
  (locale: string): PercentWriter =>
  (options) => {
    const style = isEnglish(locale) ? 'decimal' : 'percent';
    const format = numberFormat(locale, { ...options, style });
    return style === 'percent'
      ? (percent) => format.format(percent / 100)
      : (percent) => `${format.format(percent)}\u00a0%`;
  };
