// Reads the values of options. A value that cannot be read is a usage error, which names the option
// and shows a good value.
import type { Compare } from '../config/config.ts';
import { compareProblem } from '../config/formats.ts';
import { DAY_MS, type Instant } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { AppError } from '../lib/errors.ts';
import { parseMoment, yearProblem } from '../lib/moment.ts';

const MOMENTS = 'a date (2026-01-05), or an instant (2026-01-05T06:00, 2026-01-05T06:00:00Z)';

/** The usage error for a value that cannot be read, or is out of bounds. */
export function misread(option: string, text: string, wanted: string): AppError {
  const years = yearProblem(text);
  return new AppError(
    'usage',
    `${option} ${JSON.stringify(text)} is ${years === null ? `not ${wanted}` : `out of bounds: ${years}`}`,
  );
}

/**
 * The same limit as in the config: far more than anyone waits for, far less than a clock or a timer
 * can hold.
 */
const LONGEST_MS = 3_650 * DAY_MS;
/** More than any list has, and less than SQLite can count. */
export const LARGEST_COUNT = 1_000_000_000;

/**
 * A duration, undefined when the text is none. @throws AppError `usage` when it is of more than
 * 3650 days
 */
export function readDuration(option: string, text: string): number | undefined {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > LONGEST_MS)
    throw new AppError('usage', `${option} ${JSON.stringify(text)} is longer than 3650d`);
  return ms;
}

/** `--compare`: `previous` by default. */
export function readCompare(text: string | undefined): Compare {
  if (text === undefined || text === 'previous') return { kind: 'previous' };
  const ms = compareProblem(text) === null ? parseDuration(text) : undefined;
  if (ms === undefined)
    throw misread(
      '--compare',
      text,
      'previous, or a whole number of hours or days such as 36h or 7d',
    );
  return { kind: 'ago', ms, text };
}

/**
 * `--at`, or another option like it: up to the end of a date, or up to an instant; undefined means
 * now, whatever there is.
 */
export function readAt(
  text: string | undefined,
  timeZone: string,
  option = '--at',
): Instant | undefined {
  if (text === undefined) return undefined;
  const at = parseMoment(text, timeZone, 'end');
  if (at === undefined) throw misread(option, text, MOMENTS);
  return at;
}

/** `--since`: so long ago, or from a date or instant on. */
export function readSince(
  text: string | undefined,
  now: Instant,
  timeZone: string,
): Instant | undefined {
  if (text === undefined) return undefined;
  const ago = readDuration('--since', text);
  const at = ago === undefined ? parseMoment(text, timeZone) : now - ago;
  if (at === undefined) throw misread('--since', text, `a duration (7d, 36h), ${MOMENTS}`);
  return at;
}

/**
 * `--for 3d` or `--until`: a duration from now, a date (when it begins) or an instant, in the
 * future; null when neither is given.
 */
export function readUntil(
  args: { for?: string | undefined; until?: string | undefined },
  now: Instant,
  timeZone: string,
): Instant | null {
  if (args.for !== undefined && args.until !== undefined)
    throw new AppError('usage', '--for and --until say the same thing: give one of them');
  const option = args.for === undefined ? '--until' : '--for';
  const text = args.for ?? args.until;
  if (text === undefined) return null;
  const duration = readDuration(option, text);
  const moment = option === '--until' ? parseMoment(text, timeZone) : undefined;
  const at = duration === undefined ? moment : now + duration;
  if (at === undefined)
    throw misread(
      option,
      text,
      option === '--for' ? 'a duration such as 12h or 3d' : `a duration (3d), ${MOMENTS}`,
    );
  if (at <= now)
    throw new AppError('usage', `${option} ${JSON.stringify(text)} is not in the future`);
  return at;
}

/** `--limit`: a whole number; 0 is all there are. */
export const readLimit = (limit: number | undefined): number | undefined =>
  limit === 0 ? LARGEST_COUNT : readCount('--limit', limit);

/** A whole number from 1, such as `--days`. */
export function readCount(option: string, count: number | undefined): number | undefined {
  if (count !== undefined && (!Number.isInteger(count) || count < 1))
    throw misread(option, String(count), 'a whole number from 1');
  if (count !== undefined && count > LARGEST_COUNT)
    throw misread(option, String(count), `a whole number up to ${LARGEST_COUNT}`);
  return count;
}

/** One of a few words. */
export function readWord<Word extends string>(
  option: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw misread(option, text, words.join(' or '));
  return word;
}
