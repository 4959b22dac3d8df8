// Some weeks of two watches, told day by day: by an earlier version into the file beside this one, and on by the
// version of today. Only what both versions have is used here.
import { DAY_MS } from '../../../src/lib/clock.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  type RowSpec,
  type World,
} from '../../support/world.ts';

/** The earlier version told the days before this one into `before.sql`, and these into `after.json`. */
export const HANDED_OVER = 17;
export const END = 23;

/** The world of the story, on a file. */
export const openStory = (database: string): World =>
  makeWorld({
    database,
    watches: [
      makeWatch({ depth: 12 }),
      makeWatch({ name: 'de', region: 'DE', timeScope: 7, keyword: 'soap', depth: 12 }),
    ],
    rules: [
      makeRule({ name: 'top', when: 'rank <= 3 and rank_gain > 0', for: 2, clearFor: 2 }),
      makeRule({ name: 'odd', when: 'posts_z >= 3', resolved: true }),
      makeRule({
        name: 'gone',
        when: "status = 'left' and rank_best <= 4",
        cooldownMs: 3 * DAY_MS,
      }),
    ],
  });

const listOf = (day: number, shift: number): RowSpec[] =>
  Array.from({ length: 12 }, (_, place) => {
    const product = (place + (day % 5 === shift ? 3 : 0)) % 12;
    return {
      id: day % 7 === shift && product < 2 ? `n${day}` + String(product) : `p${product}`,
      posts: 4_000 - product * 150 + (day % 3) + (day === 18 && product === 5 ? 900 : 0),
      posts_growth: 0.27 - product,
      impressions: 90_000 + product * 700 + day,
      likes: product * day,
      ctr: 1.83 + product / 10,
      cost: 12.5 + day / 4,
    };
  });

/** Takes the snapshots of these days; one of them is partial. */
export async function tellDays(world: World, from: number, to: number): Promise<void> {
  for (let day = from; day < to; day++) {
    const options = day % 6 === 5 ? { pageSize: 4, missing: [2] } : { pageSize: 4 };
    await world.pass(dayAt(day), fetchedList(listOf(day, 0), options), { watch: 'us-daily' });
    await world.pass(dayAt(day), fetchedList(listOf(day, 2)), { watch: 'de' });
  }
}
