import { and, desc, eq, isNotNull, ne, or } from 'drizzle-orm';
import type { DigestMessage } from '../../message/digest.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { messageIn, NO_FACTS } from '../outbox/packed-messages.ts';
import { deliveries } from '../schema/deliveries.ts';
import { digests } from '../schema/digests.ts';
import { notifications } from '../schema/notifications.ts';

export type ArchivedDigest = typeof digests.$inferSelect;

/** Digests that were written, the newest first. */
export const listDigests = (db: Db, limit: number): ArchivedDigest[] =>
  db.orm.select().from(digests).orderBy(desc(digests.slotAt), desc(digests.id)).limit(limit).all();

/** A digest that was sent by hand or on schedule, as facts. */
export type SentDigest = {
  id: number;
  createdAt: Instant;
  channel: string;
  message: DigestMessage;
};

/** The messages of digests that are kept, the newest first: one for each channel that was told. */
export const listSentDigests = (db: Db, limit: number): SentDigest[] =>
  db.orm
    .select({
      id: deliveries.id,
      createdAt: notifications.createdAt,
      channel: notifications.channel,
      message: notifications.message,
      packed: notifications.packed,
    })
    .from(notifications)
    .innerJoin(deliveries, eq(deliveries.notificationId, notifications.id))
    .where(
      and(
        eq(notifications.type, 'digest.ready'),
        or(isNotNull(notifications.packed), ne(notifications.message, NO_FACTS)),
      ),
    )
    .groupBy(notifications.id)
    .orderBy(desc(notifications.id))
    .limit(limit)
    .all()
    .map(({ packed, message, ...row }) => ({
      ...row,
      message: messageIn({ message, packed }) as DigestMessage,
    }));
