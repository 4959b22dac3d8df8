import { Resvg } from '@resvg/resvg-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rankPng, rankSvg } from '../../src/words/rank-png.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { listRankHistory } from '../../src/store/reading/rank-history.ts';
import { dayAt, fetchedList, makeWorld, type World } from '../support/world.ts';

const SIZE = { width: 100, height: 40 };
const lines = (ranks: (number | null)[]) =>
  [...rankSvg(ranks, SIZE).matchAll(/points="([^"]*)"/g)].map(([, points]) => points);

describe('a picture of ranks', () => {
  it('has the best rank at the top and the newest at the right', () =>
    expect(lines([50, 10, 30])).toEqual(['4.0,36.0 50.0,4.0 96.0,20.0']));
  it('is broken where the product was not on the list', () =>
    expect(lines([1, 2, null, 3, 4])).toHaveLength(2));
  it('shows a rank between two gaps as a point', () =>
    expect(rankSvg([1, 2, null, 3, null, 4], SIZE)).toContain('r="1.5"'));
  it('is level in the middle when nothing moved', () =>
    expect(lines([7, 7])).toEqual(['4.0,20.0 96.0,20.0']));
  it.each([[[]], [[null]], [[5]], [[null, null]]])(
    'can be made of %j',
    (ranks: (number | null)[]) => {
      expect(rankSvg(ranks, SIZE)).not.toContain('NaN');
      expect(rankPng(ranks, SIZE).subarray(1, 4).toString()).toBe('PNG');
    },
  );

  it('needs no font, since it holds no text', () =>
    expect(rankSvg([1, 2], SIZE)).not.toContain('<text'));
  it('is twice as large as it is shown, and small in bytes', () => {
    const ranks = Array.from({ length: 30 }, (_, index) => (index * 37) % 500);
    expect([rankPng(ranks, SIZE).readUInt32BE(16), rankPng(ranks, SIZE).readUInt32BE(20)]).toEqual([
      200, 80,
    ]);
    expect(rankPng(ranks, SIZE).length).toBeLessThan(4_000);
    expect(new Resvg(rankSvg(ranks, SIZE)).width).toBe(100);
  });
});

describe('the ranks of a message', () => {
  let world: World;
  beforeEach(() => (world = makeWorld()));
  afterEach(() => world.close());

  it('are those up to its own snapshot, oldest first, with gaps where the product was not seen', async () => {
    const lists = [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'c'],
      ['a', 'c'],
      ['c', 'a'],
    ];
    for (const [day, list] of lists.entries())
      await world.pass(dayAt(0) + day * DAY_MS, fetchedList(list));

    const ranks = (snapshot: number, length: number) =>
      Object.fromEntries(listRankHistory(world.db, snapshot, ['a', 'nobody'], length));
    expect(ranks(4, 30)).toEqual({ a: [1, 2, null, 1], nobody: [null, null, null, null] });
    expect(ranks(5, 3)).toEqual({ a: [null, 1, 2], nobody: [null, null, null] });
  });
});
