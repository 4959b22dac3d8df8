import { AppError } from '../../lib/errors.ts';

/**
 * What the disk or another process may do to the database, by the beginning of SQLite's error code,
 * and what helps.
 */
const FAILURES: readonly { code: string; message: string; hint: string }[] = [
  {
    code: 'SQLITE_FULL',
    message: 'the disk is full',
    hint: 'make room, and try again: what was stored is safe',
  },
  {
    code: 'SQLITE_BUSY',
    message: 'another program keeps the database locked',
    hint: 'end what writes to it, such as an open transaction in a SQLite shell, and try again',
  },
  {
    code: 'SQLITE_READONLY',
    message: 'the database cannot be written',
    hint: 'check who may write the file and its folder',
  },
  {
    code: 'SQLITE_CANTOPEN',
    message: 'the file cannot be opened',
    hint: 'check that its folder exists, and who may write there',
  },
  {
    code: 'SQLITE_IOERR',
    message: 'the database cannot be read or written: the disk reports an error',
    hint: 'is it full? Make room, or check the disk; then: tidemark doctor',
  },
  {
    code: 'SQLITE_CORRUPT',
    message: 'the database file is damaged',
    hint: 'tidemark doctor --deep says how; tidemark restore brings a backup back',
  },
];

/**
 * The same failure in words, when something that was thrown is one of the disk or of a lock and no
 * bug; null otherwise.
 */
export function storageFailure(thrown: unknown): AppError | null {
  const code =
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
      ? thrown.code
      : '';
  const failure = FAILURES.find(
    (candidate) => code === candidate.code || code.startsWith(`${candidate.code}_`),
  );
  return failure === undefined
    ? null
    : new AppError('database_unusable', `${failure.message} (${code})`, {
        hint: failure.hint,
        cause: thrown,
      });
}
