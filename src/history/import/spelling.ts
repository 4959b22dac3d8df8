/**
 * How a csv writes its fields and numbers. Half the world's spreadsheets separate by `;` and write
 * 1.83 as `1,83`. The file nearly always shows which it is. Where it does not, nothing is guessed:
 * a number that can be read in two ways is refused. Pure functions.
 */
export type Decimal = '.' | ',';

const SEPARATORS = [',', ';', '\t', '|'];
/** Excel's own hint, as the first line of a file. */
const HINT = /^sep=(.)$/i;

/** What the first line says, when it is Excel's hint and no header. */
export const readHint = (line: string): string | null => HINT.exec(line.trim())?.[1] ?? null;

/**
 * What separates the fields of a header: that with which `isHeader` recognises its columns. Null
 * when nothing does.
 */
export const guessSeparator = (
  header: string,
  isHeader: (columns: readonly string[]) => boolean,
): string | null =>
  SEPARATORS.find((separator) =>
    isHeader(header.split(separator).map((name) => name.trim().replace(/^"(.*)"$/, '$1'))),
  ) ?? null;

/** `;`, or `tab`: the separator as messages name it. */
export const separatorName = (separator: string): string =>
  separator === '\t' ? 'tabs' : JSON.stringify(separator);

/**
 * A comma that cannot separate thousands: no, or more or fewer than, three digits after it, or a
 * point before it.
 */
const COMMA_IS_DECIMAL = /^\s*[+-]?(0,\d+|\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+)\s*$/;
const POINT_IS_DECIMAL = /^\s*[+-]?(0\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+)\s*$/;

/** The decimal sign that fields with fractions show; null when they show none, or both. */
export function guessDecimal(fields: Iterable<string>): Decimal | null {
  let hasComma = false;
  let hasPoint = false;
  for (const field of fields) {
    hasComma ||= COMMA_IS_DECIMAL.test(field);
    hasPoint ||= POINT_IS_DECIMAL.test(field);
  }
  if (hasComma === hasPoint) return null;
  return hasComma ? ',' : '.';
}

const WITH_COMMA = /^\s*([+-]?(?:\d{1,3}(?:\.\d{3})+|\d+))(?:,(\d+))?\s*$/;

/**
 * A number as text, written as programs write it, or null when it is none. With a decimal comma,
 * points separate thousands (`1.234,5`); with a decimal point nothing does, since `1,210` is two
 * numbers to half the world.
 */
export function plainNumber(text: string, decimal: Decimal): string | null {
  if (decimal === '.') return text;
  const [, whole, fraction] = WITH_COMMA.exec(text) ?? [];
  if (whole === undefined) return null;
  return whole.replaceAll('.', '') + (fraction === undefined ? '' : `.${fraction}`);
}
