// Asking one query: at the command line and at the prompt alike.
import { gate } from '../../history/sql/gate.ts';
import { namesForMissing, requireKnown } from '../../history/sql/known.ts';
import type { QueryRequest } from '../../history/sql/protocol.ts';
import { query } from '../../history/sql/query.ts';
import { bindParameters, getSaved, type SavedQuery } from '../../history/sql/saved.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { planOf } from '../../history/sql/statement.ts';
import { AppError } from '../../lib/errors.ts';
import { viewsIn } from '../../store/views/views-in.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';
import { noteOnLeft } from './sql-left.ts';
import {
  explainFailure,
  printPlan,
  printResult,
  type SqlFormat,
} from '../../terminal/sql-output.ts';

/** One query's settings, apart from its text. */
export type SqlSettings = {
  database: string;
  queries: string;
  given: Readonly<Record<string, SqlValue>>;
  format: SqlFormat;
  limit: number | undefined;
  timeoutMs: number;
  withHeader: boolean;
  isExplained: boolean;
};

/** So many rows are shown to people: of more, the first would scroll away. */
const DEFAULT_LIMIT = 1_000;

/**
 * Answers the text of a query, or `@name` of a saved one, and prints the result.
 * @throws AppError when it is refused, wrong, or stopped.
 */
export async function answerText(
  io: Io,
  settings: SqlSettings,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const name = /^\s*@([\w-]+)\s*;?\s*$/.exec(text)?.[1];
  const saved = name === undefined ? null : getSaved(settings.queries, name);
  const sql = saved?.sql ?? text;
  const { database, given } = settings;
  const names = saved === null ? undefined : await namesForMissing(database, saved, given, signal);
  const request = makeRequest(settings, sql, saved, names);
  if (saved !== null) await requireKnown(database, given, signal);
  await query(request, signal, (answer) => {
    const isShown = answer.kind === 'rows' && settings.format === 'table';
    const left = isShown ? noteOnLeft(database, sql) : null;
    if (left !== null) io.stderr(left);
    switch (answer.kind) {
      case 'rows':
        // Adds the plan of a query. A query that begins with EXPLAIN itself is answered as it
        // is.
        return request.sql === sql
          ? printResult(io, answer, settings)
          : printPlan(io, answer.rows());
      case 'aborted':
        throw new AppError('query_refused', 'the query was stopped');
      case 'failed':
        throw explainFailure(answer.message, viewsIn(settings.database));
      case 'refused':
        throw new AppError(
          'query_refused',
          answer.message,
          answer.hint === undefined ? {} : { hint: answer.hint },
        );
    }
  });
}

function makeRequest(
  { database, given, format, limit, timeoutMs, isExplained }: SqlSettings,
  sql: string,
  saved: SavedQuery | null,
  names: ReadonlyMap<string, readonly string[]> | undefined,
): QueryRequest {
  const gated = gate(sql);
  if (!gated.ok)
    throw new AppError(
      'query_refused',
      gated.message,
      gated.hint === undefined ? {} : { hint: gated.hint },
    );
  return {
    database,
    timeoutMs,
    sql: isExplained && !gated.isExplain ? planOf(sql) : sql,
    parameters: bindParameters(gated.parameters, given, saved, names),
    limit: limit === undefined ? defaultLimit(format) : limit || null,
  };
}

/**
 * How many rows a format shows; null shows all. Tables are for people, who do not read endless
 * ones.
 */
const defaultLimit = (format: SqlFormat): number | null =>
  format === 'table' || format === 'markdown' ? DEFAULT_LIMIT : null;

/** Lists saved queries, as a table or as JSON. @returns 0, the exit code. */
export function printList(io: Io, queries: readonly SavedQuery[], json: boolean): number {
  if (json) {
    const shown = queries.map(({ name, title, parameters, path }) => ({
      name,
      title,
      path,
      parameters: parameters.map(({ name: parameter, fallback, description }) => ({
        name: parameter,
        description,
        default: fallback === undefined ? null : String(fallback),
        required: fallback === undefined,
      })),
    }));
    io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  const rows = queries.map(({ name, title, parameters, path }) => [
    `@${name}${path === null ? '' : ' (yours)'}`,
    parameters
      .map(
        (parameter) =>
          `${parameter.name}${parameter.fallback === undefined ? '' : `=${String(parameter.fallback)}`}`,
      )
      .join(', '),
    title,
  ]);
  io.stdout(
    formatTable([{ head: 'query' }, { head: '-p' }, { head: 'what it answers', min: 20 }], rows, {
      columns: io.isTerminal ? io.columns : Infinity,
      color: io.color,
    }),
  );
  return 0;
}
