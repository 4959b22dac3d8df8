// The syncs of `lake:`: when one is due, and what became of it.
import type { Config, LakeConfig } from '../config/config.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { lastSlot } from '../schedule/slots.ts';
import { noteLake, readLakeNote } from '../store/file/lake-note.ts';
import { isHeld } from '../store/file/lock.ts';
import type { LakeOutcome } from './lake-job.ts';
import { isResting } from './resting.ts';

export type LakeSyncDeps = {
  config: () => Config;
  clock: Clock;
  log: Log;
  /** Syncs the lake that the config describes. */
  sync: (config: Config, signal: AbortSignal) => Promise<LakeOutcome>;
  signal: AbortSignal;
};

/** How often it looks whether one is due. */
const TICK_MS = 30 * SECOND_MS;
/** How long to wait after the first failure in a row, the second, and so on. */
const PAUSES_MS = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS];

/**
 * Makes the syncs that are due until the signal aborts. One that fails stays due, and is tried
 * again. It never throws because of a failure.
 */
export async function runLakeSyncs(deps: LakeSyncDeps): Promise<void> {
  const { clock, signal } = deps;
  while (!signal.aborted) {
    const config = deps.config();
    const schedule = config.lake?.schedule ?? null;
    if (config.lake !== null && schedule !== null) await look(deps, config, config.lake, schedule);
    await clock.sleep(TICK_MS, signal);
  }
}

async function look(
  { clock, log, sync, signal }: LakeSyncDeps,
  config: Config,
  { timezone }: LakeConfig,
  schedule: string,
): Promise<void> {
  const now = clock.now();
  const { database } = config;
  const kept = readLakeNote(database);
  // Without a note, or with one from a time to come, the next slot is the first that is owed.
  if (kept === null || kept.slotAt > now) {
    noteLake(database, { ...NOTHING, slotAt: now, last: kept?.last ?? null });
    return;
  }
  const slotAt = lastSlot(schedule, timezone, now);
  if (slotAt === null || kept.slotAt >= slotAt || isResting(kept, PAUSES_MS, now)) return;
  // Somebody syncs by hand just now.
  if (isHeld(database, 'lake')) return;

  const outcome = await sync(config, signal);
  if (signal.aborted) return;
  if ('problem' in outcome) {
    const failures = kept.failures + 1;
    const { problem: reason } = outcome;
    log.error({ failures, reason }, 'the sync of the lake failed, and is tried again');
    noteLake(database, { ...kept, failures, failedAt: clock.now(), reason });
    return;
  }
  const { place: to, files, rows } = outcome;
  log.info({ to, files, rows }, 'lake synced');
  noteLake(database, { ...NOTHING, slotAt, last: { at: clock.now(), to } });
}

const NOTHING = { failures: 0, failedAt: null, reason: null };
