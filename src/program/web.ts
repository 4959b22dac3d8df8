// The page: serving it without a daemon, who may come in, and the links of mails.
import type { Command } from 'commander';
import {
  collect,
  onDatabase,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };

/** Adds serve, and web with password and token. */
export function addWeb(line: CommandLine): void {
  addServe(line);
  addMcp(line);
  const web = line.command('web', 'who may use the page, and programs its API', [
    'tidemark web password',
    'tidemark web token add ci --scope read',
  ]);
  line
    .command(
      'password',
      'the hash of a password, for auth in the config',
      ['tidemark web password'],
      web,
    )
    .action(async () =>
      line.done(
        (await import('../commands/web/password.ts')).runWebPassword(line.io, process.stdin),
      ),
    );
  addTokens(line, web);
  const links = line.command('links', 'links of mails that mute or unsubscribe', [], web);
  withConfig(
    line.command(
      'revoke',
      'let those sent so far hold no more',
      ['tidemark web links revoke'],
      links,
    ),
  ).action(async (options: Options) =>
    line.done(
      onDatabase(line, options, 'write', async (deps) =>
        (await import('../commands/web/links.ts')).runLinksRevoke(line.io, deps),
      ),
    ),
  );
}

function addServe({ io, signals, command, done }: CommandLine): void {
  withConfig(
    command('serve', 'the page without the daemon: of a copy, or beside it', [
      'tidemark serve --open',
      'tidemark serve --listen 127.0.0.1:8710',
    ]),
  )
    .option('--listen <address>', 'address:port, or a port (default: web.listen, or 8710)')
    .option('--open', 'show it in the browser')
    .action(async (options: ConfigOption & { listen?: string; open?: boolean }) =>
      done((await import('../commands/web/serve.ts')).runServe(io, options, signals())),
    );
}

function addMcp({ io, signals, command, done }: CommandLine): void {
  withConfig(
    command('mcp', 'tools for an assistant that starts this program: it reads on stdin', [
      'tidemark mcp --config tidemark.yaml',
    ]),
  ).action(async (options: ConfigOption) =>
    done((await import('../commands/web/mcp.ts')).runMcp(io, options, signals())),
  );
}

function addTokens(line: CommandLine, web: Command): void {
  const { io, command, done } = line;
  const token = command('token', 'tokens for programs', [], web);
  const commands = () => import('../commands/web/tokens.ts');
  withJson(
    withConfig(
      command(
        'add',
        'make one; it is shown once',
        ['tidemark web token add grafana', 'tidemark web token add feeds --scope feeds'],
        token,
      ),
    ),
  )
    .argument('<name>', 'what it is for, such as the name of the program')
    .option('--scope <scope>', 'read, write, feeds or mcp; may be repeated', collect)
    .action(
      async (name: string, { scope = ['read'], ...options }: Options & { scope?: string[] }) =>
        done(
          onDatabase(line, options, 'write', async (deps) =>
            (await commands()).runTokenAdd(io, { name, scope, ...options }, deps),
          ),
        ),
    );
  withJson(
    withConfig(
      command('list', 'every token, and when it was used', ['tidemark web token list'], token),
    ),
  ).action(async (options: Options) =>
    done(
      onDatabase(line, options, 'read', async (deps) =>
        (await commands()).runTokenList(io, options, deps),
      ),
    ),
  );
  withConfig(command('remove', 'revoke one', ['tidemark web token remove grafana'], token))
    .argument('<name>', 'its name')
    .action(async (name: string, options: Options) =>
      done(
        onDatabase(line, options, 'write', async (deps) =>
          (await commands()).runTokenRemove(io, { name }, deps),
        ),
      ),
    );
}
