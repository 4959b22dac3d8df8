// A small world to run real passes in: a real database in memory, a manual clock, and lists written by hand.
import type { WebhookChannel } from '../../src/config/channels/webhook.ts';
import type { Config, Rule, SourceConfig, Watch } from '../../src/config/config.ts';
import { KEYAPI_LISTS } from '../../src/list/shipped.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { DAY_MS, type Instant } from '../../src/lib/clock.ts';
import type {
  FetchedList,
  Metrics,
  ServedPage,
  ServedRow,
  SnapshotOrigin,
} from '../../src/model.ts';
import { runPass } from '../../src/pipeline.ts';
import type { PassResult } from '../../src/pass/outcome.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

/** 06:00 UTC: the slot of the default watch. */
export const DAY_ZERO = Date.parse('2026-01-01T06:00:00.000Z');
export const dayAt = (day: number): Instant => DAY_ZERO + day * DAY_MS;

/** What a watch of top-products says, written flat. */
export type AskedOf = {
  region?: string;
  timeScope?: number;
  category?: string | null;
  keyword?: string | null;
};

/** The parameters of top-products, and all else that was given. */
export function askedFrom<Other>({
  region = 'US',
  timeScope = 1,
  category = null,
  keyword = null,
  ...others
}: AskedOf & Other): { asked: Watch['asked']; others: Omit<Other, keyof AskedOf> } {
  return { asked: { region, time_scope: timeScope, category, keyword }, others };
}

export function makeWatch(overrides: Partial<Watch> & AskedOf = {}): Watch {
  const { asked, others } = askedFrom(overrides);
  return {
    name: 'us-daily',
    source: 'keyapi',
    list: TOP_PRODUCTS,
    asked,
    depth: 500,
    schedule: '0 6 * * *',
    timezone: 'UTC',
    ...others,
  };
}

export const makeRule = (overrides: Partial<Rule> = {}): Rule => ({
  name: 'rule',
  description: null,
  watches: null,
  when: 'rank <= 3',
  compare: { kind: 'previous' },
  clear: null,
  for: 1,
  clearFor: 1,
  cooldownMs: null,
  repeatMs: null,
  resolved: false,
  onFirst: 'adopt',
  maxGapMs: null,
  severity: 'info',
  notify: ['hook'],
  ...overrides,
});

export const makeHook = (overrides: Partial<WebhookChannel> = {}): WebhookChannel => ({
  kind: 'webhook',
  name: 'hook',
  url: makeSecret('http://127.0.0.1:9/hook'),
  format: 'standard',
  secrets: [],
  headers: {},
  allowPrivate: true,
  ...overrides,
});

export const makeWeb = (overrides: Partial<Config['web']> = {}): Config['web'] => ({
  listen: null,
  publicUrl: null,
  hosts: [],
  trustedProxies: [],
  auth: null,
  viewersMayQuery: false,
  opsListen: null,
  ...overrides,
});

/** The account of `source:`, with others where a test says so. */
export const makeAccount = (overrides: Partial<SourceConfig> = {}): SourceConfig => ({
  name: 'keyapi',
  kind: 'keyapi',
  place: 'source',
  lists: KEYAPI_LISTS,
  baseUrl: 'http://127.0.0.1:9',
  auth: { kind: 'bearer', token: makeSecret('sk_test_0123456789') },
  allowPrivate: true,
  requestsPerSecond: 1000,
  concurrency: 2,
  timeoutMs: 5000,
  pageSize: 20,
  creditsPerRequest: 2,
  dailyCredits: null,
  ...overrides,
});

export const makeConfig = (overrides: Partial<Config> = {}): Config => ({
  path: '/nowhere/tidemark.yaml',
  database: ':memory:',
  timezone: 'UTC',
  locale: 'en',
  sources: [makeAccount()],
  watches: [makeWatch()],
  smtp: null,
  channels: [makeHook()],
  rules: [],
  digests: [],
  retention: {
    rawPagesMs: null,
    observationsMs: null,
    then: 'weekly',
    messagesMs: null,
    ledgerMs: null,
  },
  backup: null,
  lake: null,
  heartbeat: null,
  web: makeWeb(),
  ...overrides,
});

export const NO_METRICS = {
  posts: null,
  posts_growth: null,
  impressions: null,
  likes: null,
  comments: null,
  shares: null,
  ctr: null,
  cvr: null,
  view_rate_6s: null,
  cpa: null,
  cost: null,
} satisfies Metrics;

/** One row by hand: an id, with metrics where the test is about them. `null` is a row without an id. */
export type RowSpec =
  | string
  | null
  | ({ id: string; name?: string; l1?: string | null; l2?: string | null } & Partial<
      Record<keyof typeof NO_METRICS, number | null>
    >);

export function servedRow(spec: RowSpec): ServedRow {
  if (spec === null) return { product: null };
  const {
    id,
    name = `Product ${typeof spec === 'string' ? spec : spec.id}`,
    l1 = 'Beauty',
    l2 = 'Makeup',
    ...metrics
  } = typeof spec === 'string' ? { id: spec } : spec;
  return {
    product: { upstreamId: id, name, categoryL1: l1, categoryL2: l2 },
    metrics: { ...NO_METRICS, ...metrics },
  };
}

/** A list as fetched: its pages of `pageSize` rows; `missing` page numbers failed, `total` is what the source reports. */
export function fetchedList(
  rows: readonly RowSpec[],
  options: {
    takenAt?: Instant;
    pageSize?: number;
    missing?: readonly number[];
    total?: number | null;
  } = {},
): FetchedList {
  const { takenAt = DAY_ZERO, pageSize = 20, missing = [], total = rows.length } = options;
  const count = Math.ceil(rows.length / pageSize);
  const pages = Array.from({ length: count }, (_, index): ServedPage => {
    const slice = rows.slice(index * pageSize, (index + 1) * pageSize);
    return {
      page: index + 1,
      takenAt,
      rows: slice.map(servedRow),
      total,
      hasMore: index + 1 < count,
      body: JSON.stringify(slice),
    };
  });
  return {
    startedAt: takenAt,
    pages: pages.filter((page) => !missing.includes(page.page)),
    missing: missing.map((page) => ({ page, reason: 'timeout', detail: 'no answer within 30s' })),
    credits: count * 2,
    requests: count,
    refused: null,
  };
}

export type World = {
  db: Db;
  clock: ManualClock;
  config: Config;
  /** Replaces parts of the config from the next pass on. */
  configure(overrides: Partial<Config>): void;
  /** Runs the pass of a slot on a list; default: the configured first watch. */
  pass(
    slotAt: Instant,
    list: FetchedList,
    options?: { watch?: string; origin?: SnapshotOrigin },
  ): Promise<PassResult>;
  close(): void;
};

/** The config is synced one minute before day zero, so that the slot of day zero is the first. */
export function makeWorld(overrides: Partial<Config> = {}): World {
  const db = openDatabase(overrides.database ?? ':memory:');
  const clock = manualClock(DAY_ZERO - 60_000);
  const world: World = {
    db,
    clock,
    config: makeConfig(overrides),
    configure: (changes) => {
      world.config = { ...world.config, ...changes };
    },
    pass: async (slotAt, list, { watch: name, origin = 'schedule' } = {}) => {
      const watch = world.config.watches.find(
        (candidate) => name === undefined || candidate.name === name,
      );
      if (watch === undefined) throw new Error(`no watch ${name}`);
      if (slotAt > clock.now()) await clock.advance(slotAt - clock.now());
      const outcome = await runPass(
        {
          db,
          config: world.config,
          clock,
          signal: new AbortController().signal,
          fetchList: async () => ({ ...list, startedAt: clock.now() }),
        },
        watch,
        slotAt,
        origin,
      );
      if (outcome.kind === 'aborted' || outcome.kind === 'unpublished')
        throw new Error(outcome.kind);
      return outcome.result;
    },
    close: () => db.close(),
  };
  return world;
}

/** `p1 … pN` in this order of ranks. */
export const products = (count: number, prefix = 'p'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
