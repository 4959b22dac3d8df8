// Commands that set up and run: demo, init, check, schema, run, sandbox, snapshot, backfill.
import { join } from 'node:path';
import { Argument } from 'commander';
import type { Answers } from '../commands/set-up/init-answers.ts';
import type { Io } from '../terminal/io.ts';
import { printCompletion, SHELLS, type Shell } from './completion.ts';
import {
  collect,
  positiveNumber,
  wholeDays,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Json = { json?: boolean };

/** Adds demo, init, check, schema, run, sandbox, snapshot, backfill, service and completion. */
export function addOperating(line: CommandLine): void {
  addDemo(line);
  addInit(line);
  addCheck(line);
  addSchema(line);
  addRun(line);
  addSandbox(line);
  addSnapshot(line);
  addBackfill(line);
  addService(line);
  addCompletion(line);
}

function addDemo({ io, signals, command, done }: CommandLine): void {
  withJson(
    command(
      'demo',
      'a complete tour: a simulated market, a month of snapshots, alerts, mails and webhooks',
      ['tidemark demo', 'tidemark demo --open', 'tidemark demo --dir ./tour --days 60'],
    ),
  )
    .option('--dir <path>', 'folder for the database, mails and webhooks', 'tidemark-demo')
    .option('--days <n>', 'days to simulate', wholeDays, 45)
    .option('--seed <n>', 'another market', wholeNumber, 1)
    .option('--open', 'then serve its page on this machine, and show it in the browser')
    .action(async (options: { dir: string; days: number; seed: number; open?: boolean } & Json) =>
      done(demoAndPage(io, options, signals)),
    );
}

async function demoAndPage(
  io: CommandLine['io'],
  { open, ...options }: { dir: string; days: number; seed: number; open?: boolean } & Json,
  signals: CommandLine['signals'],
): Promise<number> {
  const code = await (await import('../demo/demo.ts')).runDemo(io, options);
  if (open !== true || code !== 0) return code;
  const { runServe } = await import('../commands/web/serve.ts');
  const config = join(options.dir, 'tidemark.yaml');
  // On loopback, whatever the demo's config says.
  return runServe(io, { config, listen: '127.0.0.1:8710', open }, signals());
}

function addInit(line: CommandLine): void {
  const { io, command, done } = line;
  command('init', 'write a commented tidemark.yaml; on a terminal it asks first', [
    'tidemark init',
    'tidemark init --region GB --to ana@example.com --smtp smtp://mail.example.com',
    'tidemark init --template',
    'tidemark init --preset apple-charts',
    'tidemark init --preset sandbox',
  ])
    .argument('[path]', 'where to')
    .option('--region <code>', 'the region of the list: US, GB, … or all_regions')
    .option('--depth <n>', 'how many ranks', wholeNumber)
    .option('--schedule <cron>', 'when: minute, hour, day of month, month, day of week')
    .option('--timezone <zone>', 'by the clocks of')
    .option('--to <address>', "a mail address or a webhook's URL")
    .option('--smtp <url>', 'the mail server')
    .option('--from <address>', 'the sender of mail')
    .option('--template', 'ask nothing: the template as it is')
    .option('--force', 'write over a file that is there')
    .option('--preset <name>', 'a list that needs no account: sandbox, apple-charts, …')
    .action(async (path: string | undefined, options: InitOptions) =>
      done(runInitHere(io, { path, ...options })),
    );
}

type InitOptions = Answers & { force?: boolean; template?: boolean; preset?: string };

/** Asks on a terminal what no option said; then, after a yes, tries what it was told. */
async function runInitHere(
  io: Io,
  { template, ...given }: InitOptions & { path: string | undefined },
): Promise<number> {
  const { runInit, requireAbsent } = await import('../commands/set-up/init.ts');
  const { path, force, preset, ...answers } = given;
  const isSaid = Object.values(answers).some((answer) => answer !== undefined);
  if (template || preset !== undefined || isSaid || !io.isTerminal || !process.stdin.isTTY)
    return runInit(io, given);
  requireAbsent(io, path, force);
  const { askAnswers } = await import('../commands/set-up/init-ask.ts');
  const terminal = { input: process.stdin, output: process.stderr };
  const answered = await askAnswers(answers, terminal);
  if (answered === null) {
    io.stderr('\nStopped: nothing is written.\n');
    return 1;
  }
  const code = await runInit(io, { path, force, ...answered });
  const { tryInit } = await import('../commands/set-up/init-try.ts');
  await tryInit(io, path ?? 'tidemark.yaml', terminal);
  return code;
}

function addCheck({ io, command, done }: CommandLine): void {
  withJson(
    withConfig(
      command('check', 'check the config; show next runs and the credit plan', [
        'tidemark check',
        'tidemark check --connect',
      ]),
    ),
  )
    .option('--connect', 'also try the source (one request), SMTP and webhooks')
    .action(async (options: ConfigOption & Json & { connect?: boolean }) => {
      const [{ runCheck, realProbes }, { expressionChecker }] = await Promise.all([
        import('../commands/set-up/check.ts'),
        import('../alert/compile.ts'),
      ]);
      return done(
        runCheck(io, options, { probes: realProbes(io), checkExpression: expressionChecker() }),
      );
    });
}

function addSchema({ io, command, done }: CommandLine): void {
  command('schema', 'print the JSON Schema of the config, for editors', [
    'tidemark schema > tidemark.schema.json',
    'tidemark schema --db',
  ])
    .option('--db', 'describe the views instead: of every database, or of the one that is named')
    .option('--config <path>', 'the config that names the database')
    .option('--database <path>', 'a database file, with the views of all its lists')
    .action(async (options: { db?: boolean; config?: string; database?: string }) =>
      done((await import('../commands/set-up/schema.ts')).runSchema(io, options)),
    );
}

function addRun({ io, signals, command, remark, done }: CommandLine): void {
  remark(
    withConfig(
      command('run', 'the daemon: take snapshots on schedule, and deliver', [
        'tidemark run',
        'tidemark run --config /etc/tidemark/tidemark.yaml',
      ]),
    ),
    'Stops cleanly on SIGTERM and SIGINT; reads the config again on SIGHUP.',
  ).action(async (options: ConfigOption) =>
    done((await import('../commands/running/run.ts')).runRun(io, options, signals())),
  );
}

function addService({ io, command, done }: CommandLine): void {
  withConfig(
    command('service', 'print a systemd unit for this machine, hardened', [
      'tidemark service | sudo tee /etc/systemd/system/tidemark.service',
      'tidemark service --user > ~/.config/systemd/user/tidemark.service',
    ]),
  )
    .option('--user', 'for the systemd of a user, instead of that of the system')
    .action(async (options: ConfigOption & { user?: boolean }) =>
      done((await import('../commands/set-up/print-unit.ts')).runService(io, options)),
    );
}

function addCompletion({ io, command, done }: CommandLine): void {
  command('completion', 'print the completion of commands, options and names for a shell', [
    'eval "$(tidemark completion bash)"',
    'tidemark completion fish > ~/.config/fish/completions/tidemark.fish',
  ])
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: Shell) => done(printCompletion(io, shell)));
}

function addSandbox({ io, signals, command, done }: CommandLine): void {
  withJson(
    command(
      'sandbox',
      'serve a simulated source on loopback, to try a config without spending credits',
      ['tidemark sandbox', 'tidemark sandbox --fault http_503,page=3,times=2'],
    ),
  )
    .option('--port <n>', 'port, 0 for any free one (default: 8787)', wholeNumber)
    .option('--seed <n>', 'another market (default: 1)', wholeNumber)
    .option('--day <date>', 'UTC day to start on, YYYY-MM-DD (default: today)')
    .option('--speed <n>', 'simulated seconds per second (default: 1)', positiveNumber)
    .option('--credits <n>', 'credits before it answers 402 (default: no end)', wholeNumber)
    .option('--token <text>', 'the token it expects (default: sandbox)')
    .option(
      '--fault <fault>',
      'its name, and after commas if need be day=YYYY-MM-DD, page=N, region=CODE, times=N; may be repeated',
      collect,
    )
    .option('--faults', 'list the faults')
    .action(async (options: object) =>
      done((await import('../commands/set-up/sandbox.ts')).runSandbox(io, options, signals().stop)),
    );
}

function addBackfill({ io, signals, command, remark, done }: CommandLine): void {
  remark(
    withJson(
      withConfig(
        command(
          'backfill',
          'fetch past dates of a dated list: says the price first, fires nothing',
          [
            'tidemark backfill us-products --from 2026-11-01',
            'tidemark backfill us-products --from 2026-11-01 --to 2026-11-12 --yes',
          ],
        ),
      ),
    ),
    'Dates that are stored are left out: the same command goes on where it stopped.\n\nExit code 3: some dates are not stored, or are left for another day.',
  )
    .argument('<watch>', 'name of the watch')
    .requiredOption('--from <date>', 'the first day, YYYY-MM-DD (UTC)')
    .option('--to <date>', 'the last day (default: up to the list before the newest)')
    .option('--yes', 'do not ask whether the price is meant')
    .action(async (watch: string, options: BackfillOptions) => {
      const [{ runBackfill }, { confirm }] = await Promise.all([
        import('../commands/running/backfill.ts'),
        import('../commands/set-up/init-ask.ts'),
      ]);
      const terminal = { input: process.stdin, output: process.stderr };
      const ask = process.stdin.isTTY ? (text: string) => confirm(text, terminal) : null;
      return done(runBackfill(io, { watch, ...options }, { confirm: ask, stop: signals().stop }));
    });
}

type BackfillOptions = ConfigOption & Json & { from: string; to?: string; yes?: boolean };

function addSnapshot({ io, signals, command, remark, done }: CommandLine): void {
  remark(
    withJson(
      withConfig(
        command('snapshot', 'take one snapshot now, of the watches named or of all', [
          'tidemark snapshot',
          'tidemark snapshot us-daily --json',
        ]),
      ),
    ),
    'Exit code 3: a snapshot was stored, but is not complete; or a list is not published yet, and nothing is stored.',
  )
    .argument('[watch...]', 'names of watches')
    .action(async (watches: string[], options: ConfigOption & Json) =>
      done(
        (await import('../commands/running/snapshot.ts')).runSnapshot(
          io,
          { watches, ...options },
          signals().stop,
        ),
      ),
    );
}
