// How every watch is doing, what waits to be sent, and what is out of order. Facts only.
import { mainSource, type Config, type SourceConfig, type Watch } from '../config/config.ts';
import { costOf } from '../config/pass-cost.ts';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { nextSlot } from '../schedule/slots.ts';
import { listRuleTroubles, type RuleTrouble } from '../store/alerts/troubles.ts';
import { readDaemon, type DaemonState } from '../store/file/daemon-note.ts';
import { readThinningNote, type ThinningNote } from '../store/file/thinning-note.ts';
import { readLogLosses, type LogLosses } from '../store/file/log-losses.ts';
import type { Db } from '../store/file/open.ts';
import { creditsToday } from '../store/ledger.ts';
import {
  countOpenAlerts,
  readWatchRecord,
  type OpenCounts,
  type WatchRecord,
} from '../store/reading/status.ts';
import type { Overdue } from '../schedule/overdue.ts';
import { findOverdue, findSlotRecord } from '../store/series/slots.ts';
import { editedSince } from './daemon-words.ts';
import { RECENT_DAYS, readOutbox, type OutboxReport } from './outbox.ts';
import { overdueSince } from './overdue.ts';
import { readBackups, readLakeSyncs, type BackupState, type LakeState } from './scheduled-work.ts';

export type WatchStatus = WatchRecord & {
  watch: string;
  /** Its next slot; null when its schedule has none. */
  nextAt: Instant | null;
  /** See `overdueSince`. */
  overdueAt: Instant | null;
  /** Set while the list of its slot is not published, and is asked for again and again. */
  waiting: Overdue['waiting'];
};

/** What one account has spent today; `limit` null: no daily limit. */
export type SourceCredits = { today: number; limit: number | null; perRequest: number };

export type Status = {
  now: Instant;
  daemon: DaemonState;
  /** When its config was edited, where that was after it was read; else null. */
  configEditedAt: Instant | null;
  watches: readonly WatchStatus[];
  /** Of today in UTC; `limit` null: no daily limit. */
  credits: SourceCredits & {
    /** Of every source that a watch has; the first is the one of which the others tell. */
    sources: readonly (SourceCredits & { source: string })[];
  };
  deliveries: OutboxReport;
  openAlerts: OpenCounts;
  /** Rules that cannot be evaluated. */
  ruleTroubles: readonly RuleTrouble[];
  /** Null where none are configured. */
  backups: BackupState | null;
  /** The daemon's syncs of the lake; null where it has none. */
  lakeSyncs: LakeState | null;
  /** How history last left for the lake; null where none is to, or none was yet. */
  thinning: ThinningNote | null;
  /** Of the daemon that runs, or ran last. */
  logLosses: LogLosses | null;
};

/**
 * The status as of `now`: of the watches and channels of the config, with what the database has of
 * them, and the daemon that is or is not at work on it.
 */
export function readStatus(
  db: Db,
  config: Config,
  now: Instant,
  daemon = readDaemon(config.database),
): Status {
  return {
    now,
    daemon,
    configEditedAt: editedSince(daemon),
    watches: config.watches.map((watch) => readWatchStatus(db, watch, now)),
    credits: readCredits(db, config, now),
    deliveries: readOutbox(db, config.channels, now),
    openAlerts: countOpenAlerts(db),
    backups: readBackups(config, now),
    lakeSyncs: readLakeSyncs(config, now),
    thinning: config.retention.then === 'lake' ? readThinningNote(config.database) : null,
    logLosses: readLogLosses(config.database),
    ruleTroubles: listRuleTroubles(db),
  };
}

/** The account with a limit comes first: it is the one that can run out. */
function readCredits(db: Db, config: Config, now: Instant): Status['credits'] {
  const main = mainSource(config);
  const of = (source: SourceConfig): SourceCredits => ({
    today: creditsToday(db, source.name, now),
    limit: source.dailyCredits,
    perRequest: Math.max(
      0,
      ...config.watches
        .filter((watch) => watch.source === source.name)
        .map(({ list }) => costOf(source, list).creditsPerRequest),
    ),
  });
  const used = config.sources.filter(({ name }) =>
    config.watches.some(({ source }) => source === name),
  );
  const sources = [main, ...used.filter((source) => source !== main)];
  return {
    ...of(main),
    sources: sources.map((source) => ({ source: source.name, ...of(source) })),
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
    ...findOwed(db, watch, now),
  };
}

function findOwed(
  db: Db,
  { name, schedule, timezone }: Watch,
  now: Instant,
): Pick<WatchStatus, 'overdueAt' | 'waiting'> {
  const record = findSlotRecord(db, name, now);
  // A watch that was never recorded, or whose schedule was edited since, has no slot to be late
  // with.
  if (record === undefined || record.schedule !== schedule || record.timezone !== timezone)
    return { overdueAt: null, waiting: null };
  const { waiting } = findOverdue(db, record, now);
  return { overdueAt: overdueSince(db, record, now), waiting };
}
