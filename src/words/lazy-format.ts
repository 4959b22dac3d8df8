// Formats of a locale that are made when they are first asked for: each takes a millisecond, a
// writer knows a dozen, and a command uses few.

/** Writes numbers as `Intl.NumberFormat` does. */
export function numberFormat(
  locale: string,
  options?: Intl.NumberFormatOptions,
): Pick<Intl.NumberFormat, 'format'> {
  let made: Intl.NumberFormat | undefined;
  return { format: (value) => (made ??= new Intl.NumberFormat(locale, options)).format(value) };
}

/** Writes dates as `Intl.DateTimeFormat` does. */
export function dateFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Pick<Intl.DateTimeFormat, 'format'> {
  let made: Intl.DateTimeFormat | undefined;
  return { format: (date) => (made ??= new Intl.DateTimeFormat(locale, options)).format(date) };
}
