import type { Channel } from '../../config/config.ts';
import { isOpen } from '../../delivery/circuit.ts';
import { deliverDue, type DeliveryDeps } from '../../delivery/dispatch.ts';
import { composeLetter } from '../../delivery/render/compose.ts';
import { letterText } from '../../delivery/render/email-text.ts';
import { listSuppressed } from '../../delivery/suppressed.ts';
import { DAY_MS, isoTime, type Instant } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { AppError } from '../../lib/errors.ts';
import { plural, withoutIsolates } from '../../lib/text.ts';
import { getHealth, saveHealth } from '../../store/outbox/channel-health.ts';
import {
  countByState,
  findDelivery,
  isOver,
  listAttempts,
  listDeliveries,
  listDeliveriesTo,
  putBack,
  type AttemptRow,
  type DeliveryRow,
  type DeliveryState,
} from '../../store/outbox/delivery-log.ts';
import { READDRESSED } from '../../store/outbox/readdress.ts';
import { SUPPRESSED_MS } from '../../store/outbox/recipient-refusals.ts';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import { wrapText } from '../../terminal/fit-text.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable, type Cell } from '../../terminal/table.ts';
import { distanceText, timeWithZone } from '../../words/times.ts';
import type { Tone } from '../../terminal/tone.ts';

export type DeliveriesArgs = {
  state?: string | undefined;
  channel?: string | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_LIMIT = 50;

const STATE_TONES: Record<DeliveryState, Tone | undefined> = {
  pending: undefined,
  sending: undefined,
  delivered: 'good',
  dead: 'bad',
  expired: 'warning',
  cancelled: 'faint',
};

/** `tidemark deliveries [--state STATE] [--channel NAME]`: the newest first. */
export async function runDeliveries(
  io: Io,
  { state, channel, limit = DEFAULT_LIMIT, json }: DeliveriesArgs,
  deps: DeliveryDeps,
): Promise<number> {
  if (state !== undefined && !isState(state))
    throw new AppError('usage', `there is no state "${state}"`, {
      hint: `states: ${DELIVERY_STATES.join(', ')}`,
    });
  const rows = listDeliveries(deps.db, { state, channel }, limit);
  if (json) {
    io.stdout(`${JSON.stringify(rows.map(deliveryJson), null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) io.stderr(`No ${state === undefined ? '' : `${state} `}deliveries.\n`);
  else io.stdout(deliveryTable(rows, deps, io));
  const counts = countByState(deps.db);
  io.stderr(
    `${DELIVERY_STATES.flatMap((name) => (counts[name] === undefined ? [] : [`${counts[name]} ${name}`])).join(', ') || 'The outbox is empty'}.\n`,
  );
  for (const channel of deps.channels)
    io.stderr(channelTrouble(deps, channel.name) + suppressedText(deps, channel));
  return 0;
}

const isState = (text: string): text is DeliveryState =>
  (DELIVERY_STATES as readonly string[]).includes(text);

function deliveryTable(
  rows: readonly DeliveryRow[],
  { clock, timezone }: DeliveryDeps,
  io: Io,
): string {
  const now = clock.now();
  const columns = [
    { head: 'id', align: 'right' as const },
    { head: 'made', drop: 1 },
    { head: 'to', min: 12 },
    { head: 'about', min: 16, drop: 2 },
    { head: 'state' },
    { head: 'tries', align: 'right' as const },
    { head: 'next, or why', min: 12 },
  ];
  const cells = rows.map((row): Cell[] => [
    row.id,
    distanceText(row.createdAt, now),
    row.recipient === '' ? row.channel : row.recipient,
    aboutText(row, timezone),
    { text: row.state, tone: STATE_TONES[row.state] },
    row.attempts,
    row.state === 'pending' ? distanceText(row.nextAttemptAt, now) : (row.reason ?? ''),
  ]);
  return formatTable(columns, cells, io);
}

const aboutText = ({ message, channel }: DeliveryRow, timezone: string): string =>
  withoutIsolates(composeLetter(message, { channel, timezone, ranks: new Map() }).subject);

function channelTrouble({ db, timezone }: DeliveryDeps, channel: string): string {
  const health = getHealth(db, channel);
  // A few failures show in the table; a line of its own is for what will not go by.
  if (health.failingSinceAt === null || (!isOpen(health) && health.disabledAt === null)) return '';
  const state = health.disabledAt === null ? 'has been failing' : 'is disabled, failing';
  return `The channel ${channel} ${state} since ${timeWithZone(health.failingSinceAt, timezone)}: ${health.reason ?? 'unknown'}. Try it: tidemark channels test ${channel}\n`;
}

function suppressedText({ db, clock, timezone }: DeliveryDeps, channel: Channel): string {
  if (channel.kind !== 'email') return '';
  return [...listSuppressed(db, channel, clock.now()).values()]
    .map(
      ({ recipient, suppressedAt, reason }) =>
        `No mail of ${channel.name} goes to ${recipient} until ${timeWithZone((suppressedAt ?? 0) + SUPPRESSED_MS, timezone)}: ${reason}. Try it: tidemark channels test ${channel.name}\n`,
    )
    .join('');
}

/** `tidemark deliveries show ID`: what it says, and every attempt. */
export async function runDeliveriesShow(
  io: Io,
  { id, json }: { id: number; json?: boolean | undefined },
  deps: DeliveryDeps,
): Promise<number> {
  const { db, timezone } = deps;
  const row = getDelivery(deps, id);
  const attempts = listAttempts(db, id);
  if (json) {
    io.stdout(
      `${JSON.stringify({ ...deliveryJson(row), message: row.message, attempts: attempts.map(attemptJson) }, null, 2)}\n`,
    );
    return 0;
  }
  const when = (at: Instant) => timeWithZone(at, timezone);
  const lines = [
    `Delivery ${row.id}: ${row.type} to ${row.recipient === '' ? `the channel ${row.channel}` : `${row.recipient} (channel ${row.channel})`}`,
    `Message id   ${row.messageId}`,
    `State        ${row.state}${row.reason === null ? '' : `: ${row.reason}`}`,
    `Made         ${when(row.createdAt)}`,
    ...(row.deliveredAt === null ? [] : [`Delivered    ${when(row.deliveredAt)}`]),
    ...(row.state === 'pending'
      ? [`Next attempt ${when(row.nextAttemptAt)}`, `Expires      ${when(row.expiresAt)}`]
      : []),
  ];
  io.stdout(`${lines.join('\n')}\n\n`);
  io.stdout(
    attempts.length === 0
      ? 'No attempts.\n'
      : attempts.map((attempt) => attemptText(attempt, timezone, io.columns)).join(''),
  );
  io.stdout(
    `\n${withoutIsolates(letterText(composeLetter(row.message, { channel: row.channel, timezone, ranks: new Map() })))}`,
  );
  return 0;
}

function attemptText(attempt: AttemptRow, timezone: string, columns: number): string {
  const took =
    attempt.endedAt === null
      ? 'not ended: Tidemark died meanwhile'
      : `${attempt.outcome} after ${formatDuration(attempt.endedAt - attempt.startedAt)}`;
  const indent = '    ';
  const wrapped = (text: string | null) =>
    text === null ? '' : `${indent}${wrapText(text, columns - indent.length, indent)}\n`;
  return `#${attempt.number}  ${timeWithZone(attempt.startedAt, timezone)}  ${took}\n${wrapped(attempt.reason)}${wrapped(attempt.excerpt && `the answer: ${attempt.excerpt}`)}`;
}

export type RetryArgs = {
  id?: number | undefined;
  allDead?: boolean | undefined;
  force?: boolean | undefined;
  json?: boolean | undefined;
};

/**
 * `tidemark deliveries retry ID|--all-dead`: sends again now, under the same id. What is past its time is old news, and
 * goes out only with `--force`. Exit code 1 when something was not delivered.
 */
export async function runDeliveriesRetry(
  io: Io,
  { id, allDead, force, json }: RetryArgs,
  deps: DeliveryDeps,
): Promise<number> {
  if ((id === undefined) === (allDead !== true))
    throw new AppError('usage', 'name one delivery, or use --all-dead', {
      hint: 'tidemark deliveries --state dead lists them',
    });
  const { db, clock } = deps;
  const now = clock.now();
  const chosen =
    id === undefined
      ? listDeliveries(db, { state: 'dead' }, Number.MAX_SAFE_INTEGER).reverse()
      : [getDelivery(deps, id)];
  const refused = new Map(
    chosen.map((row) => [row.id, whyNotRetried(deps, row, now, force === true)]),
  );
  const retried = chosen
    .filter(({ id: one }) => refused.get(one) === null)
    .flatMap((row) => putBack(db, row.id, now, Math.max(row.expiresAt, force ? now + DAY_MS : 0)))
    .map((one) => getDelivery(deps, one));
  // Who asks for a retry now does not want to wait for the circuit breaker.
  for (const name of new Set(retried.map(({ channel }) => channel)))
    saveHealth(db, { ...getHealth(db, name), heldUntilAt: null });
  if (retried.length > 0) await deliverDue(deps);

  // What was put back along with what was asked for, and what went to others, is told as well.
  const along = retried.filter(({ id: one }) => !refused.has(one));
  const after = [...chosen, ...new Map(along.map((row) => [row.id, row])).values()].flatMap((row) =>
    whatBecame(deps, row).map((found) => ({ row: found, refused: refused.get(row.id) ?? null })),
  );
  if (json)
    io.stdout(
      `${JSON.stringify(
        after.map((result) => ({ ...deliveryJson(result.row), refused: result.refused })),
        null,
        2,
      )}\n`,
    );
  else
    for (const { row, refused: why } of after)
      io.stdout(
        `${row.id}: ${why === null ? stateText(row, deps.timezone) : `not retried: ${why}`}\n`,
      );
  const delivered = after.filter(
    ({ row, refused: why }) => why === null && row.state === 'delivered',
  ).length;
  io.stderr(
    chosen.length === 0
      ? 'Nothing is dead.\n'
      : `${delivered} of ${plural(after.length, 'message')} delivered.\n`,
  );
  return delivered === after.length ? 0 : 1;
}

/** The delivery as it is now; or those to the recipients of today, when its channel is of another kind by now. */
function whatBecame({ db, channels }: DeliveryDeps, { id, channel }: DeliveryRow): DeliveryRow[] {
  const row = findDelivery(db, id);
  if (row === undefined) return [];
  const today = channels.find(({ name }) => name === channel);
  if (row.state !== 'cancelled' || !row.reason?.startsWith(READDRESSED) || today === undefined)
    return [row];
  return listDeliveriesTo(db, row.notificationId, recipientsOf(today));
}

const recipientsOf = (channel: Channel): readonly string[] =>
  channel.kind === 'email' ? channel.to : [''];

function whyNotRetried(
  { db, channels }: DeliveryDeps,
  row: DeliveryRow,
  now: Instant,
  isForced: boolean,
): string | null {
  if (row.state === 'delivered') return 'it was delivered';
  if (row.state === 'sending') return 'it is being sent';
  const channel = channels.find(({ name }) => name === row.channel);
  if (channel === undefined) return `the channel ${row.channel} is not in the config`;
  if (channel.kind === 'email' && !['', ...channel.to].includes(row.recipient))
    return `${row.recipient} is no longer in the config`;
  if (getHealth(db, row.channel).disabledAt !== null)
    return `the channel ${row.channel} is disabled; tidemark channels test ${row.channel} enables it`;
  if (isOver(db, row.id)) return 'that it is over was told already';
  return row.expiresAt <= now && !isForced
    ? 'it is past its time; --force sends it all the same'
    : null;
}

const stateText = (row: DeliveryRow, timezone: string): string =>
  row.state === 'pending'
    ? `not delivered yet, next attempt ${timeWithZone(row.nextAttemptAt, timezone)}`
    : `${row.state}${row.reason === null ? '' : `: ${row.reason}`}`;

function getDelivery({ db }: DeliveryDeps, id: number): DeliveryRow {
  const row = findDelivery(db, id);
  if (row === undefined)
    throw new AppError('not_found', `there is no delivery ${id}`, {
      hint: 'tidemark deliveries lists them',
    });
  return row;
}

const timeOrNull = (at: Instant | null): string | null => (at === null ? null : isoTime(at));

const deliveryJson = (row: DeliveryRow) => ({
  id: row.id,
  notification_id: row.notificationId,
  type: row.type,
  channel: row.channel,
  recipient: row.recipient === '' ? null : row.recipient,
  message_id: row.messageId,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  created_at: isoTime(row.createdAt),
  next_attempt_at: row.state === 'pending' ? isoTime(row.nextAttemptAt) : null,
  expires_at: isoTime(row.expiresAt),
  delivered_at: timeOrNull(row.deliveredAt),
});

const attemptJson = (row: AttemptRow) => ({
  number: row.number,
  started_at: isoTime(row.startedAt),
  ended_at: timeOrNull(row.endedAt),
  outcome: row.outcome,
  status_code: row.statusCode,
  reason: row.reason,
  excerpt: row.excerpt,
});
