import { expect, test } from 'vitest';
import { missingSqlite } from '../../src/store/file/missing-sqlite.ts';

const notFound = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /x/dist/cli.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });

test('a missing library of SQLite is told with what to install on this Node', () => {
  expect(missingSqlite(notFound('better-sqlite3'), '20.19.0')?.hint).toBe(
    'This is Node 20.19.0. Use Node 22 or newer, where nothing is compiled; or install it\n' +
      'beside Tidemark (Python 3, make and g++ needed): npm install --global better-sqlite3@12',
  );
  expect(missingSqlite(notFound('better-sqlite3'), '22.1.0')?.hint).toContain('--omit=optional');
});

test('another missing module is a bug, and keeps its stack', () => {
  expect(missingSqlite(notFound('pino'), '20.19.0')).toBeNull();
  expect(missingSqlite(new Error("'better-sqlite3'"), '20.19.0')).toBeNull();
});
