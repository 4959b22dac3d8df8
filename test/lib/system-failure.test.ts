import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemFailure } from '../../src/lib/system-failure.ts';
import { thrownBy } from '../support/thrown-by.ts';

test('what the system says of a file is told with its path', () => {
  expect(systemFailure(thrownBy(() => readFileSync('/nowhere/x')))?.message).toBe(
    'no such file or directory: /nowhere/x (ENOENT)',
  );
  expect(systemFailure(thrownBy(() => mkdirSync('/dev/null/x')))?.message).toBe(
    'not a directory: /dev/null/x (ENOTDIR)',
  );
});

test.runIf(process.platform === 'linux')('a full disk is told where no path is known', () => {
  expect(systemFailure(thrownBy(() => writeFileSync('/dev/full', 'x')))?.message).toBe(
    'no space left on device (ENOSPC)',
  );
});

test('a bug, and a failure that is not about a file, are not taken for one', () => {
  expect(systemFailure(new TypeError('x is not a function'))).toBeNull();
  expect(
    systemFailure(
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
        code: 'ECONNREFUSED',
        syscall: 'connect',
      }),
    ),
  ).toBeNull();
  expect(systemFailure('ENOSPC')).toBeNull();
});
