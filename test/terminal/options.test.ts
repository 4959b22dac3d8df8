import { describe, expect, test } from 'vitest';
import type { AppError } from '../../src/lib/errors.ts';
import { positiveNumber, wholeDays, wholeNumber } from '../../src/program/command-line.ts';
import {
  readAt,
  readCompare,
  readCount,
  readSince,
  readUntil,
  readWord,
} from '../../src/terminal/options.ts';

const NOW = Date.parse('2026-01-10T12:00:00Z');
const iso = (at: number | null | undefined) =>
  typeof at === 'number' ? new Date(at).toISOString() : at;

test('what is not given is a default', () => {
  expect([
    readCompare(undefined),
    readAt(undefined, 'UTC'),
    readSince(undefined, NOW, 'UTC'),
    readUntil({}, NOW, 'UTC'),
    readCount('--limit', undefined),
    readWord('--state', undefined, ['a']),
  ]).toEqual([{ kind: 'previous' }, undefined, undefined, null, undefined, undefined]);
});

test('values are read as the config reads them', () => {
  expect(readCompare('previous')).toEqual({ kind: 'previous' });
  expect(readCompare('36h')).toEqual({ kind: 'ago', ms: 36 * 3_600_000, text: '36h' });
  expect(iso(readAt('2026-01-05', 'America/New_York'))).toBe('2026-01-06T04:59:59.999Z');
  expect(iso(readSince('7d', NOW, 'UTC'))).toBe('2026-01-03T12:00:00.000Z');
  expect(iso(readSince('2026-01-05', NOW, 'UTC'))).toBe('2026-01-05T00:00:00.000Z');
  expect(iso(readUntil({ for: '3d' }, NOW, 'UTC'))).toBe('2026-01-13T12:00:00.000Z');
  expect(iso(readUntil({ until: '7d' }, NOW, 'UTC'))).toBe('2026-01-17T12:00:00.000Z');
  expect(iso(readUntil({ until: '2026-01-15' }, NOW, 'UTC'))).toBe('2026-01-15T00:00:00.000Z');
  expect(readCount('--limit', 5)).toBe(5);
  expect(readWord('--state', 'firing', ['firing', 'resolved'])).toBe('firing');
});

describe('what cannot be read is a usage error that names the option and what it takes', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a comparison of weeks',
      () => readCompare('2w'),
      '--compare "2w" is not previous, or a whole number of hours or days such as 36h or 7d',
    ],
    [
      'a comparison with nothing',
      () => readCompare('0d'),
      '--compare "0d" is not previous, or a whole number of hours or days such as 36h or 7d',
    ],
    [
      'a moment in words',
      () => readAt('today', 'UTC'),
      '--at "today" is not a date (2026-01-05), or an instant (2026-01-05T06:00, 2026-01-05T06:00:00Z)',
    ],
    [
      'a since in words',
      () => readSince('monday', NOW, 'UTC'),
      '--since "monday" is not a duration (7d, 36h), a date (2026-01-05), or an instant (2026-01-05T06:00, 2026-01-05T06:00:00Z)',
    ],
    [
      'a date for --for',
      () => readUntil({ for: '2026-02-01' }, NOW, 'UTC'),
      '--for "2026-02-01" is not a duration such as 12h or 3d',
    ],
    [
      'both ends',
      () => readUntil({ for: '3d', until: '3d' }, NOW, 'UTC'),
      '--for and --until say the same thing: give one of them',
    ],
    [
      'an end that has passed',
      () => readUntil({ until: '2026-01-10T12:00:00Z' }, NOW, 'UTC'),
      '--until "2026-01-10T12:00:00Z" is not in the future',
    ],
    ['no rows', () => readCount('--limit', 0), '--limit "0" is not a whole number from 1'],
    ['half a row', () => readCount('--limit', 2.5), '--limit "2.5" is not a whole number from 1'],
    [
      'another word',
      () => readWord('--state', 'open', ['firing', 'resolved']),
      '--state "open" is not firing or resolved',
    ],
    [
      'control characters',
      () => readCompare('\u001b[31m7d'),
      '--compare "\\u001b[31m7d" is not previous, or a whole number of hours or days such as 36h or 7d',
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(expect.objectContaining({ code: 'usage', message }) as AppError);
  });
});

describe('what is out of bounds is a usage error, wherever it is read', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a silence for longer than there are dates',
      () => readUntil({ for: '99999999d' }, NOW, 'UTC'),
      '--for "99999999d" is longer than 3650d',
    ],
    [
      'a duration of more digits than a number has',
      () => readUntil({ for: `${'9'.repeat(400)}d` }, NOW, 'UTC'),
      'is not a duration such as 12h or 3d',
    ],
    [
      'an end in another age',
      () => readUntil({ until: '9999-01-01' }, NOW, 'UTC'),
      '--until "9999-01-01" is out of bounds: years 1970 to 2199',
    ],
    [
      'since before there was anything',
      () => readSince('99999999d', NOW, 'UTC'),
      '--since "99999999d" is longer than 3650d',
    ],
    [
      'the first year',
      () => readAt('0001-01-01', 'America/New_York'),
      '--at "0001-01-01" is out of bounds: years 1970 to 2199',
    ],
    [
      'more rows than SQLite can count',
      () => readCount('--limit', 1e20),
      '--limit "100000000000000000000" is not a whole number up to 1000000000',
    ],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});

test('numbers on the command line have bounds before any command sees them', () => {
  for (const text of ['99999999999999999999', '1e3', '-1', ''])
    expect(() => wholeNumber(text), text).toThrow('It must be a whole number');
  expect(() => wholeDays('99999999999')).toThrow('It must be a whole number of at most 3650.');
  expect(() => positiveNumber('1e400')).toThrow('It must be at most 1000000000.');
  expect([wholeNumber('0'), wholeDays('45'), positiveNumber('0.5')]).toEqual([0, 45, 0.5]);
});
