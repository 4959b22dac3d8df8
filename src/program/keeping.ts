// Commands that keep the database: prune, backup, restore and doctor.
import { Option } from 'commander';
import {
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };

/** Adds prune, backup, restore and doctor. */
export function addKeeping(line: CommandLine): void {
  addPrune(line);
  addBackup(line);
  addRestore(line);
  addDoctor(line);
}

function addPrune({ io, command, done, signals }: CommandLine): void {
  withJson(
    withConfig(
      command('prune', 'delete old pages, requests and snapshots as `retention` says', [
        'tidemark prune --dry-run',
      ]),
    ),
  )
    .option('--dry-run', 'only say what would go')
    .action(async (options: Options & { dryRun?: boolean }) =>
      done((await import('../commands/history/prune.ts')).runPrune(io, options, signals().stop)),
    );
}

function addBackup({ io, command, done }: CommandLine): void {
  withJson(
    withConfig(
      command('backup', 'a verified copy of the database, beside a running daemon', [
        'tidemark backup --keep 7',
        'tidemark backup --out published.db',
        'tidemark backup --as-configured',
      ]),
    ),
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option('--out <path>', 'a new file, or a folder (default: backups/ beside the database)')
    .option('--keep <n>', 'delete all but the newest n in that folder', wholeNumber)
    .option('--as-configured', 'the one that `backup` of the config describes, now')
    .action(
      async (
        options: Options & {
          database?: string;
          out?: string;
          keep?: number;
          asConfigured?: boolean;
        },
      ) =>
        done(
          options.asConfigured
            ? (await import('../commands/history/backup-configured.ts')).runBackupAsConfigured(
                io,
                options,
              )
            : (await import('../commands/history/backup.ts')).runBackup(io, options),
        ),
    );
}

function addRestore({ io, command, done }: CommandLine): void {
  withJson(
    withConfig(
      command(
        'restore',
        'put a backup in the place of the database; what was there is moved aside',
        [
          'tidemark restore backups/tidemark-20261123T060041Z.db',
          'tidemark restore s3://my-bucket/tidemark',
        ],
      ),
    ),
  )
    .argument('<file>', 'a file, a folder or s3://bucket/prefix; of several the newest')
    .option('--database <path>', 'a database file, instead of a config')
    .action(async (file: string, options: Options & { database?: string }) =>
      done((await import('../commands/history/restore.ts')).runRestore(io, { file, ...options })),
    );
}

function addDoctor({ io, command, remark, done }: CommandLine): void {
  remark(
    withJson(
      withConfig(
        command('doctor', 'look for what is wrong with the installation and the database', [
          'tidemark doctor',
          'tidemark doctor --deep --strict',
        ]),
      ),
    ),
    'Exit code 1 when something is broken; warnings are not.',
  )
    .option('--database <path>', 'a database file, instead of a config')
    .option('--deep', 'also what reads the whole file: damage, counts, what the space is for')
    .option('--strict', 'exit code 1 also when there is a warning')
    // The same as without `--deep`; kept for monitors that call it.
    .addOption(new Option('--quick').hideHelp())
    .action(async (options: Options & { database?: string; deep?: boolean; strict?: boolean }) =>
      done((await import('../commands/history/doctor.ts')).runDoctor(io, options)),
    );
}
