// `tidemark sql` on a terminal without a query: asks, answers, and asks again.
import { createInterface, type Interface } from 'node:readline';
import {
  complete,
  NAMES_SQL,
  VALUES_SQL,
  type Names,
  type Values,
} from '../../history/sql/complete.ts';
import { PARAMETER_NAME, readParameters } from '../../history/sql/parameters.ts';
import { query } from '../../history/sql/query.ts';
import { listSaved } from '../../history/sql/saved.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { endedStatement } from '../../history/sql/statement.ts';
import { AppError } from '../../lib/errors.ts';
import { meantOf } from '../../lib/nearest.ts';
import { systemFailure } from '../../lib/system-failure.ts';
import { viewsIn } from '../../store/views/views-in.ts';
import type { Io } from '../../terminal/io.ts';
import { viewColumnsText, viewListText } from '../../terminal/view-text.ts';
import { answerText, printList, type SqlSettings } from './sql-ask.ts';
import {
  addToHistory,
  HISTORY_LINES,
  historyPath,
  readHistory,
} from '../../terminal/sql-history.ts';
import { SQL_FORMATS } from '../../terminal/sql-output.ts';

/**
 * The prompt writes to `stdout` itself: it moves the cursor. `stop` is Ctrl-C outside the prompt.
 */
export type SqlStreams = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream;
  stop: AbortSignal;
};

const HELP = `A query ends with ; and may take several lines. Tab completes, the arrow
keys go through what was asked before.
  @name           a saved query; its parameters as -p name=value behind it
  .queries        the saved queries
  .tables         what there is to query
  .columns NAME   the columns of a view
  .format NAME    ${SQL_FORMATS.join(', ')}
  .quit           leaves, as Ctrl-D does; Ctrl-C stops a query
`;

/** Asks for queries until the end of input. Returns the exit code: 0. */
export async function runPrompt(
  io: Io,
  initial: SqlSettings,
  { stdin, stdout }: Pick<SqlStreams, 'stdin' | 'stdout'>,
): Promise<number> {
  let settings = initial;
  const [names, values] = await Promise.all([
    readNames(settings.database),
    readValues(settings.database),
  ]);
  const path = historyPath(io.env);
  const readline = createInterface({
    input: stdin,
    output: stdout,
    terminal: true,
    prompt: 'tidemark> ',
    historySize: HISTORY_LINES,
    removeHistoryDuplicates: true,
    history: readHistory(path),
    completer: (line: string) =>
      complete(
        line,
        names,
        listSaved(settings.queries).map((saved) => saved.name),
        values,
      ),
  });
  readline.on('history', ([newest]: string[]) => addToHistory(path, newest));
  io.stdout('SQL over the history, read-only. .help helps, .quit leaves.\n');

  let pending = '';
  let running: AbortController | null = null;
  const prompt = () => {
    readline.setPrompt(pending === '' ? 'tidemark> ' : '     ...> ');
    readline.prompt();
  };
  readline.on('SIGINT', () => {
    if (running !== null) return running.abort();
    if (pending === '' && readline.line === '') io.stdout('\n.quit, or Ctrl-D, leaves.\n');
    else io.stdout('\n');
    pending = '';
    clearLine(readline);
    prompt();
  });

  // Listens BEFORE the first prompt: what is typed ahead must not be lost.
  const lines = readline[Symbol.asyncIterator]();
  prompt();
  try {
    for await (const line of lines) {
      const typed = `${pending}${line}`;
      if (/^(\.?(quit|exit)|\.q);?$/i.test(typed.trim())) break;
      const asked = readAsked(typed);
      pending = asked === null ? `${typed}\n` : '';
      if (asked !== null && asked !== '') {
        running = new AbortController();
        try {
          settings = await execute(io, settings, asked, running.signal);
        } catch (thrown) {
          tellFailure(io, thrown);
        } finally {
          running = null;
        }
      }
      prompt();
    }
  } finally {
    // A prompt left open would keep the terminal in its mode, and the process alive.
    readline.close();
  }
  io.stdout('\n');
  return 0;
}

/**
 * What is to be done, empty for nothing; null while more lines belong to it. A command and `@name`
 * are one line.
 */
function readAsked(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return '';
  const ended = endedStatement(typed)?.trim();
  return ended ?? (/^[.@].*$/.test(text) ? text : null);
}

/**
 * An error of the query, or of the machine at this moment, is told, and the next question may work.
 * A bug ends the prompt.
 */
function tellFailure(io: Io, thrown: unknown): void {
  const failure = thrown instanceof AppError ? thrown : systemFailure(thrown);
  if (failure === null) throw thrown;
  io.stderr(`${failure.message}\n${failure.hint === undefined ? '' : `${failure.hint}\n`}`);
}

/** Drops what is typed but not entered. */
function clearLine(readline: Interface): void {
  readline.write(null, { ctrl: true, name: 'e' });
  readline.write(null, { ctrl: true, name: 'u' });
}

async function execute(
  io: Io,
  settings: SqlSettings,
  text: string,
  signal: AbortSignal,
): Promise<SqlSettings> {
  const [word = '', argument = ''] = text.split(/\s+/);
  if (!word.startsWith('.')) {
    const { name, given } = splitSaved(text);
    await answerText(io, { ...settings, given: { ...settings.given, ...given } }, name, signal);
    return settings;
  }
  switch (word) {
    case '.help':
      io.stdout(HELP);
      return settings;
    case '.queries':
      printList(io, listSaved(settings.queries), false);
      return settings;
    case '.views':
    case '.tables':
      io.stdout(viewListText(viewsIn(settings.database), io.columns));
      return settings;
    case '.columns': {
      const views = viewsIn(settings.database);
      const view = views.find(({ name }) => name === argument);
      if (view === undefined)
        throw new AppError('usage', `there is no view ${JSON.stringify(argument)}`, {
          hint:
            meantOf(
              argument,
              views.map(({ name }) => name),
            ) ?? '.tables lists what there is',
        });
      io.stdout(viewColumnsText(view, io.columns));
      return settings;
    }
    case '.format': {
      const format = SQL_FORMATS.find((candidate) => candidate === argument);
      if (format === undefined)
        throw new AppError('usage', `there is no format ${JSON.stringify(argument)}`, {
          hint: `there is: ${SQL_FORMATS.join(', ')}`,
        });
      return { ...settings, format };
    }
    default:
      throw new AppError('usage', `there is no ${word}`, { hint: '.help lists what there is' });
  }
}

const OPTION = `-p\\s+(${PARAMETER_NAME}=(?:'[^']*'|\\S+))`;
const SAVED = new RegExp(`^(@[\\w-]+)((?:\\s+${OPTION})*)$`);

/** `@movers -p watch=us-daily`, as on the command line. */
function splitSaved(text: string): { name: string; given: Record<string, SqlValue> } {
  const [, name, options = ''] = SAVED.exec(text) ?? [];
  if (name === undefined) return { name: text, given: {} };
  const given = [...options.matchAll(new RegExp(OPTION, 'g'))].map(([, option = '']) => option);
  return { name, given: readParameters(given) };
}

/** Columns by table and view, as the database has them. */
async function readNames(database: string): Promise<Names> {
  return query(
    { database, sql: NAMES_SQL, parameters: {}, limit: null, timeoutMs: 5_000 },
    new AbortController().signal,
    (answer) => {
      const names = new Map<string, string[]>();
      if (answer.kind === 'rows')
        for (const [table, column] of answer.rows())
          names.set(String(table), [...(names.get(String(table)) ?? []), String(column)]);
      return names;
    },
  );
}

/** Names of watches, rules and products, as they stand within quotes. */
async function readValues(database: string): Promise<Values> {
  return query(
    { database, sql: VALUES_SQL, parameters: {}, limit: null, timeoutMs: 5_000 },
    new AbortController().signal,
    (answer) => {
      const values = new Map<string, string[]>();
      if (answer.kind === 'rows')
        for (const [kind, name] of answer.rows())
          values.set(String(kind), [...(values.get(String(kind)) ?? []), String(name)]);
      return values;
    },
  );
}
