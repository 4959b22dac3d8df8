// `tidemark status`: how every watch is doing, what waits to be sent, and what needs a person.
import type { Config, Watch } from '../../config/config.ts';
import { listSuppressed } from '../../delivery/suppressed.ts';
import { DAY_MS, isoTime, type Instant } from '../../lib/clock.ts';
import { nextSlot } from '../../schedule/slots.ts';
import { countByState, countDeadSince } from '../../store/outbox/delivery-log.ts';
import { creditsToday } from '../../store/ledger.ts';
import { readLogLosses } from '../../store/file/log-losses.ts';
import type { Db } from '../../store/file/open.ts';
import { findOverdue, findSlotRecord } from '../../store/series/slots.ts';
import {
  countOpenAlerts,
  findOldestPending,
  listFailingChannels,
  readWatchRecord,
} from '../../store/reading/status.ts';
import { SUPPRESSED_MS } from '../../store/outbox/recipient-refusals.ts';
import { SNAPSHOT_STATUSES } from '../../store/schema/snapshots.ts';
import { listRuleTroubles } from '../../store/alerts/troubles.ts';
import type { Io } from '../../terminal/io.ts';
import {
  LATE_MS,
  RECENT_DAYS,
  reasonLines,
  totalLines,
  watchTable,
  type Status,
  type WatchStatus,
} from '../../terminal/status-text.ts';
import { timeWithZone } from '../../words/times.ts';
import { paint } from '../../terminal/tone.ts';
import { wrapText } from '../../terminal/fit-text.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { adviceFor, type Advice } from '../../report/status-advice.ts';

/** Always exit code 0: what needs a person is said, and listed under `advice` in JSON. */
export function runStatus(
  io: Io,
  args: { json?: boolean | undefined },
  { db, config }: ReadDeps,
): number {
  const status = readStatus(db, config, io.clock.now());
  const advice = adviceFor(status, config.timezone);
  if (args.json) {
    io.stdout(`${JSON.stringify(statusJson(status, config, advice), null, 2)}\n`);
    return 0;
  }
  const lines = [
    ...reasonLines(status).map((line) => wrapText(line, io.columns, '  ')),
    ...totalLines(status),
  ];
  io.stdout(
    `${timeWithZone(status.now, config.timezone)}\n\n${watchTable(status, config.timezone, io)}\n${lines.join('\n')}\n`,
  );
  for (const { text, command } of advice)
    io.stdout(
      `\n${paint('!', 'warning', io.color)} ${wrapText(text, io.columns - 2, '  ')}\n    ${command}\n`,
    );
  return 0;
}

function readStatus(db: Db, config: Config, now: Instant): Status {
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
    // Of one that the config names no more nobody needs to know.
    failingChannels: listFailingChannels(db).filter(({ channel }) =>
      config.channels.some(({ name }) => name === channel),
    ),
    suppressed: config.channels.flatMap((channel) =>
      channel.kind === 'email' ? [...listSuppressed(db, channel, now).values()] : [],
    ),
  };
}

function readWatchStatus(db: Db, { name, schedule, timezone }: Watch, now: Instant): WatchStatus {
  const record = findSlotRecord(db, name, now);
  // A watch that no pass or daemon has met yet, or whose schedule was edited since, owes nothing.
  const isKnown =
    record !== undefined && record.schedule === schedule && record.timezone === timezone;
  const overdue = isKnown ? findOverdue(db, record, now) : null;
  const owedAt =
    overdue === null || overdue.due === null ? null : (overdue.missed[0] ?? overdue.due);
  return {
    watch: name,
    ...readWatchRecord(db, name, {
      now,
      since: now - RECENT_DAYS * DAY_MS,
      midnight: Math.floor(now / DAY_MS) * DAY_MS,
    }),
    nextAt: nextSlot(schedule, timezone, now),
    overdueAt: owedAt !== null && now - owedAt > LATE_MS ? owedAt : null,
  };
}

const timeOrNull = (at: Instant | null | undefined): string | null =>
  at === null || at === undefined ? null : isoTime(at);

function statusJson(
  {
    now,
    watches,
    credits,
    deliveries,
    openAlerts,
    ruleTroubles,
    failingChannels,
    suppressed,
    logLosses,
  }: Status,
  config: Config,
  advice: readonly Advice[],
) {
  return {
    now: isoTime(now),
    database: config.database,
    watches: watches.map(
      ({ watch, last, note, lastComplete, recent, nextAt, overdueAt, creditsToday: spent }) => ({
        watch,
        last:
          last === null
            ? null
            : {
                snapshot_id: last.id,
                slot_at: isoTime(last.slotAt),
                taken_at: timeOrNull(last.takenAt),
                status: last.status,
                reason: last.reason,
                note,
                rows: last.rows,
              },
        last_complete_slot_at: timeOrNull(lastComplete?.slotAt),
        next_slot_at: timeOrNull(nextAt),
        overdue_slot_at: timeOrNull(overdueAt),
        last_7_days: Object.fromEntries(
          SNAPSHOT_STATUSES.map((status) => [status, recent[status] ?? 0]),
        ),
        credits_today: spent,
      }),
    ),
    credits: { today: credits.today, daily_credits: credits.limit },
    deliveries: {
      pending: deliveries.pending,
      dead: deliveries.dead,
      oldest_due_at: timeOrNull(deliveries.oldestDueAt),
    },
    alerts: { firing: openAlerts.told, quiet: openAlerts.quiet, left: openAlerts.left },
    rules_set_aside: ruleTroubles.map(({ rule, watch, sinceSlotAt, text }) => ({
      rule,
      watch,
      since_slot_at: isoTime(sinceSlotAt),
      text,
    })),
    failing_channels: failingChannels.map(({ channel, failingSinceAt, disabledAt, reason }) => ({
      channel,
      failing_since_at: timeOrNull(failingSinceAt),
      disabled_at: timeOrNull(disabledAt),
      reason,
    })),
    log_losses:
      logLosses === null
        ? null
        : {
            lines: logLosses.lines,
            reason: logLosses.reason,
            last_at: isoTime(logLosses.lastAt),
          },
    suppressed_recipients: suppressed.map(({ channel, recipient, suppressedAt, reason }) => ({
      channel,
      recipient,
      suppressed_at: timeOrNull(suppressedAt),
      until: timeOrNull((suppressedAt ?? now) + SUPPRESSED_MS),
      reason,
    })),
    advice,
  };
}
