// The facts of messages that were delivered long ago. That they were sent, to whom and about which
// alerts stays.
import type { Clock, Instant } from '../../lib/clock.ts';
import { takeInTurns } from '../file/in-turns.ts';
import type { Db } from '../file/open.ts';
import { NO_FACTS } from './packed-messages.ts';

/**
 * Made before an instant, with facts still, and delivered to everybody: what somebody did not get
 * may be sent again, and is written anew from its facts. The length of a text is in the head of its
 * row, so that no long message is read for it.
 */
const OLD = `FROM notifications n
  WHERE created_at < ? AND (packed IS NOT NULL OR octet_length(message) > ${NO_FACTS.length})
    AND NOT EXISTS (SELECT 1 FROM deliveries d
      WHERE d.notification_id = n.id AND d.state <> 'delivered')`;

/** How many messages made before an instant `forgetMessages` would forget. */
export const countOldMessages = (db: Db, before: Instant): number =>
  db.statement(`SELECT count(*) ${OLD}`).pluck().get(before) as number;

/** Some kilobytes each, a digest tens of them. */
const AT_ONCE = 50;

/**
 * Forgets the facts of delivered messages made before an instant, in turns with other writers.
 * Returns how many there were. Each turn begins where the one before ended: before it lie all that
 * were ever forgotten.
 */
export function forgetMessages(db: Db, before: Instant, clock: Clock): Promise<number> {
  const find = db.statement(`SELECT id ${OLD} AND id > ? ORDER BY id LIMIT ${AT_ONCE}`).pluck();
  const forget = db.statement(
    `UPDATE notifications SET message = '${NO_FACTS}', packed = NULL WHERE id = ?`,
  );
  let last = -Infinity;
  const take = () =>
    db.transaction(() => {
      const ids = find.all(before, last) as number[];
      for (const id of ids) forget.run(id);
      last = ids.at(-1) ?? last;
      return ids.length;
    });
  return takeInTurns(clock, take, { atOnce: AT_ONCE });
}
