// Where a part of a log ended: the keys of its last row, so that what is added meanwhile moves
// nothing. Programs hand it back as it is.
import { createHash } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';

const SUM_LENGTH = 6;

const sumOf = (body: string): string =>
  createHash('sha256').update(body).digest('base64url').slice(0, SUM_LENGTH);

/** A cursor behind a row with these keys. */
export function writeCursor(log: string, keys: readonly number[]): string {
  const body = Buffer.from(JSON.stringify([log, ...keys])).toString('base64url');
  return `${body}.${sumOf(body)}`;
}

/**
 * The keys in a cursor of this log; null where none is given.
 * @throws AppError `usage` for one that is damaged, or of another log
 */
export function readCursor(log: string, text: string | undefined): number[] | null {
  if (text === undefined || text === '') return null;
  const [body = '', sum] = text.split('.');
  if (sum === sumOf(body)) {
    const [of, ...keys] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [
      string,
      ...number[],
    ];
    if (of === log) return keys;
  }
  throw new AppError('usage', 'this cursor is damaged, or of another list', {
    hint: 'take it from the Link header, or begin without',
  });
}
