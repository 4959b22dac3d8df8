/**
 * The schedule of `tidemark run`: asks again and again which slots are overdue, and takes them one after the other.
 * Timers only wake it: node-cron at each scheduled minute, and a tick in between, because a late or lost timer must
 * not lose a slot. What is due is asked of the database (schedule/overdue.ts).
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { schedule as scheduleCron, type ScheduledTask } from 'node-cron';
import type { Config } from './config/config.ts';
import { clockWatch } from './daemon/clock-watch.ts';
import { findDue, type Due } from './daemon/find-due.ts';
import { runDueDigests } from './digest/run-due.ts';
import { DAY_MS, isoTime, MINUTE_MS, SECOND_MS, type Clock, type Instant } from './lib/clock.ts';
import { messageOf } from './lib/errors.ts';
import type { Log } from './lib/log.ts';
import type { FetchedList } from './model.ts';
import { runPass, type FetchList } from './pipeline.ts';
import { failureTeller } from './store/failure-teller.ts';
import type { Db } from './store/open.ts';
import { prunePayloads } from './store/outbox.ts';
import { pruneRawPages } from './store/snapshots.ts';
import { dailyUpkeep } from './store/upkeep.ts';

export type ScheduleDeps = {
  db: Db;
  /** Asked before every look: a reloaded config takes effect between two passes. */
  config: () => Config;
  clock: Clock;
  log: Log;
  fetchList: FetchList;
  /** Called before each look and each pass; what it throws ends the daemon, with nothing fetched. */
  beforeFetch?(): void;
  /** Called after each look. */
  afterLook?(): void;
  /** Gives up the pass under way, with nothing half done: its slot stays due. */
  signal: AbortSignal;
  /** Takes what to call when the config may be another; returns how to unsubscribe. */
  onReload(look: () => void): () => void;
};

/** How often it looks without being woken. */
const TICK_MS = 30 * SECOND_MS;
/** Mails are larger than the snapshots they tell of; their facts stay in `notifications`. */
const PAYLOADS_KEPT_MS = 30 * DAY_MS;
/** A slot taken later than this is a catch-up. */
const PUNCTUAL_MS = 2 * MINUTE_MS;

/** Between two tries of a slot that cannot be stored. */
const LONGEST_PAUSE_MS = 15 * MINUTE_MS;

/** Takes snapshots on schedule until the signal aborts. */
export async function runSchedule(deps: ScheduleDeps): Promise<void> {
  const { clock, log, signal } = deps;
  const waker = makeWaker(clock, signal);
  let config: Config | null = null;
  let tasks: ScheduledTask[] = [];
  let refusedAt: Instant | null = null;
  let upkeptDay: number | null = null;
  let failures = 0;
  // At once, not at the next tick: the slots of a new watch are due from the moment it is recorded.
  const reloaded = makeWaker(clock, signal);
  const unsubscribe = deps.onReload(() => {
    waker.wake();
    reloaded.wake();
  });
  /** Thrown by `beforeFetch`. */
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

  /** Takes what is due; returns how many slots that were. One that turned out to be filled already is none. */
  const look = async (): Promise<number> => {
    if (config !== deps.config()) {
      config = deps.config();
      await stopTasks(tasks);
      tasks = [...config.watches, ...config.digests].map(({ schedule, timezone }) =>
        scheduleCron(schedule, waker.wake, { timezone, logger: SILENT }),
      );
      log.info({ watches: config.watches.length, rules: config.rules.length }, 'watching');
    }
    if (!check()) return 0;
    watchClock();
    // Refused by a clock that was ahead: nothing to wait for.
    if (refusedAt !== null && refusedAt > clock.now()) refusedAt = null;
    let taken = 0;
    for (const slot of await findDue(deps, config)) {
      if (signal.aborted) break;
      // A reload takes effect after the pass that runs: what is due is asked anew.
      if (config !== deps.config()) return 1;
      if (!check()) return 0;
      const ended = await takeSlot(deps, config, slot, refusedAt);
      if (ended.hasTried) taken++;
      if (ended.refusedAt !== null) refusedAt = ended.refusedAt;
      failures = ended.hasFailed ? failures + 1 : 0;
      // A slot that can be fetched but not stored must not spend the day's credits: ever longer pauses.
      if (ended.hasFailed)
        await reloaded.sleep(Math.min(TICK_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS));
    }
    // After the snapshots of its own minute, so that a digest holds them.
    runDueDigests({ ...deps, config });
    tidyUp(deps, config);
    const day = Math.floor(clock.now() / DAY_MS);
    if (day !== upkeptDay) upkeep(deps, config);
    upkeptDay = day;
    return taken;
  };
  try {
    while (!signal.aborted) {
      let taken = 0;
      try {
        taken = await look();
      } catch (thrown) {
        // Such as a database that is locked for long, or a full disk. What is due stays due.
        tell(thrown, {}, 'the schedule could not be served, and is tried again');
      }
      deps.afterLook?.();
      if (gone.by !== null) throw gone.by;
      // What took long may have made more due.
      if (taken === 0) await waker.sleep(TICK_MS);
      // Whatever a round finds: timers, signals and deliveries get their turn.
      await nextTurn();
    }
  } finally {
    unsubscribe();
    await stopTasks(tasks);
  }
}

/** node-cron tells of late timers on the console; lateness is no news here. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

async function stopTasks(tasks: readonly ScheduledTask[]): Promise<void> {
  for (const task of tasks) await task.destroy();
}

/**
 * A sleep that can be cut short. A wake that comes while nobody sleeps is not lost. `AbortSignal.any` would do, but on
 * Node 20 it leaves something behind on the long-lived signal every time.
 */
function makeWaker(clock: Clock, signal: AbortSignal) {
  let alarm = new AbortController();
  const wake = () => alarm.abort();
  signal.addEventListener('abort', wake, { once: true });
  return {
    wake,
    sleep: async (ms: number) => {
      await clock.sleep(ms, alarm.signal);
      alarm = new AbortController();
    },
  };
}

/** Runs the pass of one slot. Tells whether there was anything to do, when the source refused us, if it did, and whether the pass failed unforeseen. */
async function takeSlot(
  deps: ScheduleDeps,
  config: Config,
  { watch, slotAt }: Due,
  refusedAt: Instant | null,
): Promise<{ hasTried: boolean; refusedAt: Instant | null; hasFailed: boolean }> {
  const { clock, log } = deps;
  const startedAt = clock.now();
  const startedMs = clock.monotonicMs();
  // Those that were due when the source refused are not asked for.
  const isPaused = refusedAt !== null && slotAt <= refusedAt;
  const fetchList: FetchList = isPaused ? async () => pausedList(startedAt) : deps.fetchList;
  try {
    const outcome = await runPass(
      { ...deps, config, fetchList },
      watch,
      slotAt,
      startedAt - slotAt > PUNCTUAL_MS ? 'catchup' : 'schedule',
    );
    if (outcome.kind !== 'taken') return { hasTried: false, refusedAt: null, hasFailed: false };
    const { result, note } = outcome;
    const fields = {
      ...result,
      ...(note === null ? {} : { note }),
      ms: Math.round(clock.monotonicMs() - startedMs),
    };
    if (outcome.result.status === 'complete') log.info(fields, 'snapshot');
    else log.warn(fields, 'snapshot');
    return {
      hasTried: true,
      refusedAt: mustRest(outcome.refused) ? clock.now() : null,
      hasFailed: false,
    };
  } catch (thrown) {
    log.error(
      { watch: watch.name, slot_at: isoTime(slotAt), err: messageOf(thrown) },
      'pass failed',
    );
    return { hasTried: true, refusedAt: null, hasFailed: true };
  }
}

/** What a watch gets while the source rests: nothing, at no cost. */
export const pausedList = (startedAt: Instant): FetchedList => ({
  startedAt,
  pages: [],
  credits: 0,
  requests: 0,
  refused: null,
  missing: [
    {
      page: 1,
      reason: 'aborted',
      detail: 'not asked for: the source had just refused another watch',
    },
  ],
});

/** A 401 or 402 rests the source until the next slot. Our own daily limit is no refusal of the source: a smaller watch may still fit. */
export const mustRest = (refused: FetchedList['refused']): boolean =>
  refused !== null && refused.reason !== 'daily_credits';

function tidyUp({ db, clock, log }: ScheduleDeps, config: Config): void {
  const payloads = prunePayloads(db, clock.now() - PAYLOADS_KEPT_MS, clock.now());
  if (payloads > 0) log.info({ payloads }, 'bytes of old messages pruned');
  const { rawPagesMs } = config.retention;
  if (rawPagesMs === null) return;
  const pruned = pruneRawPages(db, clock.now() - rawPagesMs);
  if (pruned > 0) log.info({ pages: pruned }, 'raw pages pruned');
}

/** Once a UTC day, and when the daemon starts. */
function upkeep({ db, clock, log }: ScheduleDeps, { retention }: Config): void {
  for (const { watch, snapshots, rows, keptForAlerts } of dailyUpkeep(db, retention, clock.now())) {
    if (snapshots > 0)
      log.info({ watch, snapshots, rows, kept_for_alerts: keptForAlerts }, 'old history thinned');
  }
}
