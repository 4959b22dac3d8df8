// The figures that the manual publishes, on one seed of each market: `npm run bench -- gates` has all of them.
import { expect, test } from 'vitest';
import { REGIONS } from '../../src/sandbox/regions.ts';
import { emptyFigures, judgeMarket } from '../bench/gates.ts';
import { OTHER_REGIONS, otherLists, sandboxLists } from '../bench/gates-world.ts';

const SEED = 5;
/** Of 454 wrong lists. */
const AIM = 439 / 454;

// 900 wrong lists for each market, all work of the processor: 100 s on a very busy machine.
test.each([
  ['the sandbox', sandboxLists(SEED), [...REGIONS, 'all_regions']],
  ['another market', otherLists(SEED), OTHER_REGIONS],
] as const)(
  'of %s, nearly every wrong list is caught and no clean one doubted, also after five days',
  { timeout: 120_000 },
  (name, lists, regions) => {
    const figures = emptyFigures();
    judgeMarket(name, lists, regions, SEED, figures);
    expect(figures.doubted).toEqual([]);
    for (const when of ['next', 'gap'] as const) {
      const tallies = [...figures.byKind.values()].map((kind) => kind[when]);
      const wrong = tallies.reduce((sum, one) => sum + one.wrong, 0);
      const caught = tallies.reduce((sum, one) => sum + one.caught, 0);
      expect(wrong).toBeGreaterThan(400);
      expect(caught / wrong, figures.missed.join('\n')).toBeGreaterThanOrEqual(AIM);
    }
  },
);
