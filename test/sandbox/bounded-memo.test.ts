import { expect, it } from 'vitest';
import { boundedMemo } from '../../src/sandbox/bounded-memo.ts';

it('makes a value once while it is among the last used, and again after it was forgotten', () => {
  const made: string[] = [];
  const memo = boundedMemo(2, (key: string) => {
    made.push(key);
    return { key };
  });
  const a = memo('a');
  memo('b');
  expect(memo('a')).toBe(a);
  memo('c'); // forgets b, the one unused for longest
  expect(memo('a')).toBe(a);
  expect(memo('b')).toEqual({ key: 'b' });
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
