// Commands that read what is stored, and silences: status, top, movers, product, alerts, silence.
import {
  onDatabase,
  wholeDays,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Read = ConfigOption & { json?: boolean };

export function addReading(line: CommandLine): void {
  const { io, command, done } = line;
  const reading = (usage: string, description: string, examples: readonly string[] = []) =>
    withJson(withConfig(command(usage, description, examples)));

  reading('status', 'each watch: last snapshot, next run, credits; pending and dead deliveries', [
    'tidemark status',
    'tidemark status --json | jq .advice',
  ]).action(async (options: Read) =>
    done(
      onDatabase(line, options, 'read', async (deps) =>
        (await import('../commands/reading/status.ts')).runStatus(io, options, deps),
      ),
    ),
  );

  reading('top', 'the leaderboard of a watch with its changes', [
    'tidemark top us-daily --limit 10',
    'tidemark top us-daily --compare 7d --at 2026-11-01',
  ])
    .argument('<watch>', 'name of the watch')
    .option('--compare <what>', 'previous, or hours or days ago: 7d (default: previous)')
    .option('--at <time>', 'the newest complete snapshot by then: a date or an instant')
    .option('--limit <n>', 'how many rows (default: 20; with --json: all)', wholeNumber)
    .action(
      async (watch: string, options: Read & { compare?: string; at?: string; limit?: number }) =>
        done(
          onDatabase(line, options, 'read', async (deps) =>
            (await import('../commands/reading/top.ts')).runTop(io, { watch, ...options }, deps),
          ),
        ),
    );

  reading('movers', 'who climbed, fell, came and left', [
    'tidemark movers us-daily',
    'tidemark movers us-daily --compare 30d --limit 20',
  ])
    .argument('<watch>', 'name of the watch')
    .option('--compare <what>', 'previous, or hours or days ago: 7d (default: previous)')
    .option('--at <time>', 'the newest complete snapshot by then: a date or an instant')
    .option('--limit <n>', 'how many of each kind (default: 10; with --json: all)', wholeNumber)
    .action(
      async (watch: string, options: Read & { compare?: string; at?: string; limit?: number }) =>
        done(
          onDatabase(line, options, 'read', async (deps) =>
            (await import('../commands/reading/movers.ts')).runMovers(
              io,
              { watch, ...options },
              deps,
            ),
          ),
        ),
    );

  reading('product', "one product's history, with a sparkline", [
    'tidemark product us-daily 601583',
    'tidemark product us-daily perfume --days 90',
  ])
    .argument('<watch>', 'name of the watch')
    .argument('<product>', 'its id, its name, or a part of its name')
    .option('--days <n>', 'how far back (default: 30)', wholeDays)
    .option('--limit <n>', 'how many snapshots (default: 30)', wholeNumber)
    .action(
      async (watch: string, product: string, options: Read & { days?: number; limit?: number }) =>
        done(
          onDatabase(line, options, 'read', async (deps) =>
            (await import('../commands/reading/product.ts')).runProduct(
              io,
              { watch, product, ...options },
              deps,
            ),
          ),
        ),
    );

  const alerts = reading('alerts', 'what fired', [
    'tidemark alerts --since 7d',
    'tidemark alerts --state firing --rule top-10',
    'tidemark alerts show 97',
  ])
    .option('--watch <name>', 'only of this watch')
    .option('--rule <name>', 'only of this rule')
    .option('--state <state>', 'firing or resolved')
    .option('--since <time>', 'a duration such as 7d, or a date')
    .option('--quiet', 'only those that nobody was told of')
    .option('--all', 'also those that nobody was told of')
    .option('--limit <n>', 'how many (default: 50; with --json: all)', wholeNumber)
    .action(async (options: Read) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/alerts.ts')).runAlerts(io, options, deps),
        ),
      ),
    );
  withJson(
    withConfig(
      command('show', 'the evidence of one alert, with SQL that reproduces it', [], alerts),
    ),
  )
    .argument('<id>', 'id of the alert', wholeNumber)
    .action(async (id: number, _: object, self: { optsWithGlobals(): Read }) => {
      const options = self.optsWithGlobals();
      return done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/alerts.ts')).runAlertsShow(
            io,
            { id, json: options.json },
            deps,
          ),
        ),
      );
    });

  const silence = command('silence', 'mute alerts by rule, watch or product, until a time', [
    'tidemark silence add --rule breakout --for 3d --reason "price test"',
    'tidemark silence list',
    'tidemark silence remove 4',
  ]);
  withJson(
    withConfig(
      command(
        'add',
        'mute what matches all that is given; rules go on being evaluated',
        [],
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
    .action(async (options: Read & { reason: string }) =>
      done(
        onDatabase(line, options, 'write', async (deps) =>
          (await import('../commands/reading/silence.ts')).runSilenceAdd(io, options, deps),
        ),
      ),
    );
  withJson(withConfig(command('list', 'silences in force', [], silence)))
    .option('--all', 'also those that have ended')
    .action(async (options: Read & { all?: boolean }) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/silence.ts')).runSilenceList(io, options, deps),
        ),
      ),
    );
  withJson(withConfig(command('remove', 'end a silence', [], silence)))
    .argument('<id>', 'id of the silence', wholeNumber)
    .action(async (id: number, options: Read) =>
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
