// Once a day: what is old and in the lake leaves the database, in a process of its own.
import * as z from 'zod';
import type { Config } from '../config/config.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Clock, type Instant } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { noteThinning, readThinningNote } from '../store/file/thinning-note.ts';
import { runOwnCommand, SAID_NOTHING } from './own-command.ts';

const heldShape = z.object({ reason: z.string(), snapshots: z.number() });
const shape = z.object({
  place: z.string(),
  watches: z.array(z.object({ watch: z.string(), snapshots: z.number(), rows: z.number() })),
  held: z.array(heldShape),
});

/** What left, and what is held back; or why nothing could be done, in words without secrets. */
export type ThinningOutcome = z.output<typeof shape> | { problem: string };

/** Thins by a config. When `signal` aborts, it stops; a later call goes on from there. */
export async function startLakeThinning(
  config: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ThinningOutcome> {
  const outcome = await runOwnCommand(['lake', 'thin', '--json', '--config', config], env, signal);
  if ('problem' in outcome) return outcome;
  try {
    return shape.parse(JSON.parse(outcome.out));
  } catch {
    return { problem: SAID_NOTHING };
  }
}

export type LakeThinningDeps = {
  config: () => Config;
  clock: Clock;
  log: Log;
  thin: (config: Config, signal: AbortSignal) => Promise<ThinningOutcome>;
  signal: AbortSignal;
};

/** How often it looks whether it is due. */
const TICK_MS = MINUTE_MS;

/**
 * Thins once a UTC day, and once an hour while something is held back, until the signal aborts. It
 * never throws because of a failure.
 */
export async function runLakeThinning(deps: LakeThinningDeps): Promise<void> {
  const { clock, signal } = deps;
  while (!signal.aborted) {
    const config = deps.config();
    if (config.retention.then === 'lake' && isDue(config.database, clock.now()))
      await thinNow(deps, config);
    await clock.sleep(TICK_MS, signal);
  }
}

/** A note from a time to come was written by a clock that was ahead. */
function isDue(database: string, now: Instant): boolean {
  const note = readThinningNote(database);
  if (note === null || note.at > now) return true;
  const pauseMs = note.held.length > 0 ? HOUR_MS : Infinity;
  return now - note.at >= pauseMs || Math.floor(note.at / DAY_MS) < Math.floor(now / DAY_MS);
}

async function thinNow(
  { clock, log, thin, signal }: LakeThinningDeps,
  config: Config,
): Promise<void> {
  const { database } = config;
  const outcome = await thin(config, signal);
  if (signal.aborted) return;
  if ('problem' in outcome) {
    const { problem } = outcome;
    log.error({ reason: problem }, 'history could not leave for the lake, and is tried again');
    const held = [{ reason: problem, snapshots: 0 }];
    noteThinning(database, { at: clock.now(), place: '', snapshots: 0, held });
    return;
  }
  for (const { watch, snapshots, rows } of outcome.watches)
    if (snapshots > 0) log.info({ watch, snapshots, rows }, 'old history left for the lake');
  for (const { reason, snapshots } of outcome.held)
    log.warn({ reason, snapshots }, 'old history is held back, and stays in the database');
}
