// The command line: every command with its arguments, options and help. What a command does is in its own file.
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Io } from './terminal/io.ts';
import type { Signals } from './commands/run.ts';

export type Program = { run(argv: readonly string[]): Promise<number> };

/** `signals` is called by commands that run until they are stopped: the others keep the system's default. */
export function buildProgram(io: Io, signals: () => Signals, version: string): Program {
  let exitCode = 0;
  /** Keeps what a command returns as the exit code. */
  const done = async (code: Promise<number> | number) => {
    exitCode = await code;
  };

  const program = new Command('tidemark')
    .description('Tracks ranked TikTok Shop product lists: snapshots on a schedule, alerts when products move, and plain SQL over the whole history.')
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(tidemark help lists all commands)')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .exitOverride();

  const command = (usage: string, description: string, examples: readonly string[] = []) => {
    const made = program.command(usage).description(description).exitOverride();
    if (examples.length > 0) made.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`);
    return made;
  };
  const withConfig = (made: Command) => made.option('--config <path>', 'the configuration (default: $TIDEMARK_CONFIG, or ./tidemark.yaml)');
  const withJson = (made: Command) => made.option('--json', 'print JSON');

  withJson(command('demo', 'a complete tour: a simulated market, a month of snapshots, alerts, mails and webhooks', ['tidemark demo', 'tidemark demo --dir ./tour --days 60']))
    .option('--dir <path>', 'folder for the database, mails and webhooks', 'tidemark-demo')
    .option('--days <n>', 'days to simulate', wholeNumber, 45)
    .option('--seed <n>', 'another market', wholeNumber, 1)
    .action(async (options: { dir: string; days: number; seed: number; json?: boolean }) => done((await import('./demo/demo.ts')).runDemo(io, options)));

  command('init', 'write a commented tidemark.yaml', ['tidemark init'])
    .argument('[path]', 'where to')
    .option('--force', 'write over a file that is there')
    .action(async (path: string | undefined, options: { force?: boolean }) => done((await import('./commands/init.ts')).runInit(io, { path, ...options })));

  withJson(withConfig(command('check', 'check the config; show next runs and the credit plan', ['tidemark check', 'tidemark check --connect'])))
    .option('--connect', 'also try the source (one request), SMTP and webhooks')
    .action(async (options: { config?: string; json?: boolean; connect?: boolean }) => {
      const [{ runCheck }, { openProbes }, { expressionChecker }] = await Promise.all([import('./commands/check.ts'), import('./commands/probes.ts'), import('./alert/compile.ts')]);
      return done(runCheck(io, options, { probes: openProbes(io), checkExpression: expressionChecker() }));
    });

  command('schema', 'print the JSON Schema of the config, for editors')
    .option('--db', 'describe the views of the database instead')
    .action(async (options: { db?: boolean }) => done((await import('./commands/schema.ts')).runSchema(io, options)));

  withConfig(command('run', 'the daemon: take snapshots on schedule, and deliver'))
    .addHelpText('after', '\nStops cleanly on SIGTERM and SIGINT; reads the config again on SIGHUP.\n')
    .action(async (options: { config?: string }) => done((await import('./commands/run.ts')).runDaemon(io, options, signals())));

  withJson(command('sandbox', 'serve a simulated source on loopback, to try a config without spending credits', ['tidemark sandbox', 'tidemark sandbox --fault http_503,page=3,times=2']))
    .option('--port <n>', 'port, 0 for any free one (default: 8787)', wholeNumber)
    .option('--seed <n>', 'another market (default: 1)', wholeNumber)
    .option('--day <date>', 'UTC day to start on, YYYY-MM-DD (default: today)')
    .option('--speed <n>', 'simulated seconds per second (default: 1)', positiveNumber)
    .option('--credits <n>', 'credits before it answers 402 (default: no end)', wholeNumber)
    .option('--token <text>', 'the token it expects (default: sandbox)')
    .option('--fault <fault>', 'name[,day=YYYY-MM-DD][,page=N][,region=CODE][,times=N]; may be repeated', collect)
    .option('--faults', 'list the faults')
    .action(async (options: object) => done((await import('./commands/sandbox.ts')).runSandbox(io, options, signals().stop)));

  withJson(withConfig(command('snapshot', 'take one snapshot now, of the watches named or of all', ['tidemark snapshot', 'tidemark snapshot us-daily --json'])))
    .argument('[watch...]', 'names of watches')
    .addHelpText('after', '\nExit code 3: a snapshot was stored, but is not complete.\n')
    .action(async (watches: string[], options: { config?: string; json?: boolean }) => done((await import('./commands/snapshot.ts')).runSnapshot(io, { watches, ...options }, signals().stop)));

  return {
    run: async (argv) => {
      if (argv.length === 0) {
        program.outputHelp();
        return 0;
      }
      try {
        await program.parseAsync([...argv], { from: 'user' });
        return exitCode;
      } catch (thrown) {
        // commander has said what is wrong; asking for help is no error.
        if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
        throw thrown;
      }
    },
  };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function positiveNumber(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return Number(text);
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];
