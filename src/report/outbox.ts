// Whether messages go out: what waits, what was given up, and who gets nothing. One answer for
// status and doctor.
import type { Channel } from '../config/channels/kinds.ts';
import { listSuppressed } from '../delivery/suppressed.ts';
import { DAY_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import type { Db } from '../store/file/open.ts';
import type { Health } from '../store/outbox/channel-health.ts';
import { countByState, countDeadSince } from '../store/outbox/delivery-log.ts';
import type { Refusal } from '../store/outbox/recipient-refusals.ts';
import { listFailingChannels, listWaiting, type Waiting } from '../store/reading/status.ts';

/** A slot or message that is late by more than this is not just being worked on. */
export const LATE_MS = 15 * MINUTE_MS;

/** How many days of messages that were given up still need somebody. */
export const RECENT_DAYS = 7;

/** `waiting`: how many messages wait for it. */
export type FailingChannel = Health & { waiting: number };

export type OutboxReport = {
  pending: number;
  dead: number;
  /** Of the last 7 days. */
  recentlyDead: number;
  /** When the first of those pending was to be sent. */
  oldestDueAt: Instant | null;
  /**
   * The same of those that nothing holds up, when that was more than `LATE_MS` ago: nobody sends
   * them. What waits behind a channel that fails or is disabled is not stuck: the channel is.
   */
  stuckSinceAt: Instant | null;
  /** Channels whose last attempts failed, disabled ones among them. */
  failingChannels: readonly FailingChannel[];
  /** Recipients to whom mail rests. */
  suppressed: readonly Refusal[];
};

/**
 * The outbox as of `now`. A channel that the config no longer has concerns nobody. Without a config
 * (null) every channel counts, and nobody is known to be suppressed: recipients stand in the
 * config.
 */
export function readOutbox(
  db: Db,
  channels: readonly Channel[] | null,
  now: Instant,
): OutboxReport {
  const states = countByState(db);
  const waiting = listWaiting(db);
  const failing = listFailingChannels(db);
  const oldestDueAt = oldestOf(waiting);
  const freeDueAt = oldestOf(
    waiting.filter(({ channel }) => !failing.some((health) => health.channel === channel)),
  );
  return {
    pending: (states.pending ?? 0) + (states.sending ?? 0),
    dead: states.dead ?? 0,
    recentlyDead: countDeadSince(db, now - RECENT_DAYS * DAY_MS),
    oldestDueAt,
    stuckSinceAt: freeDueAt !== null && now - freeDueAt > LATE_MS ? freeDueAt : null,
    failingChannels: failing
      .filter(({ channel }) => channels === null || channels.some(({ name }) => name === channel))
      .map((health) => ({
        ...health,
        waiting: waiting.find(({ channel }) => channel === health.channel)?.messages ?? 0,
      })),
    suppressed: (channels ?? []).flatMap((channel) => [
      ...listSuppressed(db, channel, now).values(),
    ]),
  };
}

const oldestOf = (waiting: readonly Waiting[]): Instant | null =>
  waiting.length === 0 ? null : Math.min(...waiting.map(({ oldestDueAt }) => oldestDueAt));
