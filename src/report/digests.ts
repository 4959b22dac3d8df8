// A digest as it was or will be written: of a period that was due, or of one that ends now.
import type { Config, Digest } from '../config/config.ts';
import { buildDigest } from '../digest/build.ts';
import { periodUntil, regularPeriod, type Period } from '../digest/period.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import type { DigestMessage } from '../message/digest.ts';
import { lastSlot } from '../schedule/slots.ts';
import { findDigestRecord, findLastDigest, findToldPeriods } from '../store/digests/digests.ts';
import type { Db } from '../store/file/open.ts';
import type { ReadDeps } from './known-names.ts';

/** A date or an instant as it was typed. Of an instant both ends are the same. */
export type AskedPeriod = { text: string; startAt: Instant; endAt: Instant };

/** The message is what `digest --json` prints, and what webhooks get. */
export type DigestReport = { message: DigestMessage; writtenAt: Instant };

/** @throws AppError `not_found`, with the name that was meant. */
export function requireDigest({ digests }: Config, name: string): Digest {
  const digest = digests.find((candidate) => candidate.name === name);
  if (digest !== undefined) return digest;
  const names = digests.map((candidate) => candidate.name);
  throw new AppError('not_found', `there is no digest ${JSON.stringify(name)}`, {
    hint: hintFor(name, names),
  });
}

function hintFor(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return names.length > 0 ? `there is: ${names.join(', ')}` : 'add one under digests in the config';
}

/**
 * The digest that was due last by the time asked for; without one, that of a period that ends now.
 * @throws AppError `usage` when the one asked for is not due yet.
 */
export function readDigest(
  { db, config }: ReadDeps,
  digest: Digest,
  asked: AskedPeriod | undefined,
  now: Instant,
): DigestReport {
  const { period, writtenAt } =
    asked === undefined
      ? { period: periodUntil(digest, now), writtenAt: now }
      : findScheduled(db, digest, asked, now);
  const origin = asked === undefined ? 'manual' : 'schedule';
  const data = buildDigest(db, { config, digest, period, origin });
  return {
    message: { type: 'digest.ready', timestamp: isoTime(writtenAt), data },
    writtenAt,
  };
}

/**
 * A digest that was written keeps its period and its time, even if the schedule was edited since.
 * One that was not gets the regular period, as if it had been written when it was due.
 */
function findScheduled(
  db: Db,
  digest: Digest,
  { text, startAt, endAt }: AskedPeriod,
  now: Instant,
): { period: Period; writtenAt: Instant } {
  // Of a day that is not over, only up to now.
  const at = Math.min(endAt, now);
  const slotAt = lastSlot(digest.schedule, digest.timezone, at);
  if (slotAt === null || startAt > now)
    throw new AppError('usage', `the digest of ${text} is not due yet`);
  const regular = regularPeriod(digest, slotAt);
  const written = findLastDigest(db, digest.name, at);
  const scheduledFromAt = findDigestRecord(db, digest.name, now)?.scheduledFromAt ?? -Infinity;
  // A slot of the present schedule that has no digest yet must come after the last that has one. A
  // slot from before this schedule never was one.
  const isCurrent = slotAt > scheduledFromAt;
  const writtenAfter = isCurrent ? slotAt - 1 : regular.sinceAt;
  if (written === undefined || written.slotAt <= writtenAfter)
    return { period: regular, writtenAt: slotAt };
  const periods = findToldPeriods(db, digest.name, written.slotAt) ?? 1;
  return {
    period: { sinceAt: written.sinceAt, slotAt: written.slotAt, periods },
    writtenAt: written.createdAt,
  };
}
