// `tidemark run`: the daemon. It takes snapshots on schedule and delivers what they led to, until it is stopped.
import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import { runSchedule } from '../daemon.ts';
import { runDispatcher } from '../delivery/dispatch.ts';
import { loadMail } from '../delivery/senders.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { openPassSource, readAppConfig } from '../open-app.ts';
import { takeDaemonLock } from '../store/lock.ts';
import { openDatabase, type Db } from '../store/open.ts';
import type { Io } from '../terminal/io.ts';

export type RunArgs = { config?: string | undefined };

/** What the operating system tells a daemon. */
export type Signals = {
  /** SIGTERM or SIGINT. */
  stop: AbortSignal;
  /** Called on SIGHUP: read the config again. Returns how to unsubscribe. */
  onReload(reload: () => void): () => void;
};

/** Runs until told to stop. A config that is not valid is refused whole on reload, and what runs goes on. */
export async function runDaemon(io: Io, args: RunArgs, signals: Signals): Promise<number> {
  const log = pino(
    { base: null, timestamp: () => `,"time":"${new Date(io.clock.now()).toISOString()}"` },
    pino.destination({ fd: 2, sync: true }),
  );
  let config = readAppConfig(io, args.config, 'needed');
  const lock = takeDaemonLock(config.database);
  const db = openDatabase(config.database);
  let source = openPassSource(config, io.clock, Math.random);
  const closing = [source];
  let dispatcher = startDispatcher(io, db, config, log);

  const unsubscribe = signals.onReload(() => {
    const next = reloaded(io, args, config, log);
    if (next === null) return;
    config = next;
    // A pass under way keeps the source it began with.
    source = openPassSource(config, io.clock, Math.random);
    closing.push(source);
    const before = dispatcher;
    dispatcher = startDispatcher(io, db, config, log, before.stop());
    log.info({ config: config.path }, 'config reloaded');
  });
  try {
    await dispatcher.ready;
    log.info({ database: db.path, pid: process.pid }, 'started');
    await runSchedule({
      db,
      config: () => config,
      clock: io.clock,
      log,
      signal: signals.stop,
      fetchList: (query, ledger, signal) => source.fetchList(query, ledger, signal),
      // Subscribed after the reload above, so called after it.
      onReload: (look) => signals.onReload(look),
    });
  } finally {
    unsubscribe();
    await dispatcher.stop();
    for (const one of closing) await one.close();
    db.close();
    lock.release();
    log.info({}, 'stopped');
  }
  return 0;
}

/** Starts delivering, once the dispatcher before it has given back what it had claimed. */
function startDispatcher(
  io: Io,
  db: Db,
  config: Config,
  log: Log,
  before: Promise<void> = Promise.resolve(),
) {
  const stopping = new AbortController();
  const { channels, smtp, timezone, locale } = config;
  const ready = channels.some(({ kind }) => kind === 'email') ? loadMail() : Promise.resolve();
  const running = Promise.all([before, ready]).then(() =>
    runDispatcher(
      { db, channels, smtp, timezone, locale, clock: io.clock, log, random: Math.random },
      stopping.signal,
    ),
  );
  return {
    /** What it will need is loaded. */
    ready,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

function reloaded(io: Io, args: RunArgs, current: Config, log: Log): Config | null {
  try {
    const next = readAppConfig(io, args.config, 'needed');
    if (next.database === current.database) return next;
    log.error({ database: next.database }, 'config not reloaded: another database needs a restart');
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    log.error({ problems: messageOf(thrown).split('\n') }, 'config not reloaded: it is not valid');
  }
  return null;
}
