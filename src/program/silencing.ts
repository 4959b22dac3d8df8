// Silences: what mutes alerts.
import type { Command } from 'commander';
import {
  onDatabase,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };

/** Adds silence with add, list and remove. */
export function addSilencing(line: CommandLine): void {
  const silence = line.command('silence', 'mute alerts by rule, watch or product, until a time', [
    'tidemark silence add --rule breakout --for 3d --reason "price test"',
    'tidemark silence list',
    'tidemark silence remove 4',
  ]);
  addAdd(line, silence);
  addList(line, silence);
  addRemove(line, silence);
}

function addAdd(line: CommandLine, silence: Command): void {
  const { io, command, done } = line;
  withJson(
    withConfig(
      command(
        'add',
        'mute what matches all that is given; rules go on being evaluated',
        [
          'tidemark silence add --rule breakout --until 7d --reason known',
          'tidemark silence add --product Perfume --for 3d --reason "on sale"',
        ],
        silence,
      ),
    ),
  )
    .option('--rule <name>', 'of this rule')
    .option('--watch <name>', 'in this watch')
    .option('--product <id>', 'this product: its id, or its name')
    .option('--for <duration>', 'how long: 12h, 3d')
    .option('--until <time>', 'until a date, an instant or a duration (7d)')
    .requiredOption('--reason <text>', 'why; others will ask (required)')
    .action(async (options: Options & { reason: string }) =>
      done(
        onDatabase(line, options, 'write', async (deps) =>
          (await import('../commands/reading/silence.ts')).runSilenceAdd(io, options, deps),
        ),
      ),
    );
}

function addList(line: CommandLine, silence: Command): void {
  const { io, command, done } = line;
  withJson(
    withConfig(
      command(
        'list',
        'silences in force',
        ['tidemark silence list', 'tidemark silence list --all'],
        silence,
      ),
    ),
  )
    .option('--all', 'also those that have ended')
    .action(async (options: Options & { all?: boolean }) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/silence.ts')).runSilenceList(io, options, deps),
        ),
      ),
    );
}

function addRemove(line: CommandLine, silence: Command): void {
  const { io, command, done } = line;
  withJson(withConfig(command('remove', 'end a silence', ['tidemark silence remove 3'], silence)))
    .argument('<id>', 'id of the silence', wholeNumber)
    .action(async (id: number, options: Options) =>
      done(
        onDatabase(line, options, 'write', async (deps) =>
          (await import('../commands/reading/silence.ts')).runSilenceRemove(
            io,
            { id, json: options.json },
            deps,
          ),
        ),
      ),
    );
}
