// A random, ugly history of two lists, and the lake that is made of it.
import { join } from 'node:path';
import type { Watch } from '../../src/config/config.ts';
import { exportFolder } from '../../src/history/export/folder.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { EXPORT_VIEWS } from '../../src/store/export/views.ts';
import { mulberry } from '../bench/mulberry.ts';
import { GAMES as ARCADE, GAMES_ASKED } from '../support/games.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { DAY_ZERO, fetchedList, makeRule, makeWatch } from '../support/world.ts';

/** As a list that a config declares. */
const GAMES: ListKind = { ...ARCADE, seriesSource: `declared.${ARCADE.name}` };

export const LISTS: readonly ListKind[] = [TOP_PRODUCTS, GAMES];

const METRICS: Record<string, readonly string[]> = {
  [TOP_PRODUCTS.name]: TOP_PRODUCTS.metrics.map(({ column }) => column),
  [GAMES.name]: GAMES.metrics.map(({ column }) => column),
};
const COUNTS = new Set(
  LISTS.flatMap(({ metrics }) =>
    metrics.filter(({ kind }) => kind === 'count').map(({ column }) => column),
  ),
);
const NAMES = ['plain', "it's", '=cmd|"quoted"', '香水 \u{1F457}', 'a\\b\tc', 'ÄÖ', '007'];

/** Days on which little goes right, the same for the same seed. `folder` holds all three views. */
export async function makeUglyLake(
  seed: number,
  days: number,
): Promise<{
  file: HistoryFile;
  folder: string;
  grow: (days: number) => Promise<void>;
  sync: () => Promise<void>;
}> {
  const random = mulberry(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const watches: Watch[] = [
    makeWatch({ depth: 20 }),
    makeWatch({
      name: "gb 'twice'",
      region: 'GB',
      keyword: 'lamp',
      depth: 9,
      schedule: '0 */6 * * *',
    }),
    makeWatch({ name: 'games', list: GAMES, asked: GAMES_ASKED, depth: 15 }),
  ];
  const file = makeHistoryFile({
    watches,
    rules: [
      makeRule({ name: 'top3', when: 'rank <= 3', resolved: true }),
      makeRule({ name: 'gone', when: "status = 'left'" }),
    ],
  });
  const { world } = file;
  const orders = new Map(
    watches.map(({ name }) => [name, Array.from({ length: 24 }, (_, index) => `p${index}`)]),
  );
  const renamed = new Map<string, number>();
  const valueOf = (metric: string): number | null => {
    const drawn = [
      null,
      0,
      1,
      1.83,
      1.93,
      6.4,
      7.45,
      -1.5,
      0.1 + 0.2,
      123_456.789,
      9_000_000_000,
      random(),
    ];
    const value = drawn[below(drawn.length)] ?? null;
    if (value === null || !COUNTS.has(metric)) return value;
    return Math.abs(Math.round(value));
  };
  let next = 0;
  const takeDay = async (day: number): Promise<void> => {
    if (day === 25)
      world.configure({
        watches: world.config.watches.map((watch) =>
          watch.name === 'us-daily' ? { ...watch, depth: 12 } : watch,
        ),
      });
    if (day === 45) world.configure({ watches });
    for (const { name, list, depth } of world.config.watches)
      for (const hour of name.startsWith('gb') ? [0, 6, 12] : [0]) {
        if (below(9) === 0) continue;
        const order = orders.get(name) ?? [];
        for (let swap = below(14); swap > 0; swap--) {
          const [a, b] = [below(order.length), below(order.length)];
          [order[a], order[b]] = [order[b] as string, order[a] as string];
        }
        if (below(6) === 0) renamed.set(`p${below(24)}`, below(NAMES.length));
        const rows = order
          .slice(0, Math.max(1, depth - (below(4) === 0 ? below(5) : 0)))
          .map((id) => ({
            id,
            name: `${NAMES[renamed.get(id) ?? 0]} ${id}`,
            l1: below(9) === 0 ? null : 'Beauty',
            ...Object.fromEntries(
              METRICS[list.name]?.map((metric) => [metric, valueOf(metric)]) ?? [],
            ),
          }));
        const missing = below(5) === 0 ? [2 + below(2)] : [];
        // By hand it is taken at odd times.
        const odd = below(7) === 0 ? below(5) * HOUR_MS + 1 : 0;
        await world.pass(
          DAY_ZERO + day * DAY_MS + hour * HOUR_MS + odd,
          fetchedList(rows, { pageSize: 4, missing }),
          { watch: name, origin: odd > 0 ? 'manual' : 'schedule' },
        );
      }
  };
  const grow = async (count: number): Promise<void> => {
    for (const end = next + count; next < end; next++) await takeDay(next);
  };
  const folder = join(file.folder, "the 'lake'");
  const sync = async () => {
    for (const view of EXPORT_VIEWS)
      for (const list of LISTS)
        await exportFolder(
          world.db.raw,
          { view, list, watches: null, sinceAt: null, untilAt: null },
          {
            folder,
            format: 'parquet',
            full: false,
            onMonth: () => {},
            now: () => world.clock.now(),
            signal: new AbortController().signal,
          },
        );
  };
  // In steps, so that files go on from those before them.
  while (next < days) {
    await grow(Math.min(1 + below(4), days - next));
    await sync();
  }
  return { file, folder, grow, sync };
}
