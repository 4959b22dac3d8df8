// What `tidemark sql` prints: rows in every format, query plans, and failures in words that help.
import { formatRows, TEXT_FORMATS } from '../history/formats.ts';
import { remarkOn } from '../history/sql/effort.ts';
import type { Answer } from '../history/sql/query.ts';
import type { SqlRow } from '../lib/sql-value.ts';
import { formatDuration } from '../lib/duration.ts';
import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { plural, visibleText } from '../lib/text.ts';
import type { View } from '../store/views/view.ts';
import type { Io } from './io.ts';
import { resultTable } from './result-table.ts';

export const SQL_FORMATS = ['table', ...TEXT_FORMATS] as const;
export type SqlFormat = (typeof SQL_FORMATS)[number];

/**
 * Prints the rows; on stderr, whether there are more, on a terminal how many they are, and what to
 * say of a query that took long.
 */
export function printResult(
  io: Io,
  answer: Extract<Answer, { kind: 'rows' }>,
  { format, withHeader }: { format: SqlFormat; withHeader: boolean },
): void {
  const pieces =
    format === 'table'
      ? resultTable(answer.columns, answer.rows, {
          columns: io.isTerminal ? io.columns : Infinity,
          color: io.color,
          withHeader,
        })
      : formatRows(format, answer.columns, answer.rows(), withHeader);
  for (const piece of pieces) io.stdout(io.isTerminal ? harmless(piece, format) : piece);
  if (answer.isCut) io.stderr(`cut after ${plural(answer.rowCount, 'row')}; --limit 0 shows all\n`);
  else if (io.isTerminal)
    io.stderr(`${plural(answer.rowCount, 'row')} (${formatDuration(answer.ms)})\n`);
  const remark = remarkOn(answer);
  if (remark !== null) io.stderr(`${remark}\n`);
}

/** csv, tsv and markdown are exact; a terminal would obey the control characters in them. */
const harmless = (text: string, format: SqlFormat): string =>
  ['table', 'json', 'ndjson'].includes(format)
    ? text
    : text
        .split(/([\n\t])/)
        .map((part) => (part === '\n' || part === '\t' ? part : visibleText(part)))
        .join('');

/** `EXPLAIN QUERY PLAN` as a tree: each row is id, parent, an unused number, and a text. */
export function printPlan(io: Io, rows: Iterable<SqlRow>): void {
  const depths = new Map<SqlRow[number], number>([[0, -1]]);
  for (const [id = null, parent = null, , detail = null] of rows) {
    const depth = (depths.get(parent) ?? -1) + 1;
    depths.set(id, depth);
    io.stdout(`${'  '.repeat(depth)}${visibleText(String(detail))}\n`);
  }
}

/** SQLite's message, and what was probably meant. */
export function explainFailure(message: string, known: readonly View[]): AppError {
  const [, kind, name = ''] = /^no such (column|table): "?([^"]*)"?/.exec(message) ?? [];
  const views = known.map((view) => view.name);
  const columns = known.flatMap((view) => view.columns.map((column) => column.name));
  if (kind === undefined) return new AppError('query_refused', message);
  const meant = nearest(name.split('.').at(-1) ?? '', kind === 'table' ? views : columns);
  const others =
    kind === 'table'
      ? `the views are ${views.join(', ')}`
      : '`tidemark schema --db` describes every column; text stands in single quotes';
  const hint = meant === undefined ? others : `did you mean ${meant}?`;
  return new AppError('query_refused', message, { hint });
}
