// How many wrong lists the judgement catches, and how many clean ones it doubts: 25 days of 24 watches, and then each of 20 wrong
// lists in the place of the next; once the day after, and once after a gap of five days. Over several seeds and two markets.
import type { FetchedList } from '../../src/model.ts';
import { REGIONS } from '../../src/sandbox/regions.ts';
import type { TimeScope } from '../../src/sandbox/market.ts';
import type { RankedProduct } from '../../src/snapshot/build.ts';
import { asFetched, memorySeries, PAGE_SIZE } from '../support/memory-series.ts';
import { dayAt } from '../support/world.ts';
import { OTHER_REGIONS, otherLists, sandboxLists, type ListOf } from './gates-world.ts';
import { mulberry } from './mulberry.ts';

const DAYS = 25;
const SEEDS = [1, 2, 3, 4];
const WATCHES = 24;
const SCOPES: readonly TimeScope[] = [1, 7, 30];
const DEPTHS = [500, 300, 200, 100];
/** Of 454 wrong lists a judge with these gates caught at least so many, and doubted no clean one. */
const AIM = 439 / 454;

type Watched = { region: string; timeScope: TimeScope; depth: number };
type Case = Watched & {
  listOf: ListOf;
  regions: readonly string[];
  day: number;
  random: () => number;
};
type Rows = RankedProduct[];

const asRanked = (rows: readonly RankedProduct[]): Rows =>
  rows.map((row, index) => ({ ...row, rank: index + 1 }));
const scaled = (rows: Rows, change: Record<string, number>) =>
  rows.map((row) => {
    const metrics = { ...row.metrics };
    for (const [column, factor] of Object.entries(change)) {
      const value = metrics[column] ?? null;
      metrics[column] = value === null ? null : value * factor;
    }
    return { ...row, metrics };
  });
const withEach = (rows: Rows, change: RankedProduct['metrics']): Rows =>
  rows.map((row) => ({ ...row, metrics: { ...row.metrics, ...change } }));
const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] => {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as Item);
};
const pagesOf = (rows: Rows): Rows[] =>
  Array.from({ length: Math.ceil(rows.length / PAGE_SIZE) }, (_, page) =>
    rows.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE),
  );
/** Another region, the nearest in size by the order of the market's list. */
const neighbour = ({ region, regions }: Case, step: number): string =>
  regions[(regions.indexOf(region) + step + regions.length) % regions.length] ?? region;
const own = ({ listOf, region, timeScope, depth, day }: Case, ago = 0): Rows =>
  listOf(region, timeScope, day - ago).slice(0, depth);
const of = ({ listOf, timeScope, depth, day }: Case, region: string): Rows =>
  listOf(region, timeScope, day).slice(0, depth);
const other = (scope: TimeScope): TimeScope => (scope === 1 ? 7 : 1);

/** The wrong lists, each served whole, with a total that fits. */
const WRONG: Record<string, (one: Case) => Rows> = {
  'the next region': (one) => of(one, neighbour(one, 1)),
  'the region before': (one) => of(one, neighbour(one, -1)),
  'a region further off': (one) => of(one, neighbour(one, 3)),
  'all regions': (one) =>
    of(one, one.region === 'all_regions' ? (one.regions[0] ?? '') : 'all_regions'),
  'another window': (one) =>
    one.listOf(one.region, other(one.timeScope), one.day).slice(0, one.depth),
  'the list of 2 days ago': (one) => own(one, 2),
  'the list of 6 days ago': (one) => own(one, 6),
  'the list of 20 days ago': (one) => own(one, 20),
  'half a list': (one) => own(one).slice(0, Math.ceil(own(one).length / 2)),
  'the list ends half-way, tracked or not': (one) => {
    const whole = one.listOf(one.region, one.timeScope, one.day);
    return whole.slice(0, Math.ceil(whole.length / 2)).slice(0, one.depth);
  },
  'a list of the lower half': (one) => asRanked(own(one).slice(Math.ceil(own(one).length / 2))),
  'shuffled pages': (one) => asRanked(shuffled(pagesOf(own(one)), one.random).flat()),
  'shuffled rows': (one) => asRanked(shuffled(own(one), one.random)),
  'cost and cpa in another currency': (one) => scaled(own(one), { cost: 25_000, cpa: 25_000 }),
  'impressions in thousands': (one) => scaled(own(one), { impressions: 0.001 }),
  'likes times ten': (one) => scaled(own(one), { likes: 10 }),
  'a metric that is null': (one) => withEach(own(one), { impressions: null }),
  'a metric that is 0': (one) => withEach(own(one), { ctr: 0 }),
  'a page of another region': (one) => {
    const pages = pagesOf(own(one));
    const page = Math.floor(pages.length / 2);
    pages[page] = pagesOf(of(one, neighbour(one, 1)))[page] ?? [];
    return asRanked(pages.flat());
  },
  'half of the pages from another region': (one) => {
    const pages = pagesOf(own(one));
    const rest = pagesOf(of(one, neighbour(one, 1))).slice(pages.length >> 1);
    return asRanked([...pages.slice(0, pages.length >> 1), ...rest].flat());
  },
};

type Tally = { wrong: number; caught: number };
export type GateFigures = {
  byKind: Map<string, { next: Tally; gap: Tally }>;
  clean: number;
  doubted: string[];
  missed: string[];
};

/** The total that fits: a list that ends before the depth says so, all others are as long as the market's. */
const served = (rows: Rows, { listOf, region, timeScope, depth, day }: Case): FetchedList =>
  asFetched(rows, {
    total: rows.length < depth ? rows.length : listOf(region, timeScope, day).length,
  });

/** Lists that are the very same, or have too few rows to be wrong, are not counted. */
const isWrong = (rows: Rows, right: Rows): boolean =>
  rows.length > 0 &&
  (rows.length !== right.length ||
    rows.some(
      (row, index) =>
        row.product.upstreamId !== right[index]?.product.upstreamId ||
        JSON.stringify(row.metrics) !== JSON.stringify(right[index]?.metrics),
    ));

/** Runs one market: every watch through its clean days, then every wrong list beside the clean one. */
export function judgeMarket(
  name: string,
  listOf: ListOf,
  regions: readonly string[],
  seed: number,
  figures: GateFigures,
): void {
  const random = mulberry(seed);
  for (let index = 0; index < WATCHES; index++) {
    const watched = {
      region: regions[index % regions.length] ?? '',
      timeScope: SCOPES[Math.floor(index / regions.length) % SCOPES.length] ?? 1,
      depth: DEPTHS[index % DEPTHS.length] ?? 500,
    };
    const label = `${name} ${seed}: ${watched.region} ${watched.timeScope}d ${watched.depth}`;
    const series = memorySeries({ depth: watched.depth, windowDays: watched.timeScope });
    const one = (day: number): Case => ({ ...watched, listOf, regions, day, random });
    const clean = (what: string, fetched: FetchedList, day: number, isStored: boolean) => {
      const verdict = series[isStored ? 'store' : 'judge'](fetched, dayAt(day));
      figures.clean += 1;
      if (verdict.status !== 'complete')
        figures.doubted.push(`${label} ${what} ${day}: ${verdict.status} ${verdict.reason ?? ''}`);
    };
    for (let day = 0; day < DAYS; day++) clean('day', served(own(one(day)), one(day)), day, true);
    for (const [when, day] of [
      ['next', DAYS],
      ['gap', DAYS + 5],
    ] as const) {
      clean(when, served(own(one(day)), one(day)), day, false);
      for (const [kind, make] of Object.entries(WRONG)) {
        const rows = make(one(day));
        if (!isWrong(rows, own(one(day)))) continue;
        // What was served in a gap was seen by nobody: it is no older list that could be known again.
        if (kind.startsWith('the list of') && isUnseen(kind, when)) continue;
        const verdict = series.judge(served(rows, one(day)), dayAt(day));
        const tally = (figures.byKind.get(kind) ?? emptyKind(figures, kind))[when];
        tally.wrong += 1;
        if (verdict.status === 'complete') figures.missed.push(`${label} ${when}: ${kind}`);
        else tally.caught += 1;
      }
    }
  }
}

const isUnseen = (kind: string, when: 'next' | 'gap'): boolean =>
  when === 'gap' && kind === 'the list of 2 days ago';

function emptyKind(figures: GateFigures, kind: string) {
  const made = { next: { wrong: 0, caught: 0 }, gap: { wrong: 0, caught: 0 } };
  figures.byKind.set(kind, made);
  return made;
}

export const emptyFigures = (): GateFigures => ({
  byKind: new Map(),
  clean: 0,
  doubted: [],
  missed: [],
});

export async function benchGates(): Promise<void> {
  const figures = emptyFigures();
  for (const seed of SEEDS) {
    judgeMarket('sandbox', sandboxLists(seed), [...REGIONS, 'all_regions'], seed, figures);
    judgeMarket('other', otherLists(seed), OTHER_REGIONS, seed, figures);
  }
  const sum = (when: 'next' | 'gap', what: keyof Tally) =>
    [...figures.byKind.values()].reduce((total, kind) => total + kind[when][what], 0);
  const cell = ({ caught, wrong }: Tally) => `${caught} of ${wrong}`;
  const lines = [...figures.byKind].map(
    ([kind, { next, gap }]) => `| ${kind} | ${cell(next)} | ${cell(gap)} |`,
  );
  const total = (when: 'next' | 'gap'): Tally => ({
    caught: sum(when, 'caught'),
    wrong: sum(when, 'wrong'),
  });
  const share = Math.min(
    ...(['next', 'gap'] as const).map((when) => total(when).caught / total(when).wrong),
  );
  const isMissed = share < AIM || figures.doubted.length > 0;
  process.stdout.write(
    [
      `wrong lists caught: ${WATCHES} watches after ${DAYS} clean days, ${SEEDS.length} seeds of two markets`,
      '| wrong list | the day after | after five days |',
      '|---|---|---|',
      ...lines,
      `| **all** | ${cell(total('next'))} | ${cell(total('gap'))} |`,
      `clean lists doubted: ${figures.doubted.length} of ${figures.clean}`,
      `aim at least ${(100 * AIM).toFixed(1)} %, and no clean list doubted${isMissed ? '  MISSED' : ''}`,
      '',
    ].join('\n'),
  );
}
