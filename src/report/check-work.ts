// Checks of the work that is done on a schedule: are snapshots taken, and do messages go out?
import type { Channel } from '../config/channels/kinds.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { findAhead } from '../store/clock-ahead.ts';
import type { Db } from '../store/file/open.ts';
import { listWatchAges, type WatchAge } from '../store/reading/health-facts.ts';
import { findSlotRecord } from '../store/series/slots.ts';
import { ok, warn, warnEach, type Check } from './check.ts';
import { readOutbox, type OutboxReport } from './outbox.ts';
import { overdueSince } from './overdue.ts';
import { adviceFor } from './status-advice.ts';
import type { Status } from './status.ts';
import { deadText, failingText, restingText, waitingText } from './trouble-words.ts';

/** After so many intervals without a complete snapshot, somebody should look at the list. */
export const STALE_INTERVALS = 3;

/**
 * One check for each active watch: is a slot overdue, and is its newest complete snapshot of late?
 */
export const checkWatches = (db: Db, now: Instant): Check[] =>
  listWatchAges(db.raw).map((age) => {
    const record = findSlotRecord(db, age.watch, now);
    return checkWatch(age, record === undefined ? null : overdueSince(db, record, now), now);
  });

function checkWatch(
  { watch, completeAt, intervalMs }: WatchAge,
  overdueAt: Instant | null,
  now: Instant,
): Check {
  const name = `watch ${watch}`;
  const overdue = overdueAt === null ? '' : `overdue since ${isoTime(overdueAt)}; `;
  if (completeAt === null || intervalMs === null)
    return warn(name, `${overdue}no complete snapshot yet`);
  const age = now - completeAt;
  const text = `${overdue}last complete snapshot ${formatDuration(age)} ago`;
  if (age > STALE_INTERVALS * intervalMs)
    return warn(
      name,
      `${text}, its schedule is every ${formatDuration(intervalMs)}: see tidemark status`,
    );
  return overdueAt === null ? ok(name, text) : warn(name, `${text}: see tidemark status`);
}

/**
 * Checks whether messages go out: what is disabled, suppressed, given up or stuck is the same that
 * `status` tells.
 */
export function checkOutbox(db: Db, channels: readonly Channel[] | null, now: Instant): Check {
  return warnEach('deliveries', problemsOf(readOutbox(db, channels, now), now), 'nothing is stuck');
}

/** What `status` advises, one check each, with the command that goes on from there. */
export function checkAdvice(status: Status, timeZone: string): Check[] {
  const advice = adviceFor(status, timeZone);
  if (advice.length === 0) return [ok('status', 'nothing needs a person')];
  return advice.map(({ text, command }) =>
    warn('status', `${text.replace(/:$/, '')} (${command})`),
  );
}

function problemsOf(
  { failingChannels, recentlyDead, stuckSinceAt, suppressed }: OutboxReport,
  now: Instant,
): string[] {
  return [
    ...failingChannels.map(
      (health) =>
        `${failingText(health, isoTime)}${waitingText(health, isoTime)} (mend, then tidemark channels test)`,
    ),
    ...suppressed.map((refusal) => restingText(refusal, isoTime)),
    ...(recentlyDead === 0 ? [] : [`${deadText(recentlyDead)} (tidemark deliveries)`]),
    ...(stuckSinceAt === null
      ? []
      : [`the oldest that waits is due since ${formatDuration(now - stuckSinceAt)}`]),
  ];
}

/**
 * Checks whether anything stored has a time to come: then a clock was ahead once, or is behind now.
 */
export function checkClock(db: Db, now: Instant): Check {
  const ahead = findAhead(db, now);
  if (ahead.length === 0) return ok('clock', 'nothing is stored of a time to come');
  const columns = ahead.map(
    ({ column, count, latestAt }) => `${column} (${count}, up to ${isoTime(latestAt)})`,
  );
  return warn(
    'clock',
    `stored of a time to come: ${columns.join(', ')}. A clock was ahead, or this one is behind. The daemon mends at its start what would be waited for; the rest is not looked at before its time`,
  );
}
