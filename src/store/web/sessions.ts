// Sessions of people who logged in with a password: found by the hash of their cookie.
import { eq, lt, or } from 'drizzle-orm';
import { DAY_MS, HOUR_MS, type Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { webSessions } from '../schema/web.ts';

export type Session = typeof webSessions.$inferSelect;

/** A session that nobody uses for this long has ended; and any session after the second time. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
export const SESSION_LONGEST_MS = 30 * DAY_MS;
/** How often its last use is written down. */
const NOTED_EVERY_MS = HOUR_MS;

/** A session that has not ended; undefined for any other. One from the future has ended too. */
export function findSession(db: Db, hash: Buffer, now: Instant): Session | undefined {
  const session = db.orm.select().from(webSessions).where(eq(webSessions.hash, hash)).get();
  if (session === undefined || session.createdAt > now) return undefined;
  const isOver =
    now - session.usedAt >= SESSION_IDLE_MS || now - session.createdAt >= SESSION_LONGEST_MS;
  return isOver ? undefined : session;
}

/** Is it time to write down that a session, or a token, was used? */
export const isUseNews = (usedAt: Instant | null, now: Instant): boolean =>
  usedAt === null || now - usedAt >= NOTED_EVERY_MS;

/** Begins a session, and forgets those that have ended. */
export function insertSession(
  db: Db,
  session: Pick<Session, 'hash' | 'role' | 'password'>,
  now: Instant,
): void {
  db.transaction(() => {
    db.orm
      .delete(webSessions)
      .where(
        or(
          lt(webSessions.usedAt, now - SESSION_IDLE_MS),
          lt(webSessions.createdAt, now - SESSION_LONGEST_MS),
        ),
      )
      .run();
    db.orm
      .insert(webSessions)
      .values({ ...session, createdAt: now, usedAt: now })
      .run();
  });
}

/** Notes that a session is in use. */
export function noteSession(db: Db, hash: Buffer, now: Instant): void {
  db.orm.update(webSessions).set({ usedAt: now }).where(eq(webSessions.hash, hash)).run();
}

/** Ends a session. */
export function deleteSession(db: Db, hash: Buffer): void {
  db.orm.delete(webSessions).where(eq(webSessions.hash, hash)).run();
}
