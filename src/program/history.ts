// Commands on the whole history: digest, sql, export, import, and what keeps the database.
import {
  collect,
  onDatabase,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };

export function addHistory(line: CommandLine): void {
  const { io, signals, command, done } = line;

  withJson(
    withConfig(
      command('digest', 'preview a digest, or send it now', [
        'tidemark digest weekly',
        'tidemark digest weekly --open',
        'tidemark digest weekly --send',
      ]),
    ),
  )
    .argument('<name>', 'name of the digest')
    .option(
      '--period <time>',
      'the scheduled one of a date or an instant (default: one that ends now)',
    )
    .option('--open', 'show it in the browser')
    .option('--out <folder>', 'write its parts into a folder')
    .option('--send', 'send it to its channels')
    .action(
      async (
        name: string,
        options: Options & { period?: string; open?: boolean; out?: string; send?: boolean },
      ) =>
        done(
          onDatabase(
            line,
            options,
            options.send ? 'write' : 'read',
            async (deps) =>
              (await import('../commands/delivering/digest.ts')).runDigest(
                io,
                { name, ...options },
                deps,
              ),
            options.send ? 'needed' : 'spared',
          ),
        ),
    );

  withJson(
    withConfig(
      command('sql', 'read-only SQL over the history; without a query on a terminal, a prompt', [
        'tidemark sql "SELECT product, rank FROM leaderboard WHERE watch = \'us-daily\' ORDER BY rank LIMIT 10"',
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

  withJson(
    withConfig(
      command('prune', 'delete old pages, requests and snapshots as `retention` says', [
        'tidemark prune --dry-run',
      ]),
    ),
  )
    .option('--dry-run', 'only say what would go')
    .action(async (options: Options & { dryRun?: boolean }) =>
      done((await import('../commands/history/prune.ts')).runPrune(io, options)),
    );

  withJson(
    withConfig(
      command('backup', 'a verified copy of the database, beside a running daemon', [
        'tidemark backup --keep 7',
        'tidemark backup --out published.db',
      ]),
    ),
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option('--out <path>', 'a new file, or a folder (default: backups/ beside the database)')
    .option('--keep <n>', 'delete all but the newest n in that folder', wholeNumber)
    .action(async (options: Options & { database?: string; out?: string; keep?: number }) =>
      done((await import('../commands/history/backup.ts')).runBackup(io, options)),
    );

  withJson(
    withConfig(
      command(
        'restore',
        'put a backup in the place of the database; what was there is moved aside',
        ['tidemark restore backups/tidemark-20261123T060041Z.db'],
      ),
    ),
  )
    .argument('<file>', 'the backup')
    .option('--database <path>', 'a database file, instead of a config')
    .action(async (file: string, options: Options & { database?: string }) =>
      done((await import('../commands/history/restore.ts')).runRestore(io, { file, ...options })),
    );

  withJson(
    withConfig(command('doctor', 'look for what is wrong with the installation and the database')),
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option('--quick', 'leave out what reads the whole file')
    .addHelpText('after', '\nExit code 1 when something is broken; warnings are not.\n')
    .action(async (options: Options & { database?: string; quick?: boolean }) =>
      done((await import('../commands/history/doctor.ts')).runDoctor(io, options)),
    );
}
