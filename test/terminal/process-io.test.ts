import { afterEach, expect, test } from 'vitest';
import { openIo } from '../../src/terminal/process-io.ts';

const before = Object.getOwnPropertyDescriptor(process.stdout, 'columns');
afterEach(() => {
  if (before === undefined) Reflect.deleteProperty(process.stdout, 'columns');
  else Object.defineProperty(process.stdout, 'columns', before);
});

test('a terminal is as wide as it is just now, and 80 columns where it says that it has none', () => {
  const io = openIo();
  const widths = [120, 40, 0, undefined].map((columns) => {
    Object.defineProperty(process.stdout, 'columns', { value: columns, configurable: true });
    return io.columns;
  });
  expect(widths).toEqual([120, 40, 80, 80]);
});
