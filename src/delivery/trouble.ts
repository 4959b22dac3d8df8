import type { Channel } from '../config/channels/kinds.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { plural } from '../lib/text.ts';
import type { TroubleMessage } from '../message/trouble.ts';
import { listHearers } from '../store/alerts/troubles.ts';
import { getHealth, type Health } from '../store/outbox/channel-health.ts';
import type { Db } from '../store/file/open.ts';
import { enqueue } from './enqueue.ts';

export type Trouble = {
  kind: 'failing' | 'disabled';
  /** How many messages its disabling ended. */ deadCount: number;
};

/**
 * Tells another channel that this one does not work. Runs in the caller's transaction. Returns the
 * health with a note that it was told, so that it is told once. If no other channel works, nobody
 * can be told.
 */
export function tellTrouble(
  db: Db,
  channels: readonly Channel[],
  channel: Channel,
  health: Health,
  trouble: Trouble,
  now: Instant,
): Health {
  const through = chooseOther(db, channels, channel);
  if (through === undefined) return health;
  const message = troubleMessage(
    channel.name,
    trouble.kind,
    'trouble',
    health.failingSinceAt ?? now,
    troubleText(channel, health, trouble),
    now,
  );
  enqueue(db, {
    key: beginningKey(channel.name, trouble.kind, health.failingSinceAt ?? now),
    channel: through,
    message,
    now,
  });
  return { ...health, toldAt: now, toldThrough: through.name };
}

const beginningKey = (channel: string, kind: Trouble['kind'], sinceAt: Instant): string =>
  `channel.trouble/${channel}/${kind}/${sinceAt}`;

/**
 * Tells of the end of a trouble those to whom its beginning was sent, whether the channel failed or
 * was disabled.
 */
export function tellRecovery(
  db: Db,
  channels: readonly Channel[],
  before: Health,
  now: Instant,
): void {
  if (before.toldThrough === null) return;
  const sinceAt = before.failingSinceAt ?? now;
  const message = troubleMessage(
    before.channel,
    'recovered',
    'recovered',
    sinceAt,
    `Messages to the channel "${before.channel}" get through again. What waited is being sent.`,
    now,
  );
  for (const channel of channels) {
    const only = (['failing', 'disabled'] as const).flatMap((kind) =>
      listHearers(db, channel.name, beginningKey(before.channel, kind, sinceAt)),
    );
    if (only.length > 0)
      enqueue(db, {
        key: `channel.trouble/${before.channel}/recovered/${sinceAt}`,
        channel,
        message,
        now,
        only,
      });
  }
}

/**
 * The channel to tell: working channels first, then those of another kind, since all mail goes
 * through one server; then in the order of the config.
 */
export function chooseOther(
  db: Db,
  channels: readonly Channel[],
  channel: Channel,
): Channel | undefined {
  const rated = channels
    .filter(({ name }) => name !== channel.name)
    .map((other) => ({ other, health: getHealth(db, other.name) }))
    .filter(({ health }) => health.disabledAt === null)
    .map(({ other, health }) => ({
      other,
      penalty: (health.failures > 0 ? 2 : 0) + (other.kind === channel.kind ? 1 : 0),
    }));
  return rated.sort((a, b) => a.penalty - b.penalty)[0]?.other;
}

function troubleText(channel: Channel, health: Health, trouble: Trouble): string {
  const last = `The last failure: ${health.reason ?? 'unknown'}.`;
  if (trouble.kind === 'failing') {
    return `Messages to the channel "${channel.name}" do not get through. ${last} They wait, and are tried again until they are too old. When you have mended it, run: tidemark channels test ${channel.name}`;
  }
  return (
    `The channel "${channel.name}" does not work and was disabled. ${last} ${plural(trouble.deadCount, 'message')} did not get through. ` +
    `When you have mended it, "tidemark channels test ${channel.name}" enables it again, and "tidemark deliveries retry --all-dead" sends what was left.`
  );
}

/** What a channel is told of another. */
export const troubleMessage = (
  subject: string,
  kind: string,
  state: TroubleMessage['data']['state'],
  sinceAt: Instant,
  text: string,
  now: Instant,
): TroubleMessage => ({
  type: 'channel.trouble',
  timestamp: isoTime(now),
  data: { subject, kind, state, since: isoTime(sinceAt), text },
});
