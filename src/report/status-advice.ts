// What of a status needs a person, and what to type next. Pure.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import { commandText } from '../words/shell-text.ts';
import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import { SUPPRESSED_MS } from '../store/outbox/recipient-refusals.ts';
import { timeWithZone } from '../words/times.ts';
import { LATE_MS, type Status, type WatchStatus } from '../terminal/status-text.ts';

export type Advice = { text: string; command: string };

/** Shows what the source answers now, for the credits of one request. */
const TRY_SOURCE = 'tidemark check --connect';

/** In the order in which it should be done. */
export function adviceFor(status: Status, timeZone: string): Advice[] {
  const { now, watches, deliveries, failingChannels, suppressed, credits, logLosses } = status;
  const overdue = watches.filter(({ overdueAt }) => overdueAt !== null);
  const unseen = watches.filter((watch) => watch.last === null && !overdue.includes(watch));
  const isOutboxStuck = deliveries.oldestDueAt !== null && now - deliveries.oldestDueAt > LATE_MS;
  const creditsLeft = credits.limit === null ? Infinity : credits.limit - credits.today;
  return [
    ...(overdue.length === 0
      ? []
      : [
          {
            text: `${namesOf(overdue)}: overdue since ${timeWithZone(Math.min(...overdue.map(({ overdueAt }) => overdueAt ?? now)), timeZone)}. Is the daemon running?`,
            command: commandText(['run']),
          },
        ]),
    ...(isOutboxStuck && overdue.length === 0
      ? [
          {
            text: `${plural(deliveries.pending, 'message')} to send, the first since ${timeWithZone(deliveries.oldestDueAt ?? now, timeZone)}. Is the daemon running?`,
            command: commandText(['run']),
          },
        ]
      : []),
    ...(unseen.length === 0
      ? []
      : [
          {
            text: `${namesOf(unseen)}: no snapshot yet. Wait for the first slot, or take one now:`,
            command: commandText(['snapshot', ...unseen.map(({ watch }) => watch)]),
          },
        ]),
    ...(logLosses === null
      ? []
      : [
          {
            text: `${plural(logLosses.lines, 'line')} of the daemon's log could not be written, the last ${timeWithZone(logLosses.lastAt, timeZone)} (${logLosses.reason}). Work goes on. Look at where the log goes, and at the disk:`,
            command: commandText(['doctor']),
          },
        ]),
    ...watches.flatMap((watch) => adviceForLast(watch, now, timeZone)),
    ...(creditsLeft < credits.perRequest
      ? [
          {
            text: `The ${credits.limit} credits of today are spent: nothing is fetched until 00:00 UTC. See the plan:`,
            command: commandText(['check']),
          },
        ]
      : []),
    ...status.ruleTroubles.map(({ text, sinceSlotAt }) => ({
      text: `Since ${timeWithZone(sinceSlotAt, timeZone)}: ${cleanText(text)}`,
      command: commandText(['check']),
    })),
    ...failingChannels.map(({ channel, disabledAt, failingSinceAt, reason }) => ({
      text: `The channel ${channel} ${disabledAt === null ? 'has been failing' : 'is disabled, failing'} since ${timeWithZone(failingSinceAt ?? now, timeZone)}: ${cleanText(reason ?? 'unknown')}`,
      command: commandText(['channels', 'test', channel]),
    })),
    ...suppressed.map(({ channel, recipient, suppressedAt, reason }) => ({
      text: `No mail of ${channel} goes to ${cleanText(recipient)} until ${timeWithZone((suppressedAt ?? now) + SUPPRESSED_MS, timeZone)}: ${cleanText(reason)}`,
      command: commandText(['channels', 'test', channel]),
    })),
    ...(deliveries.recentlyDead === 0
      ? []
      : [
          {
            text: `${plural(deliveries.recentlyDead, 'message')} of the last 7 days ${deliveries.recentlyDead === 1 ? 'was' : 'were'} given up.`,
            command: commandText(['deliveries'], { state: 'dead' }),
          },
        ]),
  ];
}

function adviceForLast(
  { watch, last, lastComplete, overdueAt }: WatchStatus,
  now: Instant,
  timeZone: string,
): Advice[] {
  // Who is overdue is asked to look after the daemon first.
  if (last === null || last.status === 'complete' || overdueAt !== null) return [];
  if (last.status === 'failed')
    return [
      { text: `${watch}: the last snapshot failed. To try the source:`, command: TRY_SOURCE },
    ];
  if (last.status === 'suspect')
    return [
      {
        text: `${watch}: the last snapshot is suspect, and no alert came of it. To look again:`,
        command: commandText(['snapshot', watch]),
      },
    ];
  if (lastComplete !== null && now - lastComplete.slotAt <= MAX_GAP_INTERVALS * last.intervalMs)
    return [];
  return [
    {
      text: `${watch}: no complete snapshot ${lastComplete === null ? 'yet' : `since ${timeWithZone(lastComplete.slotAt, timeZone)}`}. To try the source:`,
      command: TRY_SOURCE,
    },
  ];
}

const namesOf = (watches: readonly WatchStatus[]): string =>
  watches.map(({ watch }) => watch).join(', ');
