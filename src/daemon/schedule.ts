/**
 * The schedule of `tidemark run`: it asks again and again which slots are overdue, and takes them
 * one after the other. What is due comes from the database (schedule/overdue.ts). Timers only wake
 * it: node-cron at each full minute, and a tick in between. No slot is computed ahead, so neither a
 * late timer nor a clock that is set can lose one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { runDueDigests } from '../digest/run-due.ts';
import { isoTime, DAY_MS, MINUTE_MS, SECOND_MS, type Clock, type Instant } from '../lib/clock.ts';
import { nextSlot } from '../schedule/slots.ts';
import { messageOf } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FetchList } from '../pipeline.ts';
import { failureTeller } from '../store/file/failure-teller.ts';
import type { Db } from '../store/file/open.ts';
import { clockWatch, keepWatching } from './clock-watch.ts';
import { findDue } from './find-due.ts';
import { takeSlot, type AfterPass } from './take-slot.ts';
import { tidyUp, upkeep } from './tidy-up.ts';
import { makeWaker } from './waker.ts';

export type ScheduleDeps = {
  db: Db;
  /** Asked before every look: a reloaded config takes effect between two passes. */
  config: () => Config;
  clock: Clock;
  log: Log;
  fetchList: FetchList;
  /**
   * Called before each look and each pass. What it throws ends the daemon, with nothing fetched.
   */
  beforeFetch?(): void;
  /** Called after each pass. */
  afterPass?: AfterPass;
  /** Called after each look. */
  afterLook?(): void;
  /** When it aborts, the pass under way is given up with nothing half done: its slot stays due. */
  signal: AbortSignal;
  /** Takes a function to call when the config may have changed; returns how to unsubscribe. */
  onReload(look: () => void): () => void;
  /**
   * Called before each sleep with a function to call at the next full minute; returns how to call
   * it off. Without it only the tick wakes.
   */
  setAlarm?(wake: () => void): () => Promise<void>;
};

/** The longest time between two looks, unless a pass runs. */
const TICK_MS = 30 * SECOND_MS;
/** The longest pause between two tries of a slot that cannot be stored. */
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;

/** Takes snapshots on schedule until the signal aborts. */
export async function runSchedule(deps: ScheduleDeps): Promise<void> {
  const { clock, log, signal } = deps;
  const waker = makeWaker(clock, signal);
  let config: Config | null = null;
  /** When each source last refused us: a 401 of one source makes no other rest. */
  const refusals = new Map<string, Instant>();
  let upkeptDay: number | null = null;
  let failures = 0;
  // Looks at once, not at the next tick: the slots of a new watch are due from the moment it is
  // recorded.
  const reloaded = makeWaker(clock, signal);
  const unsubscribe = deps.onReload(() => {
    waker.wake();
    reloaded.wake();
  });
  /** What `beforeFetch` threw. */
  const gone: { by: Error | null } = { by: null };
  const check = (): boolean => {
    try {
      deps.beforeFetch?.();
      return true;
    } catch (thrown) {
      log.error({ err: messageOf(thrown) }, 'stopping: nothing more is fetched');
      gone.by = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
      return false;
    }
  };

  const tell = failureTeller(log, clock);
  const watchClock = clockWatch(deps);
  const stopWatching = keepWatching(
    () => {
      if (watchClock()) waker.wake();
    },
    clock,
    signal,
    (thrown) => tell(thrown, {}, 'what the clock left could not be mended, and is tried again'),
  );

  /**
   * Takes what is due, and returns how many slots that were. A slot that turned out to be filled
   * already does not count.
   */
  const look = async (): Promise<number> => {
    if (config !== deps.config()) {
      config = deps.config();
      log.info(
        {
          watches: config.watches.length,
          rules: config.rules.length,
          next: nextOf(config, clock.now()),
        },
        'watching',
      );
    }
    if (!check()) return 0;
    watchClock();
    // A refusal from a time to come was noted by a clock that was ahead: nothing to wait for.
    for (const [source, at] of refusals) if (at > clock.now()) refusals.delete(source);
    let taken = 0;
    for (const slot of await findDue(deps, config)) {
      if (signal.aborted) break;
      // A reload takes effect after the pass that runs: what is due is asked again.
      if (config !== deps.config()) return 1;
      if (!check()) return 0;
      const ended = await takeSlot(deps, config, slot, refusals);
      if (ended.hasTried) taken++;
      if (ended.refusedAt !== null) refusals.set(slot.watch.source, ended.refusedAt);
      failures = ended.hasFailed ? failures + 1 : 0;
      // A slot that can be fetched but not stored must not spend the day's credits, so the
      // pauses grow.
      if (ended.hasFailed)
        await reloaded.sleep(Math.min(TICK_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    }
    // Digests come after the snapshots of the same minute, so that they hold them.
    runDueDigests({ db: deps.db, config, clock, log });
    await tidyUp(deps, config);
    const day = Math.floor(clock.now() / DAY_MS);
    if (day !== upkeptDay) await upkeep(deps, config);
    upkeptDay = day;
    return taken;
  };
  const sleepUntilWoken = async (): Promise<void> => {
    const callOff = deps.setAlarm?.(waker.wake);
    await waker.sleep(TICK_MS);
    await callOff?.();
  };
  try {
    while (!signal.aborted) {
      let taken = 0;
      try {
        taken = await look();
      } catch (thrown) {
        // For example a database that is locked for long, or a full disk. What is due stays due.
        tell(thrown, {}, 'the schedule could not be served, and is tried again');
      }
      deps.afterLook?.();
      if (gone.by !== null) throw gone.by;
      // Taking slots took time, so more may be due by now.
      if (taken === 0) await sleepUntilWoken();
      // Whatever was found, timers, signals and deliveries get their turn.
      await nextTurn();
    }
  } finally {
    unsubscribe();
    await stopWatching();
  }
}

/** The next slot of any watch, as ISO 8601; null when there is none. */
function nextOf({ watches }: Config, now: Instant): string | null {
  const slots = watches.flatMap(
    ({ schedule, timezone }) => nextSlot(schedule, timezone, now) ?? [],
  );
  return slots.length === 0 ? null : isoTime(Math.min(...slots));
}
