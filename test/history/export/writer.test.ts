import { expect, test } from 'vitest';
import { machineName, writerName } from '../../../src/history/export/writer.ts';

test('two machines with one host name are two, and so are two containers of one machine', () => {
  const names = [
    machineName('tidemark-0', 'boot-a', 'pid:[1]'),
    machineName('tidemark-0', 'boot-b', 'pid:[1]'),
    machineName('tidemark-0', 'boot-a', 'pid:[2]'),
    machineName('tidemark-1', 'boot-a', 'pid:[1]'),
    // A system that says neither.
    machineName('tidemark-0', '', ''),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[0-9a-f]{8}$/.test(name))).toEqual([]);
  expect(writerName()).toBe(`${machineName()}-${process.pid}`);
});
