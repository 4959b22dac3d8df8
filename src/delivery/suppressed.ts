import type { EmailChannel } from '../config/config.ts';
import type { Instant } from '../lib/clock.ts';
import type { Db } from '../store/file/open.ts';
import { isSuppressed, listRefusals, type Refusal } from '../store/outbox/recipient-refusals.ts';

/** The recipients of a channel to whom mail rests; none when it would be all of them, as then nobody would hear anything. */
export function listSuppressed(
  db: Db,
  channel: EmailChannel,
  now: Instant,
): ReadonlyMap<string, Refusal> {
  const found = listRefusals(db, channel.name).filter(
    (refusal) => channel.to.includes(refusal.recipient) && isSuppressed(refusal, now),
  );
  return new Map(
    found.length === channel.to.length ? [] : found.map((one) => [one.recipient, one]),
  );
}
