// The two forms in which the API answers with rows: JSON as the commands print it, and CSV.
import type { Context } from 'hono';
import { formatRows } from '../../history/formats.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import type { Env } from '../deps.ts';

type Flat = Readonly<Record<string, unknown>>;

/** Rows as CSV with a head; what is no plain value is written as JSON. */
export function csvAnswer(c: Context<Env>, rows: readonly Flat[], file: string): Response {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => flat(row[column])));
  const text = [...formatRows('csv', columns, cells)].join('');
  return c.body(text, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${file.replace(/[^\w.-]/g, '_')}.csv"`,
  });
}

function flat(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}

/**
 * An array with, where there is more of it, the address of the next part in the `Link` header: the
 * body stays what the command prints.
 */
export function listAnswer(
  c: Context<Env>,
  rows: readonly unknown[],
  next: { cursor: string; path: string } | null,
): Response {
  if (next !== null) {
    const query = { ...c.req.query(), cursor: next.cursor };
    c.header('link', `<${c.get('links').to(next.path, query)}>; rel="next"`);
  }
  return c.json(rows);
}
