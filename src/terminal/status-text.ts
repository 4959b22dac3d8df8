// A status as a terminal shows it.
import { formatBytes } from '../lib/size.ts';
import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import { daemonText } from '../report/daemon-words.ts';
import { RECENT_DAYS } from '../report/outbox.ts';
import type { BackupState, LakeState } from '../report/scheduled-work.ts';
import type { Status } from '../report/status.ts';
import type { Advice } from '../report/status-advice.ts';
import type { WatchRecord } from '../store/reading/status.ts';
import { SNAPSHOT_STATUSES } from '../store/schema/snapshots.ts';
import { distanceText, shortTime } from '../words/times.ts';
import { statusText } from './comparison-text.ts';
import { wrapText } from '../words/fit-text.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import { paint, type Tone } from './tone.ts';

const columnsOf = (hasDates: boolean): readonly Column[] => [
  // Cut only where it is longer than names usually are: rather an age is left out.
  { head: 'watch', min: 16 },
  { head: 'last snapshot' },
  ...(hasDates ? [{ head: 'data of', drop: 1 }] : []),
  { head: 'age', align: 'right', drop: 3 },
  { head: 'status' },
  { head: 'rows', align: 'right', drop: 4 },
  { head: 'next' },
  { head: `last ${RECENT_DAYS} days`, min: 19, drop: 2 },
  { head: 'credits', align: 'right', drop: 5 },
];

const STATUS_TONES: Record<(typeof SNAPSHOT_STATUSES)[number], Tone> = {
  complete: 'good',
  partial: 'warning',
  stale: 'warning',
  suspect: 'warning',
  failed: 'bad',
  missed: 'bad',
};

/** What is said of the daemon: the first line. */
export function daemonLine({ daemon }: Status, timeZone: string, fit: Fit): string {
  const text = wrapText(
    `daemon ${daemonText(daemon, (at) => shortTime(at, timeZone))}`,
    fit.columns,
    '  ',
  );
  return daemon.isRunning ? text : paint(text, 'bad', fit.color);
}

/** One line per watch. */
export function watchTable({ now, watches }: Status, timeZone: string, fit: Fit): string {
  const hasDates = watches.some(({ last }) => typeof last?.dataDate === 'string');
  return formatTable(
    columnsOf(hasDates),
    watches.map(({ watch, last, recent, nextAt, overdueAt, creditsToday }): Cell[] => [
      watch,
      last === null ? { text: 'none yet', tone: 'faint' } : shortTime(last.slotAt, timeZone),
      ...(hasDates ? [last?.dataDate ?? null] : []),
      last === null ? null : distanceText(last.takenAt ?? last.slotAt, now),
      last === null ? null : { text: last.status, tone: STATUS_TONES[last.status] },
      last?.rows ?? null,
      nextCell(nextAt, overdueAt, now),
      recentCell(recent),
      creditsToday,
    ]),
    fit,
  );
}

function nextCell(nextAt: Instant | null, overdueAt: Instant | null, now: Instant): Cell {
  if (overdueAt !== null) return { text: 'overdue', tone: 'bad' };
  return nextAt === null ? null : distanceText(nextAt, now);
}

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
export const reasonLines = ({ now, watches }: Status): string[] =>
  watches.flatMap(({ watch, last, note, waiting }) => [
    ...(waiting === null ? [] : [`${watch}: ${waitingText(waiting, now)}`]),
    ...(last === null || last.reason === null ? [] : [`${watch} is ${statusText(last)}`]),
    ...(note === null ? [] : [`${watch}: note: ${cleanText(note)}`]),
  ]);

/**
 * `the list of 2026-11-24 is not published yet, asked for 3 times; asked for again in 12m, given up
 * in 10h`
 */
export function waitingText(
  { open, againAt, closesAt }: NonNullable<Status['watches'][number]['waiting']>,
  now: Instant,
): string {
  const which = open.dataDate === null ? 'its list' : `the list of ${open.dataDate}`;
  return `${which} is not published yet, asked for ${plural(open.asks, 'time')}; asked for again ${distanceText(againAt, now)}, given up ${distanceText(closesAt, now)}`;
}

/** Credits, outbox and alerts, one line each. */
export const totalLines = (status: Status): string[] => [
  `credits     ${creditsText(status)}`,
  `deliveries  ${deliveriesText(status)}`,
  `alerts      ${alertsText(status)}`,
  ...(status.backups === null ? [] : [`backup      ${backupText(status.backups, status.now)}`]),
  ...(status.lakeSyncs === null ? [] : [`lake        ${lakeText(status.lakeSyncs, status.now)}`]),
];

function backupText({ note, nextAt }: BackupState, now: Instant): string {
  const last = note?.last ?? null;
  const next = nextText(nextAt, now);
  if (last === null) return `none yet${next}`;
  return `${distanceText(last.at, now)}, ${formatBytes(last.bytes)}${next}`;
}

/** `synced 3h ago; the next in 21h` */
export function lakeText({ note, nextAt }: LakeState, now: Instant): string {
  const last = note?.last ?? null;
  const went = last === null ? 'not synced yet' : `synced ${distanceText(last.at, now)}`;
  return `${went}${nextText(nextAt, now)}`;
}

const nextText = (nextAt: Instant | null, now: Instant): string =>
  nextAt === null ? '' : `; the next ${distanceText(nextAt, now)}`;

function creditsText({ credits: { today, limit, sources } }: Status): string {
  if (sources.length === 1)
    return `${today} spent today (UTC)${limit === null ? '; no daily limit' : ` of ${limit}`}`;
  const each = sources.map(
    (one) => `${one.source} ${one.today}${one.limit === null ? '' : ` of ${one.limit}`}`,
  );
  return `spent today (UTC): ${each.join(', ')}`;
}

function deliveriesText({ now, deliveries }: Status): string {
  const { pending, dead, oldestDueAt, failingChannels } = deliveries;
  if (oldestDueAt === null) return `${pending} pending; ${dead} dead`;
  // Nothing is sent to a channel that rests, whenever its messages are due.
  const held = failingChannels
    .filter(({ heldUntilAt }) => heldUntilAt !== null && heldUntilAt > now)
    .reduce((sum, { waiting }) => sum + waiting, 0);
  if (held >= pending) return `${pending} pending, held with their channels; ${dead} dead`;
  const due = oldestDueAt <= now ? 'due' : 'to be sent';
  return `${pending} pending, the first ${due} ${distanceText(oldestDueAt, now)}; ${dead} dead`;
}

function alertsText({ openAlerts: { told, quiet, left } }: Status): string {
  return [
    `${told} firing`,
    ...(quiet === 0 ? [] : [`${plural(quiet, 'quiet one')} besides`]),
    ...(left === 0 ? [] : [`${plural(left, 'more', 'more')} of products that left`]),
  ].join('; ');
}

/** What needs a person, and what to type next. */
export function adviceText({ text, command }: Advice, fit: Fit): string {
  const wrapped = wrapText(text, fit.columns - 2, '  ');
  return `\n${paint('!', 'warning', fit.color)} ${wrapped}\n    ${command}\n`;
}
