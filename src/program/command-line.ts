// What all groups of commands share: how a command is made, and how its result becomes the exit
// code.
import { InvalidArgumentError, type Command } from 'commander';
import type { DeliveryDeps } from '../delivery/dispatch.ts';
import type { Config } from '../config/config.ts';
import type { Db } from '../store/file/open.ts';
import type { Io, Signals } from '../terminal/io.ts';

export type CommandLine = {
  io: Io;
  /** For commands that run until they are stopped. The others leave signals to the system. */
  signals: () => Signals;
  /** Makes a command of `parent`, or of the program. */
  command: (
    usage: string,
    description: string,
    examples?: readonly string[],
    parent?: Command,
  ) => Command;
  /** Adds a text below the help of a command, wrapped as the help is. */
  remark: (command: Command, text: string) => Command;
  /** Keeps what a command returns as the exit code. */
  done: (code: Promise<number> | number) => Promise<void>;
};

/** Adds `--config PATH`. */
export const withConfig = (command: Command): Command =>
  command.option('--config <path>', 'the configuration (default: see `tidemark help config`)');

/** Adds `--json`. */
export const withJson = (command: Command): Command => command.option('--json', 'print JSON');

export type ConfigOption = { config?: string };

/**
 * What a command may do to the database. `read` changes nothing in it, not even when another
 * version made it.
 */
type Access = 'read' | 'write';

/**
 * Opens the config and its database, which must exist, for a command that reads or changes what is
 * stored.
 */
export async function onDatabase(
  { io }: CommandLine,
  { config: path }: ConfigOption,
  access: Access,
  run: (deps: { db: Db; config: Config }) => Promise<number> | number,
  secrets: 'needed' | 'spared' = 'spared',
): Promise<number> {
  const [{ readAppConfig }, { openDatabase }, { openToRead }] = await Promise.all([
    import('../open-app.ts'),
    import('../store/file/open.ts'),
    import('../store/file/open-to-read.ts'),
  ]);
  const config = readAppConfig(io, path, secrets);
  const db =
    access === 'read'
      ? openToRead(config.database)
      : openDatabase(config.database, { create: false });
  try {
    return await run({ db, config });
  } finally {
    db.close();
  }
}

/**
 * The same for commands about the outbox. Those that send write to the database, and need the
 * secrets of the channels.
 */
export const onOutbox = (
  line: CommandLine,
  options: ConfigOption,
  access: Access,
  run: (deps: DeliveryDeps) => Promise<number>,
): Promise<number> =>
  onDatabase(
    line,
    options,
    access,
    async ({ db, config: { path, channels, smtp, timezone, locale, web } }) => {
      const { deliveryDeps } = await import('../commands/running/snapshot.ts');
      return run(deliveryDeps(line.io, db, { path, channels, smtp, timezone, locale, web }));
    },
    access === 'write' ? 'needed' : 'spared',
  );

/**
 * The largest number for options and arguments that count something or name an id: SQLite cannot
 * hold much larger ones.
 */
const LARGEST = 1_000_000_000;

const wholeNumberUpTo =
  (largest: number) =>
  (text: string): number => {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
    if (Number(text) > largest)
      throw new InvalidArgumentError(`It must be a whole number of at most ${largest}.`);
    return Number(text);
  };

export const wholeNumber = wholeNumberUpTo(LARGEST);
/** Ten years. */
export const wholeDays = wholeNumberUpTo(3_650);

/** An option that is a number above 0, fractions included. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  if (number > LARGEST) throw new InvalidArgumentError(`It must be at most ${LARGEST}.`);
  return number;
}

/** An option that may be repeated: its values in order. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
