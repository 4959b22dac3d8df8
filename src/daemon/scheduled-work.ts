// Work of the daemon on a schedule of its own, such as a backup: when it is due, what became of it,
// and who is told when it does not get done.
import { channelsFor } from '../alert/trouble-notice.ts';
import type { Config } from '../config/config.ts';
import { enqueue } from '../delivery/enqueue.ts';
import { HOUR_MS, isoTime, MINUTE_MS, SECOND_MS, type Clock, type Instant } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { TroubleMessage } from '../message/trouble.ts';
import { lastSlot } from '../schedule/slots.ts';
import { listHearers } from '../store/alerts/troubles.ts';
import { isHeld, type LockKind } from '../store/file/lock.ts';
import type { Db } from '../store/file/open.ts';
import { noWorkYet, type WorkNote } from '../store/file/work-note.ts';
import { isResting } from './resting.ts';

export type ScheduledWork<Last> = {
  /** Held by whoever does it by hand just now. */
  lock: LockKind;
  /** Null where the config does not ask for it. */
  schedule: (config: Config) => { schedule: string; timezone: string } | null;
  readNote: (database: string) => WorkNote<Last> | null;
  writeNote: (database: string, note: WorkNote<Last>) => boolean;
  /** Does it. `made` is kept in the note; `log` says it in the log. */
  run: (config: Config, signal: AbortSignal) => Promise<WorkOutcome<Last>>;
  /** Lines of the log. */
  failedLine: string;
  doneLine: string;
  /** What people are told. */
  type: 'backup.trouble' | 'lake.trouble';
  subject: string;
  troubleText: (times: number, reason: string) => string;
  recoveredText: string;
};

/** What came of it: what is kept of it and said in the log, or why nothing did. */
export type WorkOutcome<Last> = { made: Last; log: object } | { problem: string };

export type WorkDeps = {
  db: Db;
  config: () => Config;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
};

/** How often it looks whether something is due. */
const TICK_MS = 30 * SECOND_MS;
/** How long to wait after the first failure in a row, the second, and so on. */
const PAUSES_MS = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS];
/** Failures in a row before somebody is told: one may be a passing fault. */
const TOLD_AFTER = 2;

/**
 * Does the work at each of its slots until the signal aborts, from the first one after it was asked
 * for. What fails stays due, and is tried again. It never throws because of a failure.
 */
export async function runScheduledWork<Last>(
  deps: WorkDeps,
  work: ScheduledWork<Last>,
): Promise<void> {
  const { clock, signal } = deps;
  while (!signal.aborted) {
    const config = deps.config();
    const when = work.schedule(config);
    if (when !== null) await look(deps, work, config, when);
    await clock.sleep(TICK_MS, signal);
  }
}

async function look<Last>(
  deps: WorkDeps,
  work: ScheduledWork<Last>,
  config: Config,
  { schedule, timezone }: { schedule: string; timezone: string },
): Promise<void> {
  const { clock, log, signal } = deps;
  const { database } = config;
  const now = clock.now();
  const kept = work.readNote(database);
  // A note from a time to come was written by a clock that was ahead, and does not count.
  const note = kept === null || kept.slotAt > now ? { ...noWorkYet(now), ...lastOf(kept) } : kept;
  if (note !== kept) work.writeNote(database, note);
  const slotAt = lastSlot(schedule, timezone, now);
  if (slotAt === null || note.slotAt >= slotAt || isResting(note, PAUSES_MS, now)) return;
  if (isHeld(database, work.lock)) return;

  const outcome = await work.run(config, signal);
  if (signal.aborted) return;
  const at = clock.now();
  if ('problem' in outcome) {
    const failures = note.failures + 1;
    const failingSinceAt = note.failingSinceAt ?? at;
    const { problem: reason } = outcome;
    log.error({ failures, reason }, work.failedLine);
    if (failures === TOLD_AFTER)
      tell(deps, work, 'trouble', failingSinceAt, work.troubleText(TOLD_AFTER, reason));
    work.writeNote(database, { ...note, failures, failingSinceAt, failedAt: at, reason });
    return;
  }
  log.info(outcome.log, work.doneLine);
  if (note.failures >= TOLD_AFTER && note.failingSinceAt !== null)
    tell(deps, work, 'recovered', note.failingSinceAt, work.recoveredText);
  work.writeNote(database, { ...noWorkYet(slotAt), last: outcome.made });
}

/** What was made is there whatever the clock said. */
const lastOf = <Last>(note: WorkNote<Last> | null) => ({ last: note?.last ?? null });

/** Tells those who wait for alerts; tells of its end those who heard of its beginning. */
function tell<Last>(
  deps: WorkDeps,
  { type, subject }: ScheduledWork<Last>,
  state: TroubleMessage['data']['state'],
  sinceAt: Instant,
  text: string,
): void {
  const { db, clock } = deps;
  const config = deps.config();
  const now = clock.now();
  const key = (of: typeof state) => `${type}/${isoTime(sinceAt)}/${of}`;
  const message: TroubleMessage = {
    type,
    timestamp: isoTime(now),
    data: { subject, kind: 'failing', state, since: isoTime(sinceAt), text },
  };
  db.transaction(() => {
    for (const channel of state === 'trouble' ? channelsFor(config, null) : config.channels) {
      const only = state === 'trouble' ? undefined : listHearers(db, channel.name, key('trouble'));
      if (only?.length === 0) continue;
      enqueue(db, { key: key(state), channel, message, now, ...(only && { only }) });
    }
  });
}
