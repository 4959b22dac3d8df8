// What in a status needs a person, and what to type next. A pure function: the same status always
// gets the same words.
import { MAX_GAP_INTERVALS } from '../change/baseline.ts';
import type { Instant } from '../lib/clock.ts';
import { cleanText, plural } from '../lib/text.ts';
import { commandText } from '../words/shell-text.ts';
import { timeWithZone } from '../words/times.ts';
import type { BackupState, LakeState } from './scheduled-work.ts';
import type { Status, WatchStatus } from './status.ts';
import {
  deadText,
  failingText,
  restingText,
  waitingText,
  type WriteTime,
} from './trouble-words.ts';

/** What is the matter, as a sentence without secrets, and the command that goes on from there. */
export type Advice = { text: string; command: string };

/** Shows what the source answers now, for the credits of one request. */
const TRY_SOURCE = `${commandText(['check'])} --connect`;

/** What to do, in the order in which it should be done; times by the clocks of `timeZone`. */
export function adviceFor(status: Status, timeZone: string): Advice[] {
  const time: WriteTime = (at) => timeWithZone(at, timeZone);
  return [
    ...onDaemon(status, time),
    ...onUnseen(status),
    ...onLog(status, time),
    ...status.watches.flatMap((watch) => onLast(watch, status.now, time)),
    ...onCredits(status),
    ...onRules(status, time),
    ...onChannels(status, time),
    ...onRecipients(status, time),
    ...onDead(status),
    ...onBackups(status, time),
    ...onLake(status, time),
    ...onThinning(status, time),
  ];
}

/**
 * First comes the daemon: without it nothing else gets better. If it runs, what it should have
 * done.
 */
function onDaemon(status: Status, time: WriteTime): Advice[] {
  const { now, daemon, watches, deliveries, configEditedAt } = status;
  const overdue = watches.filter(isOverdue);
  const since = time(Math.min(...overdue.map(({ overdueAt }) => overdueAt ?? now)));
  if (!daemon.isRunning) {
    const late = overdue.length === 0 ? '' : `; ${namesOf(overdue)}: overdue since ${since}`;
    const text = `The daemon is NOT RUNNING: no list is fetched, and no message is sent${late}. To start it:`;
    return [{ text, command: commandText(['run']) }];
  }
  const { pending, stuckSinceAt } = deliveries;
  return [
    ...(configEditedAt === null
      ? []
      : [
          {
            text: `The config was edited ${time(configEditedAt)}, and the daemon goes on with what it read before. Check it, then have the daemon read it (SIGHUP):`,
            command: commandText(['check']),
          },
        ]),
    ...(overdue.length === 0
      ? []
      : [
          {
            text: `${namesOf(overdue)}: overdue since ${since}, though the daemon runs. Its log says why. To try the source:`,
            command: TRY_SOURCE,
          },
        ]),
    ...(stuckSinceAt === null
      ? []
      : [
          {
            text: `${plural(pending, 'message')} to send, the first since ${time(stuckSinceAt)}, though the daemon runs and no channel holds it up. Its log says why. To look at them:`,
            command: commandText(['deliveries'], { state: 'pending' }),
          },
        ]),
  ];
}

function onUnseen({ watches }: Status): Advice[] {
  const unseen = watches.filter(
    (watch) => watch.last === null && watch.waiting === null && !isOverdue(watch),
  );
  if (unseen.length === 0) return [];
  return [
    {
      text: `${namesOf(unseen)}: no snapshot yet. Wait for the first slot, or take one now:`,
      command: commandText(['snapshot', ...unseen.map(({ watch }) => watch)]),
    },
  ];
}

function onLog({ logLosses }: Status, time: WriteTime): Advice[] {
  if (logLosses === null) return [];
  const { lines, lastAt, reason } = logLosses;
  const lost = `${plural(lines, 'line')} of the daemon's log could not be written`;
  const text =
    `${lost}, the last ${time(lastAt)} (${reason}). ` +
    'Work goes on. Look at where the log goes, and at the disk:';
  return [{ text, command: commandText(['doctor']) }];
}

function onLast(
  { watch, last, lastComplete, overdueAt }: WatchStatus,
  now: Instant,
  time: WriteTime,
): Advice[] {
  // For an overdue watch the advice is to look at the daemon first.
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
  const since = lastComplete === null ? 'yet' : `since ${time(lastComplete.slotAt)}`;
  return [
    {
      text: `${watch}: no complete snapshot ${since}. To try the source:`,
      command: TRY_SOURCE,
    },
  ];
}

const onCredits = ({ credits: { sources } }: Status): Advice[] =>
  sources.flatMap(({ source, limit, today, perRequest }) => {
    if (limit === null || limit - today >= perRequest) return [];
    const whose = sources.length === 1 ? '' : ` of ${source}`;
    return [
      {
        text: `The ${limit} credits${whose} of today are spent: nothing is fetched${whose === '' ? '' : ' there'} until 00:00 UTC. See the plan:`,
        command: commandText(['check']),
      },
    ];
  });

const onRules = ({ ruleTroubles }: Status, time: WriteTime): Advice[] =>
  ruleTroubles.map(({ text, sinceSlotAt }) => ({
    text: `Since ${time(sinceSlotAt)}: ${cleanText(text)}`,
    command: commandText(['check']),
  }));

const onChannels = ({ deliveries }: Status, time: WriteTime): Advice[] =>
  deliveries.failingChannels.map((health) => ({
    text: `${failingText(health, time)}${waitingText(health, time)}`,
    command: commandText(['channels', 'test', health.channel]),
  }));

const onRecipients = ({ deliveries }: Status, time: WriteTime): Advice[] =>
  deliveries.suppressed.map((refusal) => ({
    text: restingText(refusal, time),
    command: commandText(['channels', 'test', refusal.channel]),
  }));

function onDead({ deliveries: { recentlyDead } }: Status): Advice[] {
  if (recentlyDead === 0) return [];
  return [
    {
      text: `${deadText(recentlyDead)}.`,
      command: commandText(['deliveries'], { state: 'dead' }),
    },
  ];
}

function onBackups({ backups }: Status, time: WriteTime): Advice[] {
  const command = `${commandText(['backup'])} --as-configured`;
  return onWork(backups, 'backup to', command, time);
}

const onLake = ({ lakeSyncs }: Status, time: WriteTime): Advice[] =>
  onWork(lakeSyncs, 'sync of the lake at', commandText(['lake', 'sync']), time);

/** Of work that the daemon does on a schedule of its own. */
function onWork(
  state: BackupState | LakeState | null,
  what: string,
  command: string,
  time: WriteTime,
): Advice[] {
  if (state === null) return [];
  const { note, overdueAt, to } = state;
  if (note !== null && note.failures > 0 && note.failingSinceAt !== null) {
    const times = plural(note.failures, 'time');
    const text = `The ${what} ${to} has failed ${times} since ${time(note.failingSinceAt)}: ${cleanText(note.reason ?? 'unknown')}. To try it now:`;
    return [{ text, command }];
  }
  if (overdueAt === null) return [];
  return [
    { text: `The ${what} ${to} is overdue since ${time(overdueAt)}. To make it now:`, command },
  ];
}

/** Why old history is still in the database, though it was to be in the lake alone. */
function onThinning({ thinning }: Status, time: WriteTime): Advice[] {
  if (thinning === null || thinning.heldSinceAt === null) return [];
  const [first, ...others] = thinning.held;
  const more = others.length === 0 ? '' : `, and ${plural(others.length, 'more reason')}`;
  const text = `Old history is held back from the lake since ${time(thinning.heldSinceAt)}: ${cleanText(first?.reason ?? 'unknown')}${more}. To see all of it:`;
  return [{ text, command: `${commandText(['lake', 'thin'])} --dry-run` }];
}

const isOverdue = ({ overdueAt }: WatchStatus): boolean => overdueAt !== null;

const namesOf = (watches: readonly WatchStatus[]): string =>
  watches.map(({ watch }) => watch).join(', ');
