// `tidemark channels unsubscribed` and `channels subscribe`: who asked for no more, and undoing it.
import { subscribe, topicText } from '../../delivery/unsubscribe.ts';
import { isoTime } from '../../lib/clock.ts';
import { requireChannel } from '../../delivery/require-channel.ts';
import { AppError } from '../../lib/errors.ts';
import type { DeliveryDeps } from '../../delivery/dispatch.ts';
import { listUnsubscribed } from '../../store/outbox/unsubscribed.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';
import { shortTime } from '../../words/times.ts';

type Deps = Pick<DeliveryDeps, 'db' | 'channels' | 'timezone'>;

/** Lists who unsubscribed from what. */
export function runChannelsUnsubscribed(
  io: Io,
  { json }: { json?: boolean | undefined },
  { db, timezone }: Deps,
): number {
  const rows = listUnsubscribed(db);
  if (json) {
    const shown = rows.map(({ createdAt, ...row }) => ({ ...row, since: isoTime(createdAt) }));
    io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    io.stderr('Nobody has unsubscribed from anything.\n');
    return 0;
  }
  io.stdout(
    formatTable(
      [{ head: 'channel' }, { head: 'recipient' }, { head: 'of' }, { head: `since, ${timezone}` }],
      rows.map(({ channel, recipient, topic, createdAt }) => [
        channel,
        recipient,
        topic,
        shortTime(createdAt, timezone),
      ]),
      io,
    ),
  );
  return 0;
}

/** Takes up again whatever a recipient of a channel had ended. @throws AppError `not_found` */
export function runChannelsSubscribe(
  io: Io,
  { name, recipient }: { name: string; recipient: string },
  { db, channels }: Deps,
): number {
  const ended = listUnsubscribed(db, name).filter((one) => one.recipient === recipient);
  if (ended.length === 0) {
    requireChannel(channels, name);
    throw new AppError('not_found', `${recipient} has unsubscribed from nothing of ${name}`, {
      hint: 'who has: tidemark channels unsubscribed',
    });
  }
  for (const one of ended) {
    subscribe(db, channels, one, io.clock.now());
    io.stdout(`${recipient} gets ${topicText(one)} again.\n`);
  }
  return 0;
}
