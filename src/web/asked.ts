// What a page is asked for, from its address: read in one place, so that pages, the API and feeds
// take the same words. What cannot be read is told with a good value.
import type { Compare } from '../config/config.ts';
import { compareProblem } from '../config/formats.ts';
import type { Instant } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { AppError } from '../lib/errors.ts';
import { parseMoment } from '../lib/moment.ts';

/** The query of an address; of a name that stands there twice the last. */
export type Asked = Readonly<Record<string, string>>;

const misread = (name: string, value: string, wanted: string): AppError =>
  new AppError('usage', `${name}=${JSON.stringify(value.slice(0, 80))} is not ${wanted}`);

const given = (asked: Asked, name: string): string | undefined =>
  asked[name] === undefined || asked[name] === '' ? undefined : asked[name];

/** `compare=7d`; previous by default. */
export function askedCompare(asked: Asked): Compare {
  const text = given(asked, 'compare');
  if (text === undefined || text === 'previous') return { kind: 'previous' };
  const ms = compareProblem(text) === null ? parseDuration(text) : undefined;
  if (ms === undefined)
    throw misread('compare', text, 'previous, or hours or days such as 36h or 7d');
  return { kind: 'ago', ms, text };
}

/** `at=2026-11-01`: up to the end of a date, or up to an instant; undefined means now. */
export function askedAt(asked: Asked, timeZone: string): Instant | undefined {
  const text = given(asked, 'at');
  if (text === undefined) return undefined;
  const at = parseMoment(text, timeZone, 'end');
  if (at === undefined) throw misread('at', text, 'a date (2026-01-05) or an instant');
  return at;
}

/** `since=7d`, or a date; undefined for all. */
export function askedSince(asked: Asked, now: Instant, timeZone: string): Instant | undefined {
  const text = given(asked, 'since');
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  const at = ago === undefined ? parseMoment(text, timeZone) : now - ago;
  if (at === undefined) throw misread('since', text, 'a duration (7d) or a date (2026-01-05)');
  return at;
}

/** A whole number from `low` to `high`. */
export function askedCount(
  asked: Asked,
  name: string,
  fallback: number,
  [low, high]: readonly [number, number],
): number {
  const text = given(asked, name);
  if (text === undefined) return fallback;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  if (!(value >= low && value <= high))
    throw misread(name, text, `a whole number from ${low} to ${high}`);
  return value;
}

/** One of a few words; undefined where nothing is asked for. */
export function askedWord<Word extends string>(
  asked: Asked,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = given(asked, name);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw misread(name, text, `one of ${words.join(', ')}`);
  return word;
}

/** Any text of at most 200 characters. */
export function askedText(asked: Asked, name: string): string | undefined {
  const text = given(asked, name);
  if (text !== undefined && text.length > 200)
    throw misread(name, text, 'a text of at most 200 characters');
  return text;
}

/** The id in a path. @throws AppError `not_found` for what is no number */
export function pathId(text: string, kind: string): number {
  if (!/^\d{1,12}$/.test(text))
    throw new AppError('not_found', `there is no ${kind} ${JSON.stringify(text.slice(0, 80))}`);
  return Number(text);
}
