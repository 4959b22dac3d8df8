// How every watch is doing, what waits to be sent, and what of all that is out of order: facts only.
import type { Config, Watch } from '../config/config.ts';
import { listSuppressed } from '../delivery/suppressed.ts';
import { DAY_MS, MINUTE_MS, type Instant } from '../lib/clock.ts';
import { nextSlot } from '../schedule/slots.ts';
import { listRuleTroubles, type RuleTrouble } from '../store/alerts/troubles.ts';
import { readLogLosses, type LogLosses } from '../store/file/log-losses.ts';
import type { Db } from '../store/file/open.ts';
import { creditsToday } from '../store/ledger.ts';
import type { Health } from '../store/outbox/channel-health.ts';
import { countByState, countDeadSince } from '../store/outbox/delivery-log.ts';
import type { Refusal } from '../store/outbox/recipient-refusals.ts';
import {
  countOpenAlerts,
  findOldestPending,
  listFailingChannels,
  readWatchRecord,
  type WatchRecord,
} from '../store/reading/status.ts';
import { findOverdue, findSlotRecord } from '../store/series/slots.ts';

/** A slot or message that is late by more than this is not just being worked on. */
export const LATE_MS = 15 * MINUTE_MS;

/** How many days `recent` of a watch and `recentlyDead` cover. */
export const RECENT_DAYS = 7;

export type WatchStatus = WatchRecord & {
  watch: string;
  /** Its next slot; null when its schedule has none. */
  nextAt: Instant | null;
  /** The first slot that should have been taken more than `LATE_MS` ago, and was not. */
  overdueAt: Instant | null;
};

export type Status = {
  now: Instant;
  watches: readonly WatchStatus[];
  /** Of today in UTC; `limit` null: no daily limit. */
  credits: { today: number; limit: number | null; perRequest: number };
  deliveries: {
    pending: number;
    dead: number;
    /** Of the last 7 days. */ recentlyDead: number;
    /** When the first of those pending was to be sent. */ oldestDueAt: Instant | null;
  };
  openAlerts: { told: number; quiet: number; /** Of products that left. */ left: number };
  /** Rules that cannot be evaluated. */
  ruleTroubles: readonly RuleTrouble[];
  failingChannels: readonly Health[];
  /** Of the daemon that runs, or ran last. */
  logLosses: LogLosses | null;
  /** Recipients to whom mail rests. */
  suppressed: readonly Refusal[];
};

/** The status as of `now`: of the watches and channels of the config, with what the database has of them. */
export function readStatus(db: Db, config: Config, now: Instant): Status {
  const states = countByState(db);
  return {
    now,
    watches: config.watches.map((watch) => readWatchStatus(db, watch, now)),
    credits: {
      today: creditsToday(db, now),
      limit: config.source.dailyCredits,
      perRequest: config.source.creditsPerRequest,
    },
    deliveries: {
      pending: (states.pending ?? 0) + (states.sending ?? 0),
      dead: states.dead ?? 0,
      recentlyDead: countDeadSince(db, now - RECENT_DAYS * DAY_MS),
      oldestDueAt: findOldestPending(db),
    },
    openAlerts: countOpenAlerts(db),
    logLosses: readLogLosses(config.database),
    ruleTroubles: listRuleTroubles(db),
    // A channel that the config no longer has concerns nobody.
    failingChannels: listFailingChannels(db).filter(({ channel }) =>
      config.channels.some(({ name }) => name === channel),
    ),
    suppressed: config.channels.flatMap((channel) =>
      channel.kind === 'email' ? [...listSuppressed(db, channel, now).values()] : [],
    ),
  };
}

function readWatchStatus(db: Db, watch: Watch, now: Instant): WatchStatus {
  return {
    watch: watch.name,
    ...readWatchRecord(db, watch.name, {
      now,
      since: now - RECENT_DAYS * DAY_MS,
      midnight: Math.floor(now / DAY_MS) * DAY_MS,
    }),
    nextAt: nextSlot(watch.schedule, watch.timezone, now),
    overdueAt: findOverdueAt(db, watch, now),
  };
}

/** See `WatchStatus.overdueAt`. */
function findOverdueAt(db: Db, { name, schedule, timezone }: Watch, now: Instant): Instant | null {
  const record = findSlotRecord(db, name, now);
  // A watch that was never recorded, or whose schedule was edited since, has no slot to catch up.
  if (record === undefined || record.schedule !== schedule || record.timezone !== timezone)
    return null;
  const { due, missed } = findOverdue(db, record, now);
  const owedAt = due === null ? null : (missed[0] ?? due);
  return owedAt !== null && now - owedAt > LATE_MS ? owedAt : null;
}
