import { AppError } from '../../lib/errors.ts';
import type { SqlValue } from '../../lib/sql-value.ts';

/** The name of a parameter, as SQLite takes it; the source of a pattern. */
export const PARAMETER_NAME = '[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*';

const GIVEN = new RegExp(`^[:@$]?(${PARAMETER_NAME})=([^]*)$`);

/**
 * A parameter as it is typed. What SQLite itself would write as a number is a number, `null` is
 * NULL, and anything else is text. (A number must not be taken as text: compared with a computed
 * column, a text is greater than every number.) A text that looks like a number stands in single
 * quotes: `'7'`.
 */
export function readValue(text: string): SqlValue {
  if (text.toLowerCase() === 'null') return null;
  if (
    /^-?(0|[1-9]\d{0,18})$/.test(text) &&
    text !== '-0' &&
    BigInt(text) === BigInt.asIntN(64, BigInt(text))
  )
    return BigInt(text);
  if (/^-?(0|[1-9]\d*)\.\d+$/.test(text)) return Number(text);
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replaceAll("''", "'");
}

/** `name=value`, each. @throws AppError `usage` for what is not. */
export function readParameters(options: readonly string[]): Record<string, SqlValue> {
  return Object.fromEntries(
    options.map((option) => {
      const [, name, value] = GIVEN.exec(option) ?? [];
      if (name === undefined || value === undefined)
        throw new AppError('usage', `-p ${JSON.stringify(option)} is not name=value`, {
          hint: 'for :watch in the query: -p watch=us-daily',
        });
      return [name, readValue(value)];
    }),
  );
}
