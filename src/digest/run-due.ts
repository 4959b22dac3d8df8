// Exactly one digest per name and period: its row and its notifications are one transaction, and
// the row is unique.
import type { Config, Digest } from '../config/config.ts';
import { enqueue } from '../delivery/enqueue.ts';
import { isoTime, type Clock, type Instant } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { DigestFacts, DigestMessage } from '../message/digest.ts';
import { nextSlot } from '../schedule/slots.ts';
import { findDigestRecord, insertDigest, syncDigests } from '../store/digests/digests.ts';
import type { Db } from '../store/file/open.ts';
import { buildDigest } from './build.ts';
import { duePeriod } from './period.ts';

type DigestDeps = { db: Db; config: Config; clock: Clock };

/**
 * Writes the digests that are due and puts them into the outbox; returns how many. Call it AFTER
 * the snapshots that are due: a digest tells of what is stored. A digest that cannot be written is
 * logged and stays due; the others go on.
 */
export function runDueDigests({ db, config, clock, log }: DigestDeps & { log: Log }): number {
  const now = clock.now();
  db.transaction(() => syncDigests(db, config.digests, now));
  let written = 0;
  for (const digest of config.digests) {
    try {
      const done = db.transaction(() => writeDueDigest({ db, config, clock }, digest));
      if (done === null) continue;
      written++;
      log.info({ digest: digest.name, ...done }, 'digest');
    } catch (thrown) {
      log.error({ err: thrown, digest: digest.name }, 'digest failed');
    }
  }
  return written;
}

function writeDueDigest(
  { db, config, clock }: DigestDeps,
  digest: Digest,
): { slot_at: string; since_at: string; outcome: 'sent' | 'quiet' } | null {
  const now = clock.now();
  const record = findDigestRecord(db, digest.name, now);
  const period = record === undefined ? null : duePeriod(digest, record, now);
  if (period === null) return null;
  const data = buildDigest(db, { config, digest, period, origin: 'schedule' });
  const outcome = data.quiet && digest.whenQuiet === 'skip' ? 'quiet' : 'sent';
  // Another process may have written it between our look and this transaction; then nothing is
  // sent.
  if (
    !insertDigest(db, {
      name: digest.name,
      slotAt: period.slotAt,
      sinceAt: period.sinceAt,
      createdAt: now,
      outcome,
    })
  )
    return null;
  if (outcome === 'sent')
    announceDigest({ db, config, clock }, digest, data, `digest/${digest.name}/${data.slot_at}`);
  return { slot_at: data.slot_at, since_at: data.since_at, outcome };
}

/**
 * Puts a digest into the outbox of each of its channels, in the caller's transaction; returns how
 * many notifications. It is not sent any more once the next one is due: that one tells what is news
 * then.
 */
export function announceDigest(
  { db, config, clock }: DigestDeps,
  digest: Digest,
  data: DigestFacts,
  key: string,
): number {
  const now = clock.now();
  const message: DigestMessage = { type: 'digest.ready', timestamp: isoTime(now), data };
  const expiresAt = nextSlot(digest.schedule, digest.timezone, now);
  const channels = config.channels.filter(({ name }) => digest.notify.includes(name));
  return channels.filter(
    (channel) =>
      enqueue(db, { key, channel, message, now, ...(expiresAt === null ? {} : { expiresAt }) }) !==
      null,
  ).length;
}

/** When the next digest is due; null when none ever is. */
export function nextDigestAt(digests: Config['digests'], now: Instant): Instant | null {
  const slots = digests.flatMap(
    ({ schedule, timezone }) => nextSlot(schedule, timezone, now) ?? [],
  );
  return slots.length === 0 ? null : Math.min(...slots);
}
