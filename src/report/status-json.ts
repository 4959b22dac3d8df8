// The shape of `status --json`. Instants are ISO 8601 in UTC; what is not known, or is not the
// case, is null.
import type { Config } from '../config/config.ts';
import { isoTime, isoTimeOrNull } from '../lib/clock.ts';
import { SNAPSHOT_STATUSES } from '../store/schema/snapshots.ts';
import type { BackupState, LakeState } from './scheduled-work.ts';
import { adviceFor } from './status-advice.ts';
import type { Status, WatchStatus } from './status.ts';
import { restsUntil } from './trouble-words.ts';

/** A status with the advice that goes with it, its times by the clocks of the config. */
export const statusJson = (status: Status, config: Config) => ({
  now: isoTime(status.now),
  database: config.database,
  daemon: daemonJson(status),
  watches: status.watches.map(watchJson),
  credits: {
    today: status.credits.today,
    daily_credits: status.credits.limit,
    sources: status.credits.sources.map(({ source, today, limit }) => ({
      source,
      today,
      daily_credits: limit,
    })),
  },
  deliveries: {
    pending: status.deliveries.pending,
    dead: status.deliveries.dead,
    oldest_due_at: isoTimeOrNull(status.deliveries.oldestDueAt),
  },
  alerts: {
    firing: status.openAlerts.told,
    quiet: status.openAlerts.quiet,
    left: status.openAlerts.left,
  },
  rules_set_aside: status.ruleTroubles.map(({ rule, watch, sinceSlotAt, text }) => ({
    rule,
    watch,
    since_slot_at: isoTime(sinceSlotAt),
    text,
  })),
  failing_channels: status.deliveries.failingChannels.map(
    ({ channel, failingSinceAt, disabledAt, heldUntilAt, waiting, reason }) => ({
      channel,
      failing_since_at: isoTimeOrNull(failingSinceAt),
      disabled_at: isoTimeOrNull(disabledAt),
      held_until_at: isoTimeOrNull(heldUntilAt),
      waiting,
      reason,
    }),
  ),
  backup: backupJson(status),
  lake: lakeJson(status),
  ...thinningJson(status),
  log_losses: logLossesJson(status),
  suppressed_recipients: status.deliveries.suppressed.map((refusal) => ({
    channel: refusal.channel,
    recipient: refusal.recipient,
    suppressed_at: isoTimeOrNull(refusal.suppressedAt),
    until: isoTime(restsUntil(refusal)),
    reason: refusal.reason,
  })),
  advice: adviceFor(status, config.timezone),
});

function daemonJson({ daemon: { isRunning, note }, configEditedAt }: Status) {
  const known = isRunning ? note : null;
  return {
    running: isRunning,
    pid: known?.pid ?? null,
    version: known?.version ?? null,
    started_at: isoTimeOrNull(known?.startedAt),
    config: known?.config ?? null,
    config_read_at: isoTimeOrNull(known?.configAt),
    config_edited_at: isoTimeOrNull(configEditedAt),
  };
}

const watchJson = (status: WatchStatus) => ({
  watch: status.watch,
  last: lastJson(status),
  last_complete_slot_at: isoTimeOrNull(status.lastComplete?.slotAt),
  next_slot_at: isoTimeOrNull(status.nextAt),
  overdue_slot_at: isoTimeOrNull(status.overdueAt),
  ...waitingJson(status),
  last_7_days: Object.fromEntries(
    SNAPSHOT_STATUSES.map((name) => [name, status.recent[name] ?? 0]),
  ),
  credits_today: status.creditsToday,
});

/** Only of a list that may be unpublished: others have no such key. */
function waitingJson({ waiting }: WatchStatus) {
  if (waiting === null) return {};
  const { open, againAt, closesAt } = waiting;
  return {
    not_published: {
      slot_at: isoTime(open.slotAt),
      data_date: open.dataDate,
      asks: open.asks,
      asked_at: isoTime(open.askedAt),
      again_at: isoTime(againAt),
      until: isoTime(closesAt),
    },
  };
}

function lastJson({ last, note }: WatchStatus) {
  if (last === null) return null;
  return {
    snapshot_id: last.id,
    slot_at: isoTime(last.slotAt),
    ...(last.dataDate === null ? {} : { data_date: last.dataDate }),
    taken_at: isoTimeOrNull(last.takenAt),
    status: last.status,
    reason: last.reason,
    note,
    rows: last.rows,
  };
}

function backupJson({ backups }: Status) {
  if (backups === null) return null;
  const { to, note } = backups;
  return {
    to,
    last_at: isoTimeOrNull(note?.last?.at),
    last_name: note?.last?.name ?? null,
    last_bytes: note?.last?.bytes ?? null,
    ...workJson(backups),
  };
}

/** Only where history goes into the lake alone: others have no such key. */
function thinningJson({ thinning }: Status) {
  if (thinning === null) return {};
  const { at, snapshots, held, heldSinceAt } = thinning;
  const held_since_at = isoTimeOrNull(heldSinceAt);
  return { thinning: { last_at: isoTime(at), snapshots, held, held_since_at } };
}

function lakeJson({ lakeSyncs }: Status) {
  if (lakeSyncs === null) return null;
  const { to, note } = lakeSyncs;
  return { to, last_at: isoTimeOrNull(note?.last?.at), ...workJson(lakeSyncs) };
}

const workJson = ({ note, nextAt, overdueAt }: BackupState | LakeState) => ({
  next_at: isoTimeOrNull(nextAt),
  overdue_at: isoTimeOrNull(overdueAt),
  failures: note?.failures ?? 0,
  failing_since_at: isoTimeOrNull(note?.failingSinceAt),
  reason: note?.reason ?? null,
});

function logLossesJson({ logLosses }: Status) {
  if (logLosses === null) return null;
  const { lines, reason, lastAt } = logLosses;
  return { lines, reason, last_at: isoTime(lastAt) };
}
