// Calls a dead man's switch: the daemon lives, and its lists come in. If the calls stop, it is
// the switch that raises the alarm.
import type { Config, HeartbeatConfig } from '../config/config.ts';
import { reach, type Reached } from '../delivery/channels/http/reach.ts';
import { SECOND_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SnapshotStatus } from '../model.ts';
import { makeWaker } from './waker.ts';

export type HeartbeatDeps = {
  config: () => Config;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
};

export type Heartbeat = {
  /** Called when a pass has ended; null: it could not be stored. */
  passed: (watch: string, status: SnapshotStatus | null) => void;
  /** Resolves once it has stopped, after the signal aborted. */
  ended: Promise<void>;
};

const TIMEOUT_MS = 10 * SECOND_MS;
/** How long to wait between the tries of one call. */
const PAUSES_MS = [SECOND_MS, 10 * SECOND_MS];
/** While the config has no heartbeat, how often to look whether it has one by now. */
const IDLE_MS = 30 * SECOND_MS;

/**
 * Calls at once, after each pass, and at regular times. While the last pass of some watch failed,
 * the switch is told of a failure at the regular times too: otherwise the timer would report that
 * all is well again.
 */
export function startHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const { config, clock, log, signal } = deps;
  const waker = makeWaker(clock, signal);
  const failing = new Set<string>();
  let isLost = false;

  const beat = async ({ url, allowPrivate }: HeartbeatConfig): Promise<void> => {
    const known = config().watches.map(({ name }) => name);
    const failed = known.filter((name) => failing.has(name));
    const reached = await call(new URL(url.reveal()), failed, allowPrivate, deps);
    const problem = problemOf(reached);
    if (problem === null && isLost) log.info({}, 'the heartbeat gets through again');
    if (problem !== null && !isLost)
      log.warn({ reason: problem }, 'the heartbeat does not get through');
    isLost = problem !== null;
  };
  const live = async () => {
    while (!signal.aborted) {
      const { heartbeat } = config();
      if (heartbeat !== null) await beat(heartbeat);
      await waker.sleep(heartbeat?.everyMs ?? IDLE_MS);
    }
  };
  return {
    passed: (watch, status) => {
      if (status === null || status === 'failed') failing.add(watch);
      else failing.delete(watch);
      waker.wake();
    },
    ended: live(),
  };
}

async function call(
  url: URL,
  failed: readonly string[],
  allowPrivate: boolean,
  { clock, signal }: HeartbeatDeps,
): Promise<Reached> {
  const target = targetOf(url, failed);
  for (let tries = 0; ; tries++) {
    const reached = await reach(target, { method: 'GET', allowPrivate, timeoutMs: TIMEOUT_MS });
    const pauseMs = problemOf(reached) === null ? undefined : PAUSES_MS[tries];
    if (pauseMs === undefined || signal.aborted) return reached;
    await clock.sleep(pauseMs, signal);
  }
}

/**
 * The address to call: as configured while all is well, otherwise the one that reports a failure.
 */
export function targetOf(url: URL, failed: readonly string[]): URL {
  const target = new URL(url);
  // Uptime Kuma has one address for both.
  if (/\/api\/push\/[^/]+$/.test(target.pathname)) {
    target.searchParams.set('status', failed.length === 0 ? 'up' : 'down');
    target.searchParams.set('msg', failed.length === 0 ? 'OK' : `failed: ${failed.join(', ')}`);
  } else if (failed.length > 0) target.pathname = `${target.pathname.replace(/\/$/, '')}/fail`;
  return target;
}

const problemOf = (reached: Reached): string | null => {
  if ('problem' in reached) return reached.problem;
  return reached.status >= 200 && reached.status < 300 ? null : `HTTP ${reached.status}`;
};
