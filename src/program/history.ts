// Commands on the whole history: sql, export and import.
import {
  collect,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };

/** Adds sql, export and import. */
export function addHistory(line: CommandLine): void {
  addSql(line);
  addExport(line);
  addImport(line);
}

function addSql({ io, signals, command, done }: CommandLine): void {
  withJson(
    withConfig(
      command('sql', 'read-only SQL over the history; without a query on a terminal, a prompt', [
        'tidemark sql "SELECT product, rank FROM leaderboard ORDER BY rank LIMIT 9"',
        'tidemark sql @movers -p watch=us-daily',
        'tidemark sql -f query.sql --format csv > out.csv',
      ]),
    ),
  )
    .argument('[query]', 'the query, or @name of a saved one')
    .option('--database <path>', 'a database file, instead of a config')
    .option('-f, --file <path>', 'a file with one query; - is stdin')
    .option('-p, --param <name=value>', 'a named parameter; may be repeated', collect)
    .option('--format <format>', 'table, json, ndjson, csv, tsv or markdown')
    .option(
      '--limit <n>',
      'how many rows; 0: all (default: 1000 for table and markdown)',
      wholeNumber,
    )
    .option('--timeout <duration>', 'stop the query after this long (default: 10s)')
    .option('--no-headers', 'leave out the line of names')
    .option('--explain', 'show how SQLite would go about it')
    .option('--list', 'list the saved queries')
    .action(
      async (
        query: string | undefined,
        options: Options & {
          database?: string;
          file?: string;
          param?: string[];
          format?: string;
          limit?: number;
          timeout?: string;
          headers?: boolean;
          explain?: boolean;
          list?: boolean;
        },
      ) =>
        done(
          (await import('../commands/history/sql.ts')).runSql(
            io,
            { query, ...options },
            { stdin: process.stdin, stdout: process.stdout, stop: signals().stop },
          ),
        ),
    );
}

function addExport({ io, signals, command, done }: CommandLine): void {
  withConfig(
    command('export', 'history out: csv, ndjson or parquet', [
      'tidemark export --since 30d > month.csv',
      'tidemark export --format parquet --out ./lake',
    ]),
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option(
      '--format <format>',
      'csv, ndjson or parquet (default: csv to stdout, parquet into a folder)',
    )
    .option('--view <view>', 'history, changes or alerts (default: history)')
    .option('--list <name>', 'only of this list, where the watches have several')
    .option('--watch <name>', 'only of this watch; may be repeated', collect)
    .option('--since <time>', 'a duration such as 30d, or a UTC date')
    .option('--until <time>', 'before a UTC date or an instant')
    .option(
      '--out <folder>',
      'one file per watch and month, of which only those are written that changed',
    )
    .option('--full', 'write all files again')
    .action(
      async (
        options: ConfigOption & {
          database?: string;
          format?: string;
          view?: string;
          list?: string;
          watch?: string[];
          since?: string;
          until?: string;
          out?: string;
          full?: boolean;
        },
      ) =>
        done(
          (await import('../commands/history/export.ts')).runExport(io, options, {
            stdout: process.stdout,
            stop: signals().stop,
          }),
        ),
    );
}

function addImport({ io, signals, command, done }: CommandLine): void {
  withJson(
    withConfig(
      command('import', 'history in: saved API responses, or our own csv and ndjson', [
        'tidemark import --watch us-daily --taken-at 2026-11-01T06:00:00Z page-*.json',
        'tidemark import history.ndjson old.csv.gz',
        'tidemark import --watch us-daily --time 06:00 --encoding latin1 ranks.csv',
      ]),
    ),
  )
    .argument('<file...>', 'files; - is stdin')
    .option('--watch <name>', 'the watch that saved responses belong to')
    .option('--taken-at <time>', 'when saved responses were taken')
    .option('--slot-at <time>', 'the slot they are for (default: when they were taken)')
    .option('--data-date <day>', 'the date their list is of (default: the one due at the slot)')
    .option(
      '--earlier-queries',
      'also take lists that a watch asked for before its query was edited',
    )
    .option(
      '--time <hh:mm>',
      'when a list is of, by the clocks of its watch, where rows give dates',
    )
    .option('--encoding <name>', 'how the files are written, such as latin1 (default: utf-8)')
    .option(
      '--delimiter <char>',
      'what separates the fields of a csv (default: as its header tells)',
    )
    .option(
      '--decimal <char>',
      'the decimal sign of a csv, "." or "," (default: as its numbers tell)',
    )
    .option('--wide', 'a csv with a line per list, and a column per rank (1, 2, 3 …)')
    .action(
      async (
        files: string[],
        options: Options & {
          watch?: string;
          takenAt?: string;
          slotAt?: string;
          earlierQueries?: boolean;
          time?: string;
          encoding?: string;
          delimiter?: string;
          decimal?: string;
          wide?: boolean;
        },
      ) =>
        done(
          (await import('../commands/history/import.ts')).runImport(
            io,
            { files, ...options },
            { stdin: process.stdin, stop: signals().stop },
          ),
        ),
    );
}
