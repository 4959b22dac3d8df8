// The lake: files for engines of any size.
import type { Command } from 'commander';
import { withConfig, withJson, type CommandLine, type ConfigOption } from './command-line.ts';
import { addLakeDdl } from './lake-ddl.ts';

type Options = ConfigOption & { json?: boolean };

/** Adds lake with sync, status, verify, thin and ddl. */
export function addLake(line: CommandLine): void {
  const lake = line.command('lake', 'the history as files that engines of any size read', [
    'tidemark lake sync',
    'tidemark lake status',
    'tidemark lake verify',
  ]);
  addSync(line, lake);
  addStatus(line, lake);
  addVerify(line, lake);
  addThin(line, lake);
  addLakeDdl(line, lake);
}

function addSync({ io, command, done, signals }: CommandLine, lake: Command): void {
  withJson(
    withConfig(
      command('sync', 'write what changed since the last time', ['tidemark lake sync'], lake),
    ),
  ).action(async (options: Options) =>
    done((await import('../commands/lake/sync.ts')).runLakeSync(io, options, signals().stop)),
  );
}

function addStatus({ io, command, done }: CommandLine, lake: Command): void {
  withJson(
    withConfig(
      command(
        'status',
        'what it holds, and how far it is behind the database',
        ['tidemark lake status'],
        lake,
      ),
    ),
  ).action(async (options: Options) =>
    done((await import('../commands/lake/status.ts')).runLakeStatus(io, options)),
  );
}

function addVerify({ io, command, done }: CommandLine, lake: Command): void {
  withJson(
    withConfig(
      command(
        'verify',
        'read all of it, and compare every value with the database',
        ['tidemark lake verify'],
        lake,
      ),
    ),
  ).action(async (options: Options) =>
    done((await import('../commands/lake/verify.ts')).runLakeVerify(io, options)),
  );
}

function addThin({ io, command, done, signals }: CommandLine, lake: Command): void {
  withJson(
    withConfig(
      command(
        'thin',
        'take out of the database what is old and in the lake, verified',
        ['tidemark lake thin --dry-run'],
        lake,
      ),
    ),
  )
    .option('--dry-run', 'only say what would go, and what would stay and why')
    .action(async (options: Options & { dryRun?: boolean }) =>
      done((await import('../commands/lake/thin.ts')).runLakeThin(io, options, signals().stop)),
    );
}
