// A database file with a little history, in a folder of its own.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type RowSpec, type World } from './world.ts';

export type HistoryFile = { folder: string; path: string; world: World; close(): void };

/** An empty database in a file, or a copy of one, which must not be in WAL mode (`VACUUM INTO` makes such). */
export function makeHistoryFile(overrides: Partial<Config> = {}, copyOf?: string): HistoryFile {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  const path = join(folder, 'tidemark.db');
  if (copyOf !== undefined) copyFileSync(copyOf, path);
  const world = makeWorld({
    database: path,
    rules: [makeRule({ name: 'top3', when: 'rank <= 3' })],
    ...overrides,
  });
  return {
    folder,
    path,
    world,
    close: () => {
      world.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A list of `count` products on a day: every day another order, other metrics, and a few other products. */
export const listOfDay = (day: number, count = 40): RowSpec[] =>
  Array.from({ length: count }, (_, index) => {
    const product = (index * 7 + day * 3) % count;
    return {
      id: product % 10 === 0 ? `d${day}-${product}` : `p${product}`,
      posts: 10_000 - index * 100 + day,
      posts_growth: index / 8 - 2,
      impressions: 9_000_000_000 + index,
      likes: index * 3,
      comments: index,
      shares: index % 4 === 0 ? null : index,
      ctr: index / 7,
      cvr: 0.1 + index / 10,
      view_rate_6s: 8.77,
      cpa: index / 1_000,
      cost: 48_200.5,
    };
  });

/** Takes one snapshot a day. */
export async function takeDays(
  world: World,
  days: number,
  options: { from?: number; count?: number; watch?: string } = {},
): Promise<void> {
  const { from = 0, count, watch } = options;
  for (let day = from; day < from + days; day++)
    await world.pass(
      dayAt(day),
      fetchedList(listOfDay(day, count)),
      watch === undefined ? {} : { watch },
    );
}
