// `lake ddl`, on the command line.
import type { Command } from 'commander';
import { withConfig, type CommandLine, type ConfigOption } from './command-line.ts';

/** Adds ddl to the commands of the lake. */
export function addLakeDdl({ io, command, done }: CommandLine, lake: Command): void {
  withConfig(
    command(
      'ddl',
      'statements that make the views of the database on an engine',
      [
        'tidemark lake ddl --engine duckdb --at ./lake > views.sql',
        'tidemark lake ddl --engine clickhouse --at /var/lib/clickhouse/user_files/lake',
      ],
      lake,
    ),
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option('--engine <name>', 'clickhouse, duckdb, spark or trino')
    .option(
      '--at <place>',
      'the lake as the engine finds it: a folder or a URL (default: as configured)',
    )
    .option(
      '--by <way>',
      'log: as a Delta table; folders: by the names of the files (default: what suits the engine)',
    )
    .action(
      async (
        options: ConfigOption & { database?: string; engine?: string; at?: string; by?: string },
      ) => done((await import('../commands/lake/ddl.ts')).runLakeDdl(io, options)),
    );
}
