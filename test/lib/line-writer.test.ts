import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineWriter } from '../../src/lib/line-writer.ts';

test('what is written stands in order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-lines-'));
  const fd = openSync(join(folder, 'log'), 'a');
  const writer = lineWriter(fd);
  writer.write('one\n');
  writer.write('二\n');
  closeSync(fd);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('one\n二\n');
  expect(writer.lost()).toEqual({ count: 0, reason: null });
  rmSync(folder, { recursive: true });
});

test('what a full disk does not take is dropped and counted', () => {
  const fd = openSync('/dev/full', 'w');
  const writer = lineWriter(fd);
  writer.write('one\n');
  writer.write('two\n');
  closeSync(fd);
  writer.write('three\n');
  expect(writer.lost()).toEqual({ count: 3, reason: 'EBADF' });
});
