// What the links of mails are signed with.
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

const PURPOSE = 'links';

/** The key; undefined where no mail had links yet, or they were revoked since. */
export const findLinkKey = (db: Db): Buffer | undefined =>
  db.statement('SELECT key FROM web_keys WHERE purpose = ?').pluck().get(PURPOSE) as
    Buffer | undefined;

/** The key; where there is none, `made` becomes it. */
export function linkKey(db: Db, made: () => Buffer, now: Instant): Buffer {
  const known = findLinkKey(db);
  if (known !== undefined) return known;
  return db.transaction(() => {
    db.statement(
      `INSERT INTO web_keys (purpose, key, created_at) VALUES (?, ?, ?)
      ON CONFLICT (purpose) DO NOTHING`,
    ).run(PURPOSE, made(), now);
    // Another process may have been faster.
    const key = findLinkKey(db);
    if (key === undefined) throw new Error('the key of links was not stored');
    return key;
  });
}

/** Forgets the key, so that no link of a mail holds any more; false when there was none. */
export const deleteLinkKey = (db: Db): boolean =>
  db.statement('DELETE FROM web_keys WHERE purpose = ?').run(PURPOSE).changes > 0;
