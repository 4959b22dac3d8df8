import type { LogLosses } from '../store/file/log-losses.ts';
import { MINUTE_MS, type Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import type { Health } from '../store/outbox/channel-health.ts';
import type { Refusal } from '../store/outbox/recipient-refusals.ts';
import { SNAPSHOT_STATUSES } from '../store/schema/snapshots.ts';
import type { WatchRecord } from '../store/reading/status.ts';
import type { RuleTrouble } from '../store/alerts/troubles.ts';
import { statusText } from './comparison-text.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import { distanceText, shortTime } from '../words/times.ts';
import type { Tone } from './tone.ts';

/** A slot or message that is late by more than this is not just being worked on. */
export const LATE_MS = 15 * MINUTE_MS;

export type WatchStatus = WatchRecord & {
  watch: string;
  nextAt: Instant | null;
  /** The first slot that should have been taken long ago. */
  overdueAt: Instant | null;
};

export type Status = {
  now: Instant;
  watches: readonly WatchStatus[];
  /** `limit` null: no daily limit. */
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

/** How many days `recent` of a watch covers. */
export const RECENT_DAYS = 7;

const COLUMNS: readonly Column[] = [
  { head: 'watch', min: 8 },
  { head: 'last snapshot' },
  { head: 'age', align: 'right', drop: 1 },
  { head: 'status' },
  { head: 'rows', align: 'right', drop: 2 },
  { head: 'next' },
  { head: `last ${RECENT_DAYS} days`, min: 19 },
  { head: 'credits', align: 'right', drop: 3 },
];

const STATUS_TONES: Record<(typeof SNAPSHOT_STATUSES)[number], Tone> = {
  complete: 'good',
  partial: 'warning',
  stale: 'warning',
  suspect: 'warning',
  failed: 'bad',
  missed: 'bad',
};

/** One line per watch. */
export const watchTable = ({ now, watches }: Status, timeZone: string, fit: Fit): string =>
  formatTable(
    COLUMNS,
    watches.map(({ watch, last, recent, nextAt, overdueAt, creditsToday }): Cell[] => [
      watch,
      last === null ? { text: 'none yet', tone: 'faint' } : shortTime(last.slotAt, timeZone),
      last === null ? null : distanceText(last.takenAt ?? last.slotAt, now),
      last === null ? null : { text: last.status, tone: STATUS_TONES[last.status] },
      last?.rows ?? null,
      overdueAt !== null
        ? { text: 'overdue', tone: 'bad' }
        : nextAt === null
          ? null
          : distanceText(nextAt, now),
      recentCell(recent),
      creditsToday,
    ]),
    fit,
  );

/** `all complete`; or else how many are what, the worst first. */
function recentCell(recent: WatchRecord['recent']): Cell {
  const flawed = [...SNAPSHOT_STATUSES]
    .reverse()
    .flatMap((status) =>
      status === 'complete' || recent[status] === undefined ? [] : [`${recent[status]} ${status}`],
    );
  if (flawed.length > 0) return { text: flawed.join(', '), tone: 'warning' };
  return recent.complete === undefined
    ? null
    : { text: `${recent.complete} complete`, tone: 'good' };
}

/** Why the last snapshots are not complete, and what else was noted of them, watch by watch. */
export const reasonLines = ({ watches }: Status): string[] =>
  watches.flatMap(({ watch, last, note }) => [
    ...(last === null || last.reason === null ? [] : [`${watch} is ${statusText(last)}`]),
    ...(note === null ? [] : [`${watch}: note: ${cleanText(note)}`]),
  ]);

/** Credits, outbox and alerts, one line each. */
export function totalLines({ now, credits, deliveries, openAlerts }: Status): string[] {
  const waiting =
    deliveries.oldestDueAt === null
      ? ''
      : `, the first ${deliveries.oldestDueAt <= now ? `due ${distanceText(deliveries.oldestDueAt, now)}` : `to be sent ${distanceText(deliveries.oldestDueAt, now)}`}`;
  return [
    `credits     ${credits.today} spent today (UTC)${credits.limit === null ? '; no daily limit' : ` of ${credits.limit}`}`,
    `deliveries  ${deliveries.pending} pending${waiting}; ${deliveries.dead} dead`,
    `alerts      ${openAlerts.told} firing${openAlerts.quiet === 0 ? '' : `; ${plural(openAlerts.quiet, 'quiet one')} besides`}${openAlerts.left === 0 ? '' : `; ${plural(openAlerts.left, 'more', 'more')} of products that left`}`,
  ];
}
