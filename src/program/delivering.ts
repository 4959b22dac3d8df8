// Commands about messages: deliveries, channels and digests.
import type { Command } from 'commander';
import {
  onDatabase,
  onOutbox,
  wholeNumber,
  withConfig,
  withJson,
  type CommandLine,
  type ConfigOption,
} from './command-line.ts';

type Options = ConfigOption & { json?: boolean };
/** What commander hands to the action of a subcommand whose parent has options of the same name. */
type WithGlobals<T> = { optsWithGlobals(): T };

/** Adds deliveries, channels and digest. */
export function addDelivering(line: CommandLine): void {
  addDeliveries(line);
  addChannels(line);
  addDigest(line);
}

function addDeliveries(line: CommandLine): void {
  const { io, command, done } = line;
  const deliveries = withJson(
    withConfig(
      command('deliveries', 'messages on their way, delivered and dead', [
        'tidemark deliveries --state dead',
        'tidemark deliveries show 12',
        'tidemark deliveries retry --all-dead',
      ]),
    ),
  )
    .option('--state <state>', 'pending, sending, delivered, dead, expired or cancelled')
    .option('--channel <name>', 'only of this channel')
    .option('--limit <n>', 'how many (default: 50); 0: all', wholeNumber)
    .action(async (options: Options) =>
      done(
        onOutbox(line, options, 'read', async (deps) =>
          (await import('../commands/delivering/deliveries.ts')).runDeliveries(io, options, deps),
        ),
      ),
    );
  addShow(line, deliveries);
  addRetry(line, deliveries);
}

function addShow(line: CommandLine, deliveries: Command): void {
  const { io, command, done } = line;
  withJson(
    withConfig(
      command(
        'show',
        'one delivery with its attempts',
        ['tidemark deliveries show 12'],
        deliveries,
      ),
    ),
  )
    .argument('<id>', 'id of the delivery', wholeNumber)
    .action(async (id: number, _: object, self: WithGlobals<Options>) => {
      const options = self.optsWithGlobals();
      return done(
        onOutbox(line, options, 'read', async (deps) =>
          (await import('../commands/delivering/deliveries.ts')).runDeliveriesShow(
            io,
            { id, ...options },
            deps,
          ),
        ),
      );
    });
}

function addRetry(line: CommandLine, deliveries: Command): void {
  const { io, command, done } = line;
  withJson(
    withConfig(
      command(
        'retry',
        'send again now, under the same id',
        ['tidemark deliveries retry 12', 'tidemark deliveries retry --all-dead'],
        deliveries,
      ),
    ),
  )
    .argument('[id]', 'id of the delivery', wholeNumber)
    .option('--all-dead', 'every dead one')
    .option('--force', 'also what is past its time')
    .action(
      async (
        id: number | undefined,
        _: object,
        self: WithGlobals<Options & { allDead?: boolean; force?: boolean }>,
      ) => {
        const options = self.optsWithGlobals();
        return done(
          onOutbox(line, options, 'write', async (deps) =>
            (await import('../commands/delivering/deliveries.ts')).runDeliveriesRetry(
              io,
              { ...(id === undefined ? {} : { id }), ...options },
              deps,
            ),
          ),
        );
      },
    );
}

function addChannels(line: CommandLine): void {
  const { io, command, done } = line;
  const channels = command('channels', 'try the channels, and who has unsubscribed', [
    'tidemark channels test team-mail',
    'tidemark channels subscribe team-mail ana@example.com',
  ]);
  withJson(
    withConfig(
      command(
        'test',
        'send a test message through the real renderer',
        ['tidemark channels test team'],
        channels,
      ),
    ),
  )
    .argument('<name>', 'name of the channel')
    .action(async (name: string, options: Options) =>
      done(
        onOutbox(line, options, 'write', async (deps) =>
          (await import('../commands/delivering/channels.ts')).runChannelsTest(
            io,
            { name, ...options },
            deps,
          ),
        ),
      ),
    );
  addSubscriptions(line, channels);
}

function addSubscriptions(line: CommandLine, channels: Command): void {
  const { io, command, done } = line;
  const commands = () => import('../commands/delivering/subscriptions.ts');
  withJson(
    withConfig(
      command(
        'unsubscribed',
        'who gets no more of what, by a link',
        ['tidemark channels unsubscribed'],
        channels,
      ),
    ),
  ).action(async (options: Options) =>
    done(
      onOutbox(line, options, 'read', async (deps) =>
        (await commands()).runChannelsUnsubscribed(io, options, deps),
      ),
    ),
  );
  withConfig(
    command(
      'subscribe',
      'send a recipient again what it has ended',
      ['tidemark channels subscribe team ana@example.com'],
      channels,
    ),
  )
    .argument('<name>', 'name of the channel')
    .argument('<address>', 'the recipient')
    .action(async (name: string, recipient: string, options: Options) =>
      done(
        onOutbox(line, options, 'write', async (deps) =>
          (await commands()).runChannelsSubscribe(io, { name, recipient }, deps),
        ),
      ),
    );
}

function addDigest(line: CommandLine): void {
  const { io, command, done } = line;
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
    .option('--full', 'all its rows, also of a short one')
    .option('--open', 'show it in the browser')
    .option('--out <folder>', 'write its parts into a folder')
    .option('--send', 'send it to its channels')
    .action(
      async (
        name: string,
        options: Options & {
          period?: string;
          full?: boolean;
          open?: boolean;
          out?: string;
          send?: boolean;
        },
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
}
