// The daemon as a whole: starts the schedule and the dispatcher, reads its config again, and stops
// them in order.
import type { NamedCategory } from '../config/category-names.ts';
import type { Config } from '../config/config.ts';
import { fetchCategories } from '../history/categories.ts';
import { AppError, messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { programVersion } from '../lib/version.ts';
import { readAppConfig } from '../open-app.ts';
import { openPassSource } from '../open-pass-source.ts';
import { withPaths, type Category } from '../store/categories.ts';
import { watchFile } from '../store/file/file-watch.ts';
import { takeDaemonLock } from '../store/file/lock.ts';
import { forgetDaemon, noteDaemon, type DaemonNote } from '../store/file/daemon-note.ts';
import { forgetLogLosses } from '../store/file/log-losses.ts';
import { openDatabase, type Db } from '../store/file/open.ts';
import { giveBackPages } from '../store/upkeep.ts';
import { refuseUnfit } from '../store/series/list-fit.ts';
import type { Io, Signals } from '../terminal/io.ts';
import { atNextMinute } from './at-next-minute.ts';
import { startBackup } from './backup-job.ts';
import { runBackups } from './backups.ts';
import { startLakeSync } from './lake-job.ts';
import { runLakeSyncs } from './lake-syncs.ts';
import { runLakeThinning, startLakeThinning } from './lake-thinning.ts';
import { refreshCategories } from './category-refresh.ts';
import { startDispatcher } from './dispatcher.ts';
import { collectGarbage, giveBackAfterWork } from './give-back.ts';
import { startHeartbeat } from './heartbeat.ts';
import { lossNoter } from './log-loss-noter.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { holdOps, type OpsHolder } from './ops-holder.ts';
import { runSchedule } from './schedule.ts';
import { holdSource } from './source-holder.ts';
import { calledFromAnywhere } from '../terminal/program-name.ts';
import { holdWeb, type WebHolder } from './web-holder.ts';

export type DaemonArgs = { config?: string | undefined };

/**
 * Runs until told to stop. On reload a config with a mistake is refused, no part of it is used, and
 * the old one stays in force.
 */
export async function runDaemon(
  io: Io,
  log: Log,
  args: DaemonArgs,
  signals: Signals,
  random: () => number,
): Promise<void> {
  const readConfig = () =>
    readAppConfig(io, args.config, 'needed', (text) => log.warn({}, `config: ${text}`));
  let config = readConfig();
  const lock = takeDaemonLock(config.database);
  // A note that a daemon left which was killed.
  forgetDaemon(config.database);
  const db = openDatabase(config.database, { isDaemon: true });
  const isInPlace = watchFile(config.database);
  forgetLogLosses(config.database);
  const startedAt = io.clock.now();
  const version = programVersion();
  const describe = (): DaemonNote => ({
    pid: process.pid,
    version,
    startedAt,
    config: config.path,
    configAt: io.clock.now(),
  });
  let note = describe();
  noteDaemon(config.database, note);
  let lookedAt = startedAt;
  const noteLosses = lossNoter(io, config.database, log);
  const source = holdSource(openPassSource(config, io.clock, random));
  let dispatcher = startDispatcher(io, db, config, log, random);

  let ops: OpsHolder | null = null;
  let web: WebHolder | null = null;
  const stopOthers = new AbortController();
  const others: Promise<void>[] = [];
  const unsubscribe = signals.onReload(() => {
    const next = reloaded(db, readConfig, config, log);
    if (next === null) return;
    config = next;
    note = describe();
    noteDaemon(config.database, note);
    ops?.follow();
    web?.follow();
    source.replace(openPassSource(config, io.clock, random));
    const before = dispatcher;
    dispatcher = startDispatcher(io, db, config, log, random, before.stop());
    log.info({ config: config.path }, 'config reloaded');
  });
  try {
    refuseUnfit(db.raw, config);
    await dispatcher.ready;
    ops = await holdOps(
      {
        db,
        clock: io.clock,
        config: () => config,
        note: () => note,
        checkPlace: isInPlace,
        lookedAt: () => lookedAt,
      },
      log,
    );
    log.info({ database: db.path, pid: process.pid }, 'started');
    web = holdWeb(() => config, {
      db,
      clock: io.clock,
      log,
      called: calledFromAnywhere(io, config.path),
    });
    const backups = runBackups({
      db,
      config: () => config,
      clock: io.clock,
      log,
      make: ({ path }, signal) => startBackup(path, io.env, signal),
      signal: stopOthers.signal,
    });
    others.push(backups);
    // Both hold the lock of the lake, and a sync that finds it taken fails.
    const inTurn = oneAtATime();
    others.push(
      runLakeSyncs({
        db,
        config: () => config,
        clock: io.clock,
        log,
        sync: ({ path }, signal) => inTurn(() => startLakeSync(path, io.env, signal)),
        signal: stopOthers.signal,
      }),
    );
    others.push(
      runLakeThinning({
        config: () => config,
        clock: io.clock,
        log,
        thin: ({ path }, signal) => inTurn(() => startLakeThinning(path, io.env, signal)),
        signal: stopOthers.signal,
      }),
    );
    const heartbeat = startHeartbeat({
      config: () => config,
      clock: io.clock,
      log,
      signal: stopOthers.signal,
    });
    others.push(heartbeat.ended);
    const refreshing = refreshCategories({
      db,
      config: () => config,
      clock: io.clock,
      log,
      random,
      fetch: fetchCategories,
      whyUnfit: (tree) => whyUnfit(io, config, tree),
      signal: stopOthers.signal,
    });
    others.push(refreshing);
    const memory = giveBackAfterWork(io.clock, () => {
      giveBackPages(db);
      collectGarbage();
    });
    await runSchedule({
      db,
      config: () => config,
      clock: io.clock,
      log,
      signal: signals.stop,
      fetchList: source.fetchList,
      beforeFetch: isInPlace,
      afterPass: (...ended) => {
        memory.passed();
        heartbeat.passed(...ended);
      },
      afterLook: () => {
        lookedAt = io.clock.now();
        noteLosses();
        memory.looked();
      },
      setAlarm: (wake) => atNextMinute(io.clock, wake),
      // It subscribes after the reload above, so it is called after it.
      onReload: (look) => signals.onReload(look),
    });
  } finally {
    unsubscribe();
    await web?.close();
    await ops?.close();
    stopOthers.abort();
    await Promise.all(others);
    await dispatcher.stop();
    await source.close();
    db.close();
    forgetDaemon(config.database);
    lock.release();
    log.info({}, 'stopped');
  }
}

/**
 * The config as it is now. Null when it has a mistake: the log says so, and the daemon goes on with
 * the config that it has.
 */
function reloaded(db: Db, readConfig: () => Config, current: Config, log: Log): Config | null {
  try {
    const next = readConfig();
    if (next.database === current.database) {
      refuseUnfit(db.raw, next);
      return next;
    }
    log.error({ database: next.database }, 'config not reloaded: another database needs a restart');
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    log.error({ problems: messageOf(thrown).split('\n') }, 'config not reloaded: it is not valid');
  }
  return null;
}

/**
 * Why a config that can be read could not be read with another tree of categories: a name in it that
 * the tree lacks, or has twice. Null where it can.
 */
function whyUnfit(io: Io, { path }: Config, tree: readonly Category[]): string | null {
  const problem = (read?: () => NamedCategory[]): string | null => {
    try {
      readAppConfig(io, path, 'spared', () => {}, read);
      return null;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      return thrown.message;
    }
  };
  return problem() === null ? problem(() => withPaths(tree)) : null;
}
