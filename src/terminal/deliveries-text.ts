// The outbox as a terminal shows it.
import { composeLetter } from '../delivery/render/compose.ts';
import { cutEntries } from '../delivery/render/fit.ts';
import { letterText } from '../delivery/render/email-text.ts';
import type { Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { withoutIsolates } from '../lib/text.ts';
import type { Message } from '../message/message.ts';
import {
  FORGOTTEN_TEXT,
  type ChannelTrouble,
  type DeliveriesReport,
  type DeliveryReport,
} from '../report/deliveries.ts';
import { failingText, restingText } from '../report/trouble-words.ts';
import type { AttemptRow, DeliveryRow, DeliveryState } from '../store/outbox/delivery-log.ts';
import { DELIVERY_STATES } from '../store/schema/deliveries.ts';
import { distanceText, timeWithZone } from '../words/times.ts';
import type { Readers } from '../words/writer.ts';
import { wrapText } from '../words/fit-text.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import type { Tone } from './tone.ts';

const STATE_TONES: Record<DeliveryState, Tone | undefined> = {
  pending: undefined,
  sending: undefined,
  delivered: 'good',
  dead: 'bad',
  expired: 'warning',
  cancelled: 'faint',
};

const COLUMNS: readonly Column[] = [
  { head: 'id', align: 'right' },
  { head: 'made', drop: 1 },
  { head: 'to', min: 12 },
  { head: 'about', min: 16, drop: 2 },
  { head: 'state' },
  { head: 'tries', align: 'right' },
  { head: 'next, or why', min: 12 },
];

/** One line per delivery. */
export const deliveryTable = (
  rows: readonly DeliveryRow[],
  now: Instant,
  readers: Readers,
  fit: Fit,
): string =>
  formatTable(
    COLUMNS,
    rows.map((row): Cell[] => [
      row.id,
      distanceText(row.createdAt, now),
      row.recipient === '' ? row.channel : row.recipient,
      row.message === null
        ? `${row.type} (no longer kept)`
        : withoutIsolates(letterOf(row, row.message, readers).subject),
      { text: row.state, tone: STATE_TONES[row.state] },
      row.attempts,
      row.state === 'pending' ? distanceText(row.nextAttemptAt, now) : (row.reason ?? ''),
    ]),
    fit,
  );

const letterOf = ({ channel }: DeliveryRow, message: Message, { locale, timezone }: Readers) =>
  composeLetter(message, { channel, timezone, locale, ranks: new Map() });

/** `3 pending, 1 dead.` */
export function countsText(counts: DeliveriesReport['counts']): string {
  const parts = DELIVERY_STATES.flatMap((state) =>
    counts[state] === undefined ? [] : [`${counts[state]} ${state}`],
  );
  return `${parts.join(', ') || 'The outbox is empty'}.\n`;
}

/** What keeps a channel from sending, a line each; empty when nothing does. */
export function troubleText({ failing, suppressed }: ChannelTrouble, timeZone: string): string {
  const time = (at: Instant) => timeWithZone(at, timeZone);
  const line = (text: string, channel: string) =>
    `${text}. Try it: tidemark channels test ${channel}\n`;
  return [
    ...(failing === null ? [] : [line(failingText(failing, time), failing.channel)]),
    ...suppressed.map((one) => line(restingText(one, time), one.channel)),
  ].join('');
}

/** All of one delivery: its state, every attempt, and what it says. */
export function deliveryText(
  { row, attempts }: DeliveryReport,
  readers: Readers,
  fit: Fit,
): string {
  const timeZone = readers.timezone;
  const tried =
    attempts.length === 0
      ? 'No attempts.\n'
      : attempts.map((attempt) => attemptText(attempt, timeZone, fit.columns)).join('');
  const letter =
    row.message === null
      ? `${FORGOTTEN_TEXT}\n`
      : withoutIsolates(letterText(cutEntries(letterOf(row, row.message, readers), Infinity)));
  return `${headLines(row, timeZone).join('\n')}\n\n${tried}\n${letter}`;
}

function headLines(row: DeliveryRow, timeZone: string): string[] {
  const time = (at: Instant) => timeWithZone(at, timeZone);
  const to =
    row.recipient === ''
      ? `the channel ${row.channel}`
      : `${row.recipient} (channel ${row.channel})`;
  return [
    `Delivery ${row.id}: ${row.type} to ${to}`,
    `Message id   ${row.messageId}`,
    `State        ${row.state}${row.reason === null ? '' : `: ${row.reason}`}`,
    `Made         ${time(row.createdAt)}`,
    ...(row.deliveredAt === null ? [] : [`Delivered    ${time(row.deliveredAt)}`]),
    ...(row.state === 'pending'
      ? [`Next attempt ${time(row.nextAttemptAt)}`, `Expires      ${time(row.expiresAt)}`]
      : []),
  ];
}

const INDENT = '    ';

function attemptText(attempt: AttemptRow, timeZone: string, columns: number): string {
  const { number, startedAt, reason, excerpt } = attempt;
  const wrapped = (text: string) => `${INDENT}${wrapText(text, columns - INDENT.length, INDENT)}\n`;
  return [
    `#${number}  ${timeWithZone(startedAt, timeZone)}  ${tookText(attempt)}\n`,
    reason === null ? '' : wrapped(reason),
    excerpt === null || excerpt === '' ? '' : wrapped(`the answer: ${excerpt}`),
  ].join('');
}

const tookText = ({ startedAt, endedAt, outcome }: AttemptRow): string =>
  endedAt === null
    ? 'not ended: Tidemark died meanwhile'
    : `${outcome} after ${formatDuration(endedAt - startedAt)}`;

/** What became of a delivery that was sent again. */
export function retriedText(row: DeliveryRow, refused: string | null, timeZone: string): string {
  if (refused !== null) return `${row.id}: not retried: ${refused}\n`;
  if (row.state === 'pending') {
    const next = timeWithZone(row.nextAttemptAt, timeZone);
    return `${row.id}: not delivered yet, next attempt ${next}\n`;
  }
  return `${row.id}: ${row.state}${row.reason === null ? '' : `: ${row.reason}`}\n`;
}
