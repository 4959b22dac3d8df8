import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addToHistory,
  HISTORY_LINES,
  historyPath,
  readHistory,
} from '../../src/terminal/sql-history.ts';

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  path = historyPath({ HOME: home }) ?? '';
});
afterEach(() => rmSync(home, { recursive: true }));

test('two prompts keep what was asked at both', () => {
  addToHistory(path, 'SELECT 1;');
  const first = readHistory(path);
  const second = readHistory(path);
  expect(first).toEqual(second);
  addToHistory(path, 'asked at the first;');
  addToHistory(path, 'asked at the second;');
  addToHistory(path, 'asked at the first again;');
  expect(readHistory(path)).toEqual([
    'asked at the first again;',
    'asked at the second;',
    'asked at the first;',
    'SELECT 1;',
  ]);
});

test('a line is remembered once, only for its owner, and old ones are dropped in the end', () => {
  for (const line of ['a', 'b', 'a', ' ', 'one\nline']) addToHistory(path, line);
  expect(readHistory(path)).toEqual(['one line', 'a', 'b']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, Array.from({ length: 9_000 }, (_, line) => `${line}\n`).join(''));
  const kept = readHistory(path);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([HISTORY_LINES, '8999', '8000']);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(HISTORY_LINES + 1);
  expect(readHistory(path)).toEqual(kept);
});

test('without a home there is none, and one that cannot be written is no failure', () => {
  expect(historyPath({})).toBeNull();
  addToHistory(null, 'x');
  writeFileSync(join(home, '.local'), 'a file');
  addToHistory(path, 'x');
  expect(readHistory(path)).toEqual([]);
});
