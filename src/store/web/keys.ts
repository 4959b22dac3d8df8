// Keys that no query reads: what the links of mails are signed with, and what mails that hold such
// links are sealed with while they are kept.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

export type KeyPurpose = 'links' | 'payloads';

/** The key; undefined where none was needed yet, or it was revoked since. */
export const findKey = (db: Db, purpose: KeyPurpose): Buffer | undefined =>
  db.statement('SELECT key FROM web_keys WHERE purpose = ?').pluck().get(purpose) as
    Buffer | undefined;

/** The key; where there is none, `made` becomes it. */
export function keyFor(db: Db, purpose: KeyPurpose, made: () => Buffer, now: Instant): Buffer {
  const known = findKey(db, purpose);
  if (known !== undefined) return known;
  return db.transaction(() => {
    db.statement(
      `INSERT INTO web_keys (purpose, key, created_at) VALUES (?, ?, ?)
      ON CONFLICT (purpose) DO NOTHING`,
    ).run(purpose, made(), now);
    // Another process may have been faster.
    const key = findKey(db, purpose);
    if (key === undefined) throw new Error(`the key of ${purpose} was not stored`);
    return key;
  });
}

/**
 * Forgets a key, so that nothing made with it holds any more; false when there was none. Without
 * that of `payloads` a mail is written anew, with the same bytes.
 */
export const deleteKey = (db: Db, purpose: KeyPurpose): boolean =>
  db.statement('DELETE FROM web_keys WHERE purpose = ?').run(purpose).changes > 0;
