// Tokens of programs: found by their hash.
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { webTokens } from '../schema/web.ts';

/** What a token may be used for. */
export const WEB_SCOPES = ['read', 'write', 'feeds', 'mcp'] as const;
export type WebScope = (typeof WEB_SCOPES)[number];

export type Token = Omit<typeof webTokens.$inferSelect, 'scopes' | 'hash'> & {
  scopes: readonly WebScope[];
};

const readToken = ({ hash: _, scopes, ...token }: typeof webTokens.$inferSelect): Token => ({
  ...token,
  scopes: WEB_SCOPES.filter((scope) => scopes.split(' ').includes(scope)),
});

/** A token that was not revoked. */
export function findToken(db: Db, hash: Buffer): Token | undefined {
  const row = db.orm
    .select()
    .from(webTokens)
    .where(and(eq(webTokens.hash, hash), isNull(webTokens.revokedAt)))
    .get();
  return row && readToken(row);
}

/** Every token there ever was, by name. */
export const listTokens = (db: Db): Token[] =>
  db.orm.select().from(webTokens).orderBy(asc(webTokens.name)).all().map(readToken);

/** Adds a token; false when there is one of that name, also one that was revoked. */
export function insertToken(
  db: Db,
  token: { name: string; hash: Buffer; scopes: readonly WebScope[] },
  now: Instant,
): boolean {
  return (
    db.orm
      .insert(webTokens)
      .values({ ...token, scopes: token.scopes.join(' '), createdAt: now })
      .onConflictDoNothing()
      .run().changes > 0
  );
}

/** Notes that a token is in use. */
export function noteToken(db: Db, name: string, now: Instant): void {
  db.orm.update(webTokens).set({ usedAt: now }).where(eq(webTokens.name, name)).run();
}

/** False when there is no such token, or it was revoked before. */
export function revokeToken(db: Db, name: string, now: Instant): boolean {
  return (
    db.orm
      .update(webTokens)
      .set({ revokedAt: now })
      .where(and(eq(webTokens.name, name), isNull(webTokens.revokedAt)))
      .run().changes > 0
  );
}
