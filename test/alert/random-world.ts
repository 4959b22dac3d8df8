// Random months of ugly data, as small plans that fast-check can shrink.
import fc from 'fast-check';
import type { Compare, Rule, Watch } from '../../src/config/config.ts';
import { nextSlot } from '../../src/schedule/slots.ts';
import {
  DAY_ZERO,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  type World,
} from '../support/world.ts';
import { makeTwin, type Serving, type Twin } from './compare.ts';
import type { OracleAlert } from './oracle.ts';
import { DAY, METRIC_NAMES, type MetricName, type Served } from './oracle-changes.ts';
import { CONDITIONS } from './oracle-conditions.ts';

const HOUR = DAY / 24;
const PAGE_SIZE = 4;
const metricNames = Object.keys(METRIC_NAMES) as MetricName[];

const ago = (text: string, days: number): Compare => ({ kind: 'ago', ms: days * DAY, text });
const COMPARES: Compare[] = [
  { kind: 'previous' },
  { kind: 'previous' },
  ago('1d', 1),
  ago('36h', 1.5),
  ago('3d', 3),
  ago('7d', 7),
];

/** Conditions that come and go: without them there would be few second episodes. */
const RESTLESS = [
  'rank_gain > 0',
  'rank % 2 = 0',
  'rank % 3 = 1 or posts % 7 < 3',
  'rank_gain',
  'rank between 2 and 4',
  'coalesce(rank_gain, 0) <= 0',
];
const condition = fc.oneof(
  fc.constantFrom(...Object.keys(CONDITIONS)),
  fc.constantFrom(...RESTLESS),
);
const span = (...days: number[]) =>
  fc.constantFrom(null, null, ...days.map((count) => count * DAY));

const rarely = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** The options of a rule, all of which may be edited later. */
const options = {
  when: condition,
  clear: rarely(1, condition),
  compare: fc.constantFrom(...COMPARES),
  for: fc.constantFrom(1, 1, 2, 3),
  clearFor: fc.constantFrom(1, 1, 2, 3),
  cooldownMs: span(1, 4, 9, 20),
  repeatMs: span(1, 2, 3),
  maxGapMs: span(1, 1.5, 4),
  resolved: fc.boolean(),
  onFirst: fc.constantFrom('adopt', 'adopt', 'adopt', 'notify'),
  notify: fc.constantFrom(['hook'], ['hook', 'ops'], ['ops'], []),
  watches: fc.constantFrom<string[] | null>(null, null, ['us-daily'], ['us-daily', 'de']),
} as const;
const rule: fc.Arbitrary<Partial<Rule>> = fc.record(options);

const index = fc.nat({ max: 11 });
const bump = fc.record({
  product: index,
  metric: fc.constantFrom(...metricNames),
  value: fc.constantFrom(null, 0, 0.5, 1, 1.83, 1.93, 2, 3, 90, 100, 130, 1000, 5000),
});

const step = fc.record({
  /** Slots that pass unseen before it. */
  skipped: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 5),
  kind: fc.oneof(
    { weight: 16, arbitrary: fc.constant('whole') },
    { weight: 4, arbitrary: fc.constant('partial') },
    { weight: 4, arbitrary: fc.constantFrom('same', 'failed', 'missed', 'other') },
  ),
  watch: fc.constantFrom('us-daily', 'us-daily', 'us-daily', 'us-daily', 'us-daily', 'de'),
  /** Taken by hand so many hours after the slot. */
  byHand: fc.constantFrom(0, 0, 0, 0, 0, 3, 5),
  /** Taken by hand so many minutes after the last one, whatever slot that was for. */
  again: rarely(6, fc.constantFrom(2, 60, 400)),
  isImport: fc.constantFrom(...Array<boolean>(14).fill(false), true),
  /** Nothing is asked for without page 1. */
  /** Instead of the next slot, pages saved so many minutes before the last one are imported. */
  importedBack: rarely(15, fc.constantFrom(1, 300, 1_440, 2_000, 9_000)),
  missing: fc.array(fc.constantFrom(2, 3), { maxLength: 2 }),
  swaps: fc.array(fc.tuple(index, index), { maxLength: 8 }),
  gone: fc.array(index, { maxLength: 2 }),
  back: fc.array(index, { maxLength: 3 }),
  bumps: fc.array(bump, { maxLength: 8 }),
  twice: rarely(12, fc.tuple(index, index)),
  withoutId: rarely(12, index),
  renamed: rarely(8, index),
  silence: rarely(
    5,
    fc.record({
      rule: fc.constantFrom(null, null, 'r0', 'r1'),
      watch: fc.constantFrom(null, 'us-daily', 'de'),
      product: fc.constantFrom(null, 'p1', 'p2', 'p3'),
      days: fc.constantFrom(null, 1, 2, 4),
    }),
  ),
  isUnsilenced: fc.constantFrom(false, false, false, false, true),
  edit: rarely(
    25,
    fc.oneof(
      fc.record({
        kind: fc.constant('rule' as const),
        index,
        change: fc.oneof(
          ...Object.entries(options).map(([key, values]) =>
            fc.record({ [key]: values as fc.Arbitrary<unknown> }),
          ),
        ),
      }),
      fc.record({ kind: fc.constantFrom('remove-or-restore-rule' as const), index }),
      fc.record({
        kind: fc.constantFrom(
          'depth' as const,
          'keyword' as const,
          'schedule' as const,
          'remove-or-restore-watch' as const,
        ),
      }),
    ),
  ),
});

export type Plan = {
  rules: Partial<Rule>[];
  steps: (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[];
};

export const plans = (length: number): fc.Arbitrary<Plan> =>
  fc.record({
    rules: fc.array(rule, { minLength: 1, maxLength: 8, size: 'max' }),
    steps: fc.array(step, { minLength: 1, maxLength: length, size: 'max' }),
  });

type Market = {
  ids: string[];
  metrics: Map<string, Partial<Record<MetricName, number | null>>>;
  names: Map<string, number>;
};

const newMarket = (): Market => {
  const ids = Array.from({ length: 12 }, (_, i) => `p${i + 1}`);
  return {
    ids: ids.slice(0, 9),
    metrics: new Map(
      ids.map((id, i) => [
        id,
        {
          posts: 100 + 10 * i,
          impressions: 900 + 40 * i,
          ctr: 1.5 + i / 10,
          cost: 10 + i,
          likes: i,
        },
      ]),
    ),
    names: new Map(),
  };
};

/** Moves a market by one step of a plan. */
function move(
  { ids, metrics, names }: Market,
  { swaps, gone, back, bumps, renamed }: Plan['steps'][number],
): void {
  for (const product of gone) if (ids.length > 5) ids.splice(product % ids.length, 1);
  for (const product of back)
    if (!ids.includes(`p${product + 1}`))
      ids.splice(product % (ids.length + 1), 0, `p${product + 1}`);
  for (const [from, to] of swaps) {
    const [a, b] = [from % ids.length, to % ids.length];
    [ids[a], ids[b]] = [ids[b] as string, ids[a] as string];
  }
  for (const { product, metric, value } of bumps)
    metrics.set(`p${product + 1}`, {
      ...metrics.get(`p${product + 1}`),
      [metric]: value !== null && METRIC_NAMES[metric] === 'count' ? Math.ceil(value) : value,
    });
  if (renamed !== null) names.set(`p${renamed + 1}`, (names.get(`p${renamed + 1}`) ?? 0) + 1);
}

function serve(
  { ids, metrics, names }: Market,
  { kind, missing, twice, withoutId }: Plan['steps'][number],
): Serving {
  const rowOf = (id: string): Served => ({
    id,
    name: `Product ${id} ${names.get(id) ?? ''}`.trim(),
    l1: (names.get(id) ?? 0) % 2 === 0 ? 'Beauty' : 'Home',
    l2: null,
    metrics: metrics.get(id) ?? {},
  });
  let rows: Served[] = ids.map(rowOf);
  if (twice !== null) rows.splice(twice[1] % rows.length, 0, rows[twice[0] % rows.length] ?? null);
  if (withoutId !== null) rows.splice(withoutId % rows.length, 1, null);
  if (kind === 'other') rows = rows.map((row) => row && { ...row, id: `x${row.id}` });
  const notServed = kind === 'partial' ? missing : [];
  return {
    rows,
    pageSize: PAGE_SIZE,
    total: rows.length,
    missing: kind === 'failed' ? [1, 2, 3, 4] : notServed,
  };
}

/** A plan as it is played. */
type Course = {
  world: World;
  twin: Twin;
  markets: ReadonlyMap<string, Market>;
  /** What each watch was served last, and its last slot. */
  served: Map<string, Serving>;
  lastSlots: Map<string, number>;
  /** Rules that were taken out of the config, by name. */
  removed: Map<string, Rule>;
  /** How many snapshots were imported late. */
  late: number;
};

const GERMANY = makeWatch({ name: 'de', region: 'DE', depth: 7, schedule: '0 6 * * 1-5' });

/** Plays a plan in the engine and the oracle, which must agree. Returns the alerts. */
export async function play(plan: Plan): Promise<readonly OracleAlert[]> {
  const world = makeWorld({
    channels: [makeHook(), makeHook({ name: 'ops' })],
    watches: [makeWatch({ depth: 12 }), GERMANY],
    rules: plan.rules.map((options, i) => makeRule({ name: `r${i}`, ...options })),
  });
  try {
    const course: Course = {
      world,
      twin: makeTwin(world),
      markets: new Map([
        ['us-daily', newMarket()],
        ['de', newMarket()],
      ]),
      served: new Map(),
      lastSlots: new Map(),
      removed: new Map(),
      late: 0,
    };
    for (const step of plan.steps) await playStep(course, step);
    return course.twin.compareAlerts();
  } finally {
    world.close();
  }
}

async function playStep(course: Course, step: Plan['steps'][number]): Promise<void> {
  const { world, twin, markets, served, lastSlots } = course;
  if (step.edit !== null) edit(course, step.edit);
  const watch = world.config.watches.find(({ name }) => name === step.watch);
  const market = markets.get(step.watch);
  if (watch === undefined || market === undefined) return;
  if (step.importedBack !== null) return importBack(course, market, step);
  // Time goes on for all watches together.
  let slotAt =
    nextSlot(watch.schedule, watch.timezone, Math.max(DAY_ZERO - 1, ...lastSlots.values())) ?? NaN;
  for (let i = 0; i < step.skipped; i++)
    slotAt = nextSlot(watch.schedule, watch.timezone, slotAt) ?? NaN;
  slotAt += step.byHand * HOUR;
  if (step.again !== null && lastSlots.size > 0)
    slotAt = Math.max(...lastSlots.values()) + step.again * 60_000;
  const isByHand = step.byHand > 0 || step.again !== null;
  lastSlots.set(step.watch, slotAt);
  if (
    step.silence !== null &&
    (step.silence.rule ?? step.silence.watch ?? step.silence.product) !== null
  ) {
    const { days, ...scope } = step.silence;
    twin.silence({ ...scope, untilAt: days === null ? null : slotAt + days * DAY }, slotAt);
  }
  if (step.isUnsilenced) twin.unsilence(slotAt);
  if (step.kind === 'missed') return twin.miss(step.watch, slotAt);
  const last = served.get(step.watch);
  if (step.kind !== 'same') move(market, step);
  const serving = step.kind === 'same' && last !== undefined ? last : serve(market, step);
  served.set(step.watch, serving);
  await twin.pass(step.watch, slotAt, serving, step.isImport, isByHand);
}

/** History that turns up later: it is stored in its place, and never evaluated. */
async function importBack(
  course: Course,
  market: Market,
  step: Plan['steps'][number],
): Promise<void> {
  course.late += 1;
  // The odd milliseconds keep it apart from every other slot.
  const slotAt =
    (course.lastSlots.get(step.watch) ?? DAY_ZERO) -
    (step.importedBack ?? 0) * 60_000 -
    course.late;
  await course.twin.pass(
    step.watch,
    slotAt,
    serve({ ...market, ids: [...market.ids].reverse() }, step),
    true,
  );
}

function edit(
  { world, removed }: Course,
  change: NonNullable<Plan['steps'][number]['edit']>,
): void {
  const { rules, watches } = world.config;
  const editWatch = (name: string, edited: (watch: Watch) => Partial<Watch>) =>
    world.configure({
      watches: watches.map((watch) =>
        watch.name === name ? { ...watch, ...edited(watch) } : watch,
      ),
    });
  switch (change.kind) {
    case 'rule':
      return world.configure({
        rules: rules.map((rule, i) =>
          i === change.index % rules.length ? { ...rule, ...change.change } : rule,
        ),
      });
    case 'remove-or-restore-rule': {
      const name = `r${change.index % 6}`;
      const known = rules.find((rule) => rule.name === name);
      const back = removed.get(name);
      if (known !== undefined) removed.set(name, known);
      else removed.delete(name);
      const others = rules.filter((rule) => rule !== known);
      const isBack = known === undefined && back !== undefined;
      return world.configure({ rules: isBack ? [...rules, back] : others });
    }
    case 'depth':
      return editWatch('us-daily', ({ depth }) => ({ depth: depth === 12 ? 8 : 12 }));
    case 'keyword':
      return editWatch('de', ({ asked }) => ({
        asked: { ...asked, keyword: asked.keyword === null ? 'soap' : null },
      }));
    case 'schedule':
      return editWatch('us-daily', ({ schedule }) => ({
        schedule: schedule === '0 6 * * *' ? '0 */6 * * *' : '0 6 * * *',
      }));
    case 'remove-or-restore-watch':
      return world.configure({
        watches:
          watches.length === 1
            ? [...watches, GERMANY]
            : watches.filter(({ name }) => name !== 'de'),
      });
  }
}
