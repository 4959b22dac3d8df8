import type { Instant } from './clock.ts';

/**
 * A reader of what the clocks of a zone show at an instant: the parts of a date, by their type. A
 * format is costly to make, so that each zone's is kept.
 */
export function zonedParts(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): (at: Instant, timeZone: string) => Record<string, string> {
  const formats = new Map<string, Intl.DateTimeFormat>();
  return (at, timeZone) => {
    let format = formats.get(timeZone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' });
      formats.set(timeZone, format);
    }
    return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  };
}
