// Commands that read what is stored: status, top, movers, product and alerts.
import type { Command } from 'commander';
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

type Compared = Read & { compare?: string; at?: string; limit?: number };

/** Adds status, top, movers, product, alerts and categories. */
export function addReading(line: CommandLine): void {
  addStatus(line);
  addTop(line);
  addMovers(line);
  addProduct(line);
  addAlerts(line);
  addCategories(line);
}

/** The leaderboard of a watch, or its movers: of which snapshot, and against which. */
const comparing = (
  line: CommandLine,
  usage: string,
  description: string,
  examples: readonly string[],
): Command =>
  reading(line, usage, description, examples)
    .argument('[watch]', 'name of the watch; not needed where there is one')
    .option('--compare <what>', 'previous, or hours or days ago: 7d (default: previous)')
    .option('--at <time>', 'the newest complete snapshot by then: a date or an instant');

const reading = (
  { command }: CommandLine,
  usage: string,
  description: string,
  examples: readonly string[],
): Command => withJson(withConfig(command(usage, description, examples)));

function addStatus(line: CommandLine): void {
  const { io, done } = line;
  reading(
    line,
    'status',
    'each watch: last snapshot, next run, credits; pending and dead deliveries',
    ['tidemark status', 'tidemark status --json | jq .advice'],
  )
    .option('--exit-code', 'exit code 1 when something needs a person')
    .action(async (options: Read & { exitCode?: boolean }) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/status.ts')).runStatus(io, options, deps),
        ),
      ),
    );
}

function addTop(line: CommandLine): void {
  const { io, done } = line;
  comparing(line, 'top', 'the leaderboard of a watch with its changes', [
    'tidemark top us-daily --limit 10',
    'tidemark top us-daily --compare 7d --at 2026-11-01',
  ])
    .option('--limit <n>', 'how many rows (default: 20; with --json: all); 0: all', wholeNumber)
    .action(async (watch: string | undefined, options: Compared) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/top.ts')).runTop(io, { watch, ...options }, deps),
        ),
      ),
    );
}

function addMovers(line: CommandLine): void {
  const { io, done } = line;
  comparing(line, 'movers', 'who climbed, fell, came and left', [
    'tidemark movers us-daily',
    'tidemark movers us-daily --compare 30d --limit 20',
  ])
    .option(
      '--limit <n>',
      'how many of each kind (default: 10; with --json: all); 0: all',
      wholeNumber,
    )
    .action(async (watch: string | undefined, options: Compared) =>
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
}

function addProduct(line: CommandLine): void {
  const { io, done } = line;
  reading(line, 'product', "one product's history, with a sparkline", [
    'tidemark product us-daily 601583',
    'tidemark product us-daily perfume --days 90',
  ])
    .argument('<watch>', 'name of the watch')
    .argument('<product>', 'its id, its name, or a part of its name')
    .option('--days <n>', 'how far back (default: 30)', wholeDays)
    .option('--limit <n>', 'how many snapshots (default: 30); 0: all, however old', wholeNumber)
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
}

function addAlerts(line: CommandLine): void {
  const { io, done } = line;
  const alerts = reading(line, 'alerts', 'what fired', [
    'tidemark alerts --since 7d',
    'tidemark alerts --state firing --rule top-10',
    'tidemark alerts show 97',
  ])
    .option('--watch <name>', 'only of this watch')
    .option('--rule <name>', 'only of this rule')
    .option('--state <state>', 'firing or resolved')
    .option('--severity <severity>', 'info, warning or critical')
    .option('--since <time>', 'a duration such as 7d, or a date')
    .option('--quiet', 'only those that nobody was told of')
    .option('--all', 'also those that nobody was told of')
    .option('--limit <n>', 'how many (default: 50; with --json: all); 0: all', wholeNumber)
    .action(async (options: Read) =>
      done(
        onDatabase(line, options, 'read', async (deps) =>
          (await import('../commands/reading/alerts.ts')).runAlerts(io, options, deps),
        ),
      ),
    );
  addAlertsShow(line, alerts);
}

function addAlertsShow(line: CommandLine, alerts: Command): void {
  const { io, command, done } = line;
  withJson(
    withConfig(
      command(
        'show',
        'the evidence of one alert: both snapshots, every value, who was told',
        ['tidemark alerts show 97', 'tidemark alerts show 97 --sql | tidemark sql -f -'],
        alerts,
      ),
    ),
  )
    .argument('<id>', 'id of the alert', wholeNumber)
    .option('--sql', 'print the SQL that comes to the same decision, and nothing else')
    .action(
      async (id: number, _: object, self: { optsWithGlobals(): Read & { sql?: boolean } }) => {
        const options = self.optsWithGlobals();
        return done(
          onDatabase(line, options, 'read', async (deps) =>
            (await import('../commands/reading/alerts.ts')).runAlertsShow(
              io,
              { id, json: options.json, sql: options.sql },
              deps,
            ),
          ),
        );
      },
    );
}

function addCategories(line: CommandLine): void {
  reading(line, 'categories', 'ids of categories by their names, for `category` of a watch', [
    'tidemark categories',
    'tidemark categories perfume',
  ])
    .argument('[search...]', 'words of a name, or an id (default: all)')
    .option('--refresh', 'fetch the tree anew: 3 credits')
    .action(async (search: readonly string[], options: Read & { refresh?: boolean }) =>
      line.done(
        (await import('../commands/reading/categories.ts')).runCategories(line.io, {
          ...options,
          ...(search.length === 0 ? {} : { search: search.join(' ') }),
        }),
      ),
    );
}
