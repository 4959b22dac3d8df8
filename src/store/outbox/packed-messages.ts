// The facts of messages, packed once they are a day old: most of what stays of a file with many
// mails is text that nearly nobody reads again. Newer ones are plain, as they are written anew for
// each attempt.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { DAY_MS, type Clock, type Instant } from '../../lib/clock.ts';
import type { Message } from '../../message/message.ts';
import { takeInTurns } from '../file/in-turns.ts';
import type { Db } from '../file/open.ts';

/** What is in `message` when its facts are not: JSON, as the column has to be. */
export const NO_FACTS = 'null';

/** Of 300 messages of the demo 23 % are left, in 0.16 ms each; the highest quality takes 2.8 ms. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

/** The columns of a message, as they are stored. */
export type StoredMessage = { message: string; packed: Buffer | null };

/** A message as its facts; null once they are forgotten. */
export const messageIn = ({ message, packed }: StoredMessage): Message | null =>
  JSON.parse(packed === null ? message : brotliDecompressSync(packed).toString()) as Message | null;

/** Older ones are packed: by then nearly all were delivered. */
const PLAIN_MS = DAY_MS;
/** Some kilobytes each, a digest tens of them: a few milliseconds. */
const AT_ONCE = 25;

/**
 * Packs the facts of messages older than a day, delivered or not, in turns with other writers.
 * What is read of them stays the same. Returns how many there were.
 */
export function packMessages(db: Db, clock: Clock): Promise<number> {
  const before: Instant = clock.now() - PLAIN_MS;
  const find = db
    .statement(
      `SELECT id, message FROM notifications
      WHERE id > ? AND created_at < ? AND octet_length(message) > ${NO_FACTS.length}
      ORDER BY id LIMIT ${AT_ONCE}`,
    )
    .raw();
  // Another process may have forgotten it meanwhile.
  const pack = db.statement(
    `UPDATE notifications SET message = '${NO_FACTS}', packed = ? WHERE id = ? AND message = ?`,
  );
  let last = -Infinity;
  const take = (): number => {
    const found = find.all(last, before) as [number, string][];
    const packed = found.map(([, message]) => brotliCompressSync(Buffer.from(message), QUALITY));
    db.transaction(() => {
      for (const [at, [id, message]] of found.entries()) pack.run(packed[at], id, message);
    });
    last = found.at(-1)?.[0] ?? last;
    return found.length;
  };
  return takeInTurns(clock, take, { atOnce: AT_ONCE });
}
