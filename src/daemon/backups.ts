// The backups of `backup:`: when one is due, what became of it, and who is told.
import { channelsFor } from '../alert/trouble-notice.ts';
import type { Config } from '../config/config.ts';
import { enqueue } from '../delivery/enqueue.ts';
import { HOUR_MS, isoTime, MINUTE_MS, SECOND_MS, type Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { TroubleMessage } from '../message/trouble.ts';
import { lastSlot } from '../schedule/slots.ts';
import { listHearers } from '../store/alerts/troubles.ts';
import { noBackupYet, noteBackup, readBackupNote } from '../store/file/backup-note.ts';
import { isHeld } from '../store/file/lock.ts';
import type { Db } from '../store/file/open.ts';
import { commandText } from '../words/shell-text.ts';
import type { BackupOutcome } from './backup-job.ts';
import { isResting } from './resting.ts';

export type BackupDeps = {
  db: Db;
  config: () => Config;
  clock: Clock;
  log: Log;
  /** Makes the backup that the config describes. */
  make: (config: Config, signal: AbortSignal) => Promise<BackupOutcome>;
  signal: AbortSignal;
};

/** How often it looks whether one is due. */
const TICK_MS = 30 * SECOND_MS;
/** How long to wait after the first failure in a row, the second, and so on. */
const PAUSES_MS = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS];
/** Failures in a row before somebody is told: one may be a passing fault. */
const TOLD_AFTER = 2;

/**
 * Makes the backups that are due until the signal aborts. One that fails stays due. It never throws
 * because of a failure.
 */
export async function runBackups(deps: BackupDeps): Promise<void> {
  const { clock, signal } = deps;
  while (!signal.aborted) {
    const config = deps.config();
    if (config.backup !== null) await look(deps, config, config.backup);
    await clock.sleep(TICK_MS, signal);
  }
}

async function look(
  deps: BackupDeps,
  config: Config,
  { schedule, timezone }: NonNullable<Config['backup']>,
): Promise<void> {
  const { clock, log, signal } = deps;
  const now = clock.now();
  const kept = readBackupNote(config.database);
  // A note from a time to come was written by a clock that was ahead, and does not count.
  const note = kept === null || kept.slotAt > now ? { ...kept, ...noBackupYet(now) } : kept;
  if (note !== kept) noteBackup(config.database, note);
  const slotAt = lastSlot(schedule, timezone, now);
  if (slotAt === null || note.slotAt >= slotAt || isResting(note, PAUSES_MS, now)) return;
  // Somebody makes a backup by hand just now.
  if (isHeld(config.database, 'backup')) return;

  const outcome = await deps.make(config, signal);
  if (signal.aborted) return;
  const at = clock.now();
  if ('problem' in outcome) {
    const failures = note.failures + 1;
    const failingSinceAt = note.failingSinceAt ?? at;
    const { problem: reason } = outcome;
    log.error({ failures, reason }, 'the backup failed, and is tried again');
    if (failures === TOLD_AFTER) tell(deps, config, 'trouble', failingSinceAt, reason);
    noteBackup(config.database, { ...note, failures, failingSinceAt, failedAt: at, reason });
    return;
  }
  const { place: to, file: name, bytes } = outcome;
  log.info({ to, name, bytes }, 'backup made');
  if (note.failures >= TOLD_AFTER && note.failingSinceAt !== null)
    tell(deps, config, 'recovered', note.failingSinceAt, '');
  noteBackup(config.database, { ...noBackupYet(slotAt), last: { at, name, to, bytes } });
}

/** Tells those who wait for alerts; tells of its end those who heard of its beginning. */
function tell(
  { db, clock }: BackupDeps,
  config: Config,
  state: TroubleMessage['data']['state'],
  sinceAt: number,
  reason: string,
): void {
  const now = clock.now();
  const key = (of: typeof state) => `backup.trouble/${isoTime(sinceAt)}/${of}`;
  const text =
    state === 'trouble'
      ? `The backup could not be made ${TOLD_AFTER} times in a row. The last failure: ${reason}. It is tried again. To try it now: ${commandText(['backup'])} --as-configured`
      : 'A backup was made, and verified.';
  const message: TroubleMessage = {
    type: 'backup.trouble',
    timestamp: isoTime(now),
    data: { subject: 'backup', kind: 'failing', state, since: isoTime(sinceAt), text },
  };
  db.transaction(() => {
    for (const channel of state === 'trouble' ? channelsFor(config, null) : config.channels) {
      const only = state === 'trouble' ? undefined : listHearers(db, channel.name, key('trouble'));
      if (only?.length === 0) continue;
      enqueue(db, { key: key(state), channel, message, now, ...(only && { only }) });
    }
  });
}
