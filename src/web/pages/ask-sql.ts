// A query of the page: the gate, the limits and the process of `tidemark sql`.
import { formatRows } from '../../history/formats.ts';
import type { Effort } from '../../history/sql/effort.ts';
import { gate } from '../../history/sql/gate.ts';
import { query } from '../../history/sql/query.ts';
import { bindParameters, getSaved, type SavedQuery } from '../../history/sql/saved.ts';
import { SECOND_MS } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { SqlRow, SqlValue } from '../../lib/sql-value.ts';
import { dirname, join } from 'node:path';
import { VIEWS } from '../../store/views/views.ts';
import { explainFailure } from '../../terminal/sql-output.ts';
import type { WebDeps } from '../deps.ts';
import { Refusal } from '../http/refusal.ts';

/** How long a query of the page may take. */
export const LONGEST_MS = 30 * SECOND_MS;
const MOST_ROWS = 1_000;
/** The most rows of a CSV, which is sent piece by piece. */
const MOST_CSV_ROWS = 100_000;
const AT_ONCE = 4;
let running = 0;

export type Asking = { sql: string; given: Readonly<Record<string, SqlValue>> };
export type Answered = {
  columns: readonly string[];
  rows: readonly SqlRow[];
  rowCount: number;
  isCut: boolean;
  ms: number;
  effort: Effort | null;
};

/** Where the user's saved queries are. */
export const queriesFolder = ({ config }: Pick<WebDeps, 'config'>): string =>
  join(dirname(config.path), 'queries');

/** `@name` stands for a saved query. @throws AppError `not_found` */
export function findAsked(deps: Pick<WebDeps, 'config'>, text: string) {
  const name = /^\s*@([\w-]+)\s*;?\s*$/.exec(text)?.[1];
  const saved = name === undefined ? null : getSaved(queriesFolder(deps), name);
  return { sql: saved?.sql ?? text, saved };
}

/** Rows for a page, at most a thousand. @throws AppError with what SQLite or the gate says */
export const askRows = (
  deps: WebDeps,
  asking: Asking,
  saved: SavedQuery | null,
): Promise<Answered> =>
  ask(deps, asking, saved, MOST_ROWS, ({ columns, rows, rowCount, isCut, ms, effort }) => ({
    columns,
    rows: [...rows()],
    rowCount,
    isCut,
    ms,
    effort,
  }));

/** The whole result as CSV. */
export const askCsv = (deps: WebDeps, asking: Asking, saved: SavedQuery | null): Promise<string> =>
  ask(deps, asking, saved, MOST_CSV_ROWS, ({ columns, rows }) =>
    [...formatRows('csv', columns, rows())].join(''),
  );

type Rows = {
  columns: readonly string[];
  rows: () => Iterable<SqlRow>;
  rowCount: number;
  isCut: boolean;
  ms: number;
  effort: Effort | null;
};

async function ask<Result>(
  { config, queryMs = LONGEST_MS }: WebDeps,
  { sql, given }: Asking,
  saved: SavedQuery | null,
  limit: number,
  use: (answer: Rows) => Result,
): Promise<Result> {
  if (running >= AT_ONCE)
    throw new Refusal(429, 'other queries are running: try again', { retryAfter: 5 });
  const gated = gate(sql);
  if (!gated.ok) throw refused(gated.message, gated.hint);
  const parameters = bindParameters(gated.parameters, given, saved);
  const request = { database: config.database, sql, parameters, limit, timeoutMs: queryMs };
  running++;
  try {
    return await query(request, new AbortController().signal, (answer) => {
      if (answer.kind === 'rows') return use(answer);
      if (answer.kind === 'failed') throw explainFailure(answer.message, VIEWS);
      if (answer.kind === 'aborted') throw refused('the query was stopped', undefined);
      throw refused(answer.message, answer.hint);
    });
  } finally {
    running--;
  }
}

const refused = (message: string, hint: string | undefined): AppError =>
  new AppError('query_refused', message, hint === undefined ? {} : { hint });
