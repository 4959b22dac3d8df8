import type { Instant } from '../lib/clock.ts';
import { ASK_AGAIN_MS, type SlotRecord } from '../schedule/overdue.ts';
import type { Db } from '../store/file/open.ts';
import { findOverdue } from '../store/series/slots.ts';
import { LATE_MS } from './outbox.ts';

/**
 * The first slot of a watch that should have been taken more than `LATE_MS` ago, and was not; null
 * when it is up to date. One whose list is not published is not late before it should have been
 * asked for again.
 */
export function overdueSince(
  db: Db,
  record: SlotRecord & { watchId: number },
  now: Instant,
): Instant | null {
  const { due, missed } = findOverdue(db, record, now);
  const owedAt = due === null ? null : (missed[0] ?? due);
  if (owedAt === null) return null;
  const { open } = record;
  const since = open?.slotAt === owedAt ? open.askedAt + ASK_AGAIN_MS : owedAt;
  return now - since > LATE_MS ? owedAt : null;
}
