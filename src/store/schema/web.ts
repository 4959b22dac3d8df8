// Who may use the page: open sessions, and tokens of programs. Of each secret only a hash is kept.
import { sql } from 'drizzle-orm';
import { blob, check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { oneOf } from './one-of.ts';

export const WEB_ROLES = ['viewer', 'operator'] as const;

/** Somebody who logged in with a password. Gone when it has ended. */
export const webSessions = sqliteTable(
  'web_sessions',
  {
    /** SHA-256 of the cookie. */
    hash: blob({ mode: 'buffer' }).primaryKey(),
    role: text({ enum: WEB_ROLES }).notNull(),
    /** First bytes of the SHA-256 of the password's hash: another password ends it. */
    password: text().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Written at most once in a while. */
    usedAt: integer('used_at').notNull(),
  },
  () => [check('web_sessions_role', oneOf('role', WEB_ROLES))],
);

/** A token of a program. A revoked one stays, so that its name says when it was used last. */
export const webTokens = sqliteTable(
  'web_tokens',
  {
    name: text().primaryKey(),
    /** SHA-256 of the token. */
    hash: blob({ mode: 'buffer' }).notNull().unique(),
    /** Words of WEB_SCOPES, with blanks between them. */
    scopes: text().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Written at most once in a while. */
    usedAt: integer('used_at'),
    revokedAt: integer('revoked_at'),
  },
  () => [check('web_tokens_scopes', sql`scopes <> ''`)],
);

/**
 * What the links of mails are signed with, and mails with such links are sealed with. `tidemark sql`
 * does not read it.
 */
export const webKeys = sqliteTable('web_keys', {
  /** `links`, `payloads` */
  purpose: text().primaryKey(),
  key: blob({ mode: 'buffer' }).notNull(),
  createdAt: integer('created_at').notNull(),
});
