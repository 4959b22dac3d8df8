// What a view is: its name, its documented columns, and its SQL.
import { typed, type ChangeColumn } from '../../change/column.ts';

export type View = {
  name: string;
  description: string;
  columns: readonly { name: string; description: string }[];
  sql: string;
};

/** Columns that a view defines itself, beside those of the change columns. */
export type OwnColumn = {
  name: string;
  description: string;
  sql: string;
  /** The type of an expression; a column of a table has one already. */
  type?: ChangeColumn['type'];
};

/** What documents say of a column. */
export const documented = ({ name, description }: { name: string; description: string }) => ({
  name,
  description,
});

/** A view of these columns; `from` is all that comes after them. */
export const makeView = (
  name: string,
  description: string,
  columns: readonly OwnColumn[],
  from: string,
): View => ({
  name,
  description,
  columns: columns.map(documented),
  sql: `SELECT\n  ${columns.map(selected).join(',\n  ')}\n${from}`,
});

const selected = ({ sql, type, name }: OwnColumn): string =>
  `${type === undefined ? sql : typed(sql, type)} AS ${quoted(name)}`;

/** `when` is a keyword of SQL. */
const quoted = (name: string): string => (name === 'when' ? `"${name}"` : name);
