// `tidemark sql`: read-only SQL over the whole history.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { readParameters } from '../../history/sql/parameters.ts';
import { listSaved } from '../../history/sql/saved.ts';
import { parseDuration } from '../../lib/duration.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { HOUR_MS } from '../../lib/clock.ts';
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { readWord } from '../../terminal/options.ts';
import { answerText, printList, type SqlSettings } from './sql-ask.ts';
import { SQL_FORMATS } from '../../terminal/sql-output.ts';
import { runPrompt, type SqlStreams } from './sql-prompt.ts';

export type SqlArgs = PlaceArgs & {
  /** The query, or `@name` of a saved one; without it, and without `file`, stdin. */
  query?: string | undefined;
  /** `-f`: a file with one query; `-` is stdin. */
  file?: string | undefined;
  /** `-p name=value`, each. */
  param?: readonly string[] | undefined;
  format?: string | undefined;
  json?: boolean | undefined;
  /**
   * 0: no limit. Default: 1,000 rows for table and markdown, which people read; none for the
   * others.
   */
  limit?: number | undefined;
  timeout?: string | undefined;
  /** `--no-headers` makes it false. */
  headers?: boolean | undefined;
  explain?: boolean | undefined;
  list?: boolean | undefined;
};

const DEFAULT_TIMEOUT_MS = 10_000;
/** A query may run no longer than this: while it runs, the WAL file grows. */
const LONGEST_TIMEOUT_MS = HOUR_MS;

/** Answers one query; without one on a terminal, asks for queries. Returns the exit code. */
export async function runSql(io: Io, args: SqlArgs, streams: SqlStreams): Promise<number> {
  const settings = readSettings(io, args);
  if (args.list) return printList(io, listSaved(settings.queries), args.json === true);
  if (!existsSync(settings.database))
    throw new AppError('database_unusable', `there is no database at ${settings.database}`, {
      hint: 'take a first snapshot: tidemark snapshot',
    });
  const isPrompted =
    args.query === undefined && args.file === undefined && streams.stdin.isTTY && io.isTerminal;
  if (isPrompted) return runPrompt(io, settings, streams);
  await answerText(io, settings, await readQuery(io, args, streams), streams.stop);
  return 0;
}

function readSettings(io: Io, args: SqlArgs): SqlSettings {
  if (args.json === true && args.format !== undefined && args.format !== 'json')
    throw new AppError('usage', `--json and --format ${args.format} contradict each other`);
  const format =
    args.json === true ? 'json' : (readWord('--format', args.format, SQL_FORMATS) ?? 'table');
  const timeoutMs = args.timeout === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(args.timeout);
  if (timeoutMs === undefined || timeoutMs <= 0 || timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new AppError(
      'usage',
      `--timeout ${JSON.stringify(args.timeout)} is not a duration of at most 1h, such as 30s or 2m`,
    );
  }
  return {
    ...findPlace(io, args),
    given: readParameters(args.param ?? []),
    format,
    limit: args.limit,
    timeoutMs,
    withHeader: args.headers !== false,
    isExplained: args.explain === true,
  };
}

async function readQuery(
  io: Io,
  { query: text, file }: SqlArgs,
  { stdin, stop }: SqlStreams,
): Promise<string> {
  if (text !== undefined && file !== undefined)
    throw new AppError('usage', 'the query is given twice: as an argument and with -f');
  if (text !== undefined) return text;
  if (file === undefined || file === '-') return withoutMark(await readUntil(stdin, stop));
  try {
    return withoutMark(readFileSync(resolve(io.cwd, file), 'utf8'));
  } catch (thrown) {
    throw new AppError('usage', `cannot read ${file}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** A byte order mark at the beginning of a file is not part of the query. */
const withoutMark = (sql: string): string => sql.replace(/^\ufeff/, '');

async function readUntil(stdin: NodeJS.ReadStream, stop: AbortSignal): Promise<string> {
  // Whoever writes to our stdin may keep it open, so it is closed when we are told to stop.
  stop.addEventListener('abort', () => stdin.destroy(), { once: true });
  try {
    return await readStream(stdin);
  } catch (thrown) {
    if (stop.aborted) throw new AppError('query_refused', 'stopped before the query was read');
    throw thrown;
  }
}
