import { expect, test } from 'vitest';
import { oneAtATime } from '../../src/daemon/one-at-a-time.ts';

test('work is done in the order in which it was asked for, one after the other, whatever fails', async () => {
  const inTurn = oneAtATime();
  const said: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn(async () => {
      said.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      said.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const [first, second, third] = [work('a'), work('b', true), work('c')];
  await expect(second).rejects.toThrow('b');
  expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  expect(said).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
