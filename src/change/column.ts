// What a change column is, and the SQL that several of them share.

export type ChangeColumn = {
  name: string;
  type: 'TEXT' | 'INTEGER' | 'REAL';
  description: string;
  /** For a product in the snapshot. */
  present: string;
  /**
   * For a product proven absent from it; `bo` may be all NULL when it is not in the baseline
   * either.
   */
  absent: string;
};

/** An epoch-millisecond column as ISO-8601 UTC text; NULL stays NULL. */
export const isoSql = (column: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

/** The same SQL for a product in the snapshot and for one proven absent from it. */
export const both = (sql: string) => ({ present: sql, absent: sql });

/**
 * Rounded to 4 decimals, halves away from zero, so that a fall from 1.93 to 1.83 is -0.1 and meets
 * `<= -0.1`. The values are decimals that binary numbers only come near to: a rise from 6.4 to 7.45
 * is 16.40625 %, and worked out it is 16.406249999999996. So what lies beyond the ninth decimal is
 * taken for noise first. `roundTo4` (lib/decimals.ts) is the same in code. Adding 0 makes a tiny
 * fall 0, not -0.0.
 */
export const rounded = (sql: string) => `(round(round((${sql}) * 1e9) / 1e5) / 1e4 + 0.0)`;

/**
 * A column of a statement has a type only where it is a column of a table, or a cast. DuckDB and
 * other tools go by the type, and without one SQLite itself takes the text '20', as a quoted number
 * or a parameter of Datasette, for more than any number.
 */
export const typed = (sql: string, type: ChangeColumn['type']): string =>
  /^\w+\.\w+$/.test(sql) ? sql : `CAST(${sql} AS ${type})`;

/** The same column with its type, so that a condition decides alike wherever it is asked. */
export const typedColumn = (column: ChangeColumn): ChangeColumn => ({
  ...column,
  present: typed(column.present, column.type),
  absent: typed(column.absent, column.type),
});
