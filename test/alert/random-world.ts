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
import {
  GAMES,
  GAMES_ASKED,
  GAMES_OF_A_DAY,
  GAMES_OF_A_MONTH,
  GAMES_OF_A_WEEK,
} from '../support/games.ts';
import { makeTwin, type Serving, type Twin } from './compare.ts';
import type { OracleAlert } from './oracle.ts';
import {
  DAY,
  DAY_WORDS,
  GAMES_WORDS,
  MONTH_WORDS,
  TOP_PRODUCTS_WORDS,
  type Served,
  WEEK_WORDS,
  type Vocabulary,
} from './oracle-changes.ts';
import { CONDITIONS, GAMES_CONDITIONS } from './oracle-conditions.ts';

const HOUR = DAY / 24;
const PAGE_SIZE = 4;

/** A kind of list that months are made up of. */
export type Kind = {
  words: Vocabulary;
  conditions: readonly string[];
  /** Conditions that come and go: without them there would be few second episodes. */
  restless: readonly string[];
  /** `us-daily`, and `de`, which asks for something else. */
  watches: readonly [Watch, Watch];
  /** The parameter by which `de` is edited, and to what. */
  edited: { key: string; to: string };
  /** The schedule of `us-daily`, and the one it is edited to. */
  schedules: readonly [string, string];
  /** Days that are to this list as a day is to one of every day. */
  unit: number;
  /** What the product of a place begins with. */
  begin: (place: number) => Record<string, number>;
};

const SOME_DAYS = '0 6 * * 1-5';
const DAILY = { schedules: ['0 6 * * *', '0 */6 * * *'], unit: 1 } as const;

export const TOP_KIND: Kind = {
  ...DAILY,
  words: TOP_PRODUCTS_WORDS,
  conditions: Object.keys(CONDITIONS),
  restless: ['rank % 3 = 1 or posts % 7 < 3'],
  watches: [
    makeWatch({ depth: 12 }),
    makeWatch({ name: 'de', region: 'DE', depth: 7, schedule: SOME_DAYS }),
  ],
  edited: { key: 'keyword', to: 'soap' },
  begin: (place) => ({
    posts: 100 + 10 * place,
    impressions: 900 + 40 * place,
    ctr: 1.5 + place / 10,
    cost: 10 + place,
    likes: place,
  }),
};

const ofGames = { list: GAMES, asked: GAMES_ASKED };
/** Words that only top-products has. */
const TOP_WORD = /\b(posts|impressions|ctr|cvr|cpa|cost|likes)/;

export const GAMES_KIND: Kind = {
  ...DAILY,
  words: GAMES_WORDS,
  conditions: [
    ...Object.keys(CONDITIONS).filter((sql) => !TOP_WORD.test(sql)),
    ...Object.keys(GAMES_CONDITIONS),
  ],
  restless: ['rank % 3 = 1 or players % 7 < 3'],
  watches: [
    makeWatch({ ...ofGames, depth: 12 }),
    makeWatch({
      ...ofGames,
      asked: { ...GAMES_ASKED, platform: 'console' },
      name: 'de',
      depth: 7,
      schedule: SOME_DAYS,
    }),
  ],
  edited: { key: 'genre', to: 'racing' },
  begin: (place) => ({
    players: 100 + 10 * place,
    hours: 9.5 + place,
    price: 10 + place,
    reviews: 30 * place,
    praise: 1.5 + place / 10,
  }),
};

/** The list of a day: what comes twice a day, or by hand, has nothing new. */
export const DAY_KIND: Kind = {
  ...GAMES_KIND,
  words: DAY_WORDS,
  watches: [
    { ...GAMES_KIND.watches[0], list: GAMES_OF_A_DAY },
    { ...GAMES_KIND.watches[1], list: GAMES_OF_A_DAY },
  ],
};

/** Of a week, or a month: on time and a few days late, in the same period or not. */
export const WEEK_KIND: Kind = {
  ...GAMES_KIND,
  words: WEEK_WORDS,
  schedules: ['0 6 * * 1', '0 6 * * *'],
  unit: 7,
  watches: [
    { ...GAMES_KIND.watches[0], list: GAMES_OF_A_WEEK, schedule: '0 6 * * 1' },
    { ...GAMES_KIND.watches[1], list: GAMES_OF_A_WEEK, schedule: '0 6 * * 3' },
  ],
};
export const MONTH_KIND: Kind = {
  ...GAMES_KIND,
  words: MONTH_WORDS,
  schedules: ['0 6 1 * *', '0 6 * * 1'],
  unit: 31,
  watches: [
    { ...GAMES_KIND.watches[0], list: GAMES_OF_A_MONTH, schedule: '0 6 1 * *' },
    { ...GAMES_KIND.watches[1], list: GAMES_OF_A_MONTH, schedule: '0 6 3 * *' },
  ],
};

const ago = (days: number): Compare => ({
  kind: 'ago',
  ms: days * DAY,
  text: Number.isInteger(days) ? `${days}d` : `${24 * days}h`,
});
const comparesOf = ({ unit }: Kind): Compare[] => [
  { kind: 'previous' },
  { kind: 'previous' },
  ...[1, 1.5, 3, 7].map((days) => ago(days * unit)),
];

/** Those of `restless` that every list has. */
const RESTLESS = [
  'rank_gain > 0',
  'rank % 2 = 0',
  'rank_gain',
  'rank between 2 and 4',
  'coalesce(rank_gain, 0) <= 0',
];
const conditionOf = ({ conditions, restless }: Kind) =>
  fc.oneof(fc.constantFrom(...conditions), fc.constantFrom(...RESTLESS, ...restless));
const span = ({ unit }: Kind, ...days: number[]) =>
  fc.constantFrom(null, null, ...days.map((count) => count * unit * DAY));

const rarely = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** The options of a rule, all of which may be edited later. */
const optionsOf = (kind: Kind) => ({
  when: conditionOf(kind),
  clear: rarely(1, conditionOf(kind)),
  compare: fc.constantFrom(...comparesOf(kind)),
  for: fc.constantFrom(1, 1, 2, 3),
  clearFor: fc.constantFrom(1, 1, 2, 3),
  cooldownMs: span(kind, 1, 4, 9, 20),
  repeatMs: span(kind, 1, 2, 3),
  maxGapMs: span(kind, 1, 1.5, 4),
  resolved: fc.boolean(),
  onFirst: fc.constantFrom('adopt', 'adopt', 'adopt', 'notify'),
  notify: fc.constantFrom(['hook'], ['hook', 'ops'], ['ops'], []),
  watches: fc.constantFrom<string[] | null>(null, null, ['us-daily'], ['us-daily', 'de']),
});

const index = fc.nat({ max: 11 });
const bumpOf = ({ words }: Kind) =>
  fc.record({
    product: index,
    metric: fc.constantFrom(...Object.keys(words.metrics)),
    value: fc.constantFrom(null, 0, 0.5, 1, 1.83, 1.93, 2, 3, 90, 100, 130, 1000, 5000),
  });

const stepOf = (kind: Kind) =>
  fc.record({
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
    bumps: fc.array(bumpOf(kind), { maxLength: 8 }),
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
            ...Object.entries(optionsOf(kind)).map(([key, values]) =>
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
  steps: (ReturnType<typeof stepOf> extends fc.Arbitrary<infer Step> ? Step : never)[];
};

export const plans = (length: number, kind: Kind = TOP_KIND): fc.Arbitrary<Plan> =>
  fc.record({
    rules: fc.array(fc.record(optionsOf(kind)) as fc.Arbitrary<Partial<Rule>>, {
      minLength: 1,
      maxLength: 8,
      size: 'max',
    }),
    steps: fc.array(stepOf(kind), { minLength: 1, maxLength: length, size: 'max' }),
  });

type Market = {
  ids: string[];
  metrics: Map<string, Record<string, number | null>>;
  names: Map<string, number>;
};

const newMarket = ({ begin }: Kind): Market => {
  const ids = Array.from({ length: 12 }, (_, i) => `p${i + 1}`);
  return {
    ids: ids.slice(0, 9),
    metrics: new Map(ids.map((id, i) => [id, begin(i)])),
    names: new Map(),
  };
};

/** Moves a market by one step of a plan. */
function move(
  { ids, metrics, names }: Market,
  { swaps, gone, back, bumps, renamed }: Plan['steps'][number],
  { words }: Kind,
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
      [metric]: value !== null && words.metrics[metric] === 'count' ? Math.ceil(value) : value,
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
  kind: Kind;
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

/** Plays a plan in the engine and the oracle, which must agree. Returns the alerts. */
export async function play(plan: Plan, kind: Kind = TOP_KIND): Promise<readonly OracleAlert[]> {
  const world = makeWorld({
    channels: [makeHook(), makeHook({ name: 'ops' })],
    watches: [...kind.watches],
    rules: plan.rules.map((options, i) => makeRule({ name: `r${i}`, ...options })),
  });
  try {
    const course: Course = {
      kind,
      world,
      twin: makeTwin(world),
      markets: new Map([
        ['us-daily', newMarket(kind)],
        ['de', newMarket(kind)],
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
    twin.silence(
      { ...scope, untilAt: days === null ? null : slotAt + days * course.kind.unit * DAY },
      slotAt,
    );
  }
  if (step.isUnsilenced) twin.unsilence(slotAt);
  if (step.kind === 'missed') return twin.miss(step.watch, slotAt);
  const last = served.get(step.watch);
  if (step.kind !== 'same') move(market, step, course.kind);
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
  { kind: { watches: began, edited, schedules }, world, removed }: Course,
  change: NonNullable<Plan['steps'][number]['edit']>,
): void {
  const { rules, watches } = world.config;
  const editWatch = (name: string, change: (watch: Watch) => Partial<Watch>) =>
    world.configure({
      watches: watches.map((watch) =>
        watch.name === name ? { ...watch, ...change(watch) } : watch,
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
        asked: { ...asked, [edited.key]: asked[edited.key] === null ? edited.to : null },
      }));
    case 'schedule':
      return editWatch('us-daily', ({ schedule }) => ({
        schedule: schedule === schedules[0] ? schedules[1] : schedules[0],
      }));
    case 'remove-or-restore-watch':
      return world.configure({
        watches:
          watches.length === 1
            ? [...watches, began[1]]
            : watches.filter(({ name }) => name !== 'de'),
      });
  }
}
