import { hasAddresses, recipientsOf, type Channel } from '../config/channels/kinds.ts';
import type { Instant } from '../lib/clock.ts';
import type { Db } from '../store/file/open.ts';
import { isSuppressed, listRefusals, type Refusal } from '../store/outbox/recipient-refusals.ts';

/**
 * The recipients of a channel to whom nothing is sent for now; none when it would be all of them,
 * as then nobody would hear anything.
 */
export function listSuppressed(
  db: Db,
  channel: Channel,
  now: Instant,
): ReadonlyMap<string, Refusal> {
  if (!hasAddresses(channel)) return new Map();
  const recipients = recipientsOf(channel);
  const found = listRefusals(db, channel.name).filter(
    (refusal) => recipients.includes(refusal.recipient) && isSuppressed(refusal, now),
  );
  return new Map(
    found.length === recipients.length ? [] : found.map((one) => [one.recipient, one]),
  );
}
