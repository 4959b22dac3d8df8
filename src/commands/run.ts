// `tidemark run`: the daemon. It takes snapshots on schedule and delivers what they led to, until it is stopped.
import { pino } from 'pino';
import type { Config } from '../config/config.ts';
import { runSchedule } from '../daemon.ts';
import { holdSource } from '../daemon/source-holder.ts';
import { runDispatcher } from '../delivery/dispatch.ts';
import { loadMail } from '../delivery/senders.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { openPassSource, readAppConfig } from '../open-app.ts';
import { watchFile } from '../store/file-watch.ts';
import { takeDaemonLock } from '../store/lock.ts';
import { forgetLogLosses, writeLogLosses } from '../store/log-losses.ts';
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
    // Each line at once and in order; one that cannot be written is dropped and counted.
    { write: (line: string) => io.stderr(line) },
  );
  let config = readAppConfig(io, args.config, 'needed', (text) => log.warn({}, `config: ${text}`));
  const lock = takeDaemonLock(config.database);
  const db = openDatabase(config.database);
  const isInPlace = watchFile(config.database);
  forgetLogLosses(config.database);
  const noteLosses = lossNoter(io, config.database, log);
  const source = holdSource(openPassSource(config, io.clock, Math.random));
  let dispatcher = startDispatcher(io, db, config, log);

  const unsubscribe = signals.onReload(() => {
    const next = reloaded(io, args, config, log);
    if (next === null) return;
    config = next;
    source.replace(openPassSource(config, io.clock, Math.random));
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
      fetchList: source.fetchList,
      beforeFetch: isInPlace,
      afterLook: noteLosses,
      // Subscribed after the reload above, so called after it.
      onReload: (look) => signals.onReload(look),
    });
  } finally {
    unsubscribe();
    await dispatcher.stop();
    await source.close();
    db.close();
    lock.release();
    log.info({}, 'stopped');
  }
  return 0;
}

/** Returns what to call now and then: it writes down for `status` what the log has lost, and says so in the log once it can be written again. */
function lossNoter(io: Io, database: string, log: Log): () => void {
  let noted = 0;
  let told = 0;
  return () => {
    const { count, reason } = io.stderrLost?.() ?? { count: 0, reason: null };
    const losses = { lines: count, reason: reason ?? 'unknown', lastAt: io.clock.now() };
    if (count > noted && writeLogLosses(database, losses)) noted = count;
    if (count === told) return;
    log.warn(
      { lines: count - told, reason },
      'lines of this log could not be written, and are lost',
    );
    // If that was lost too, it is told with the next.
    if (io.stderrLost?.().count === count) told = count;
  };
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
    const next = readAppConfig(io, args.config, 'needed', (text) =>
      log.warn({}, `config: ${text}`),
    );
    if (next.database === current.database) return next;
    log.error({ database: next.database }, 'config not reloaded: another database needs a restart');
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    log.error({ problems: messageOf(thrown).split('\n') }, 'config not reloaded: it is not valid');
  }
  return null;
}
