import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('npm compiles nothing of better-sqlite3 13 in a checkout, by a mark that it forgets itself', () => {
  const lock = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'),
  ) as { packages: Record<string, { version: string; gypfile?: boolean }> };
  // Without it `npm ci` takes the binding.gyp for a wish to compile; where there is no compiler that
  // fails, and npm leaves the package out without a word. `npm install` drops the line: put it back.
  expect(lock.packages['node_modules/better-sqlite3']).toMatchObject({ gypfile: false });
});
