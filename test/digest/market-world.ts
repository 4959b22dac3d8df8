// A simulated market behind real passes: what a digest is built from, with gaps where a test wants them.
import type { Config, Digest } from '../../src/config/config.ts';
import { buildDigest } from '../../src/digest/build.ts';
import type { Period } from '../../src/digest/period.ts';
import { isoTime, type Instant } from '../../src/lib/clock.ts';
import type { DigestFacts, DigestMessage } from '../../src/message/digest.ts';
import type { FetchedList } from '../../src/model.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { createMarket, utcDay, type Market, type TimeScope } from '../../src/sandbox/market.ts';
import { intervalMs } from '../../src/schedule/slots.ts';
import { insertMissed } from '../../src/store/series/slots.ts';
import { marketMetrics } from '../support/market-row.ts';
import { dayAt, fetchedList, type RowSpec, type World } from '../support/world.ts';

/** What becomes of a slot instead of a complete snapshot. */
export type Gap = 'failed' | 'missed' | 'partial';

export const makeDigest = (overrides: Partial<Digest> = {}): Digest => ({
  name: 'weekly',
  watches: null,
  schedule: '0 8 * * 1',
  timezone: 'UTC',
  compare: { kind: 'ago', ms: 7 * 86_400_000, text: '7d' },
  top: 20,
  detail: 'short',
  whenQuiet: 'send',
  notify: ['hook'],
  ...overrides,
});

/** From day `from` to day `to`, both inclusive: the period that ends two hours after the slot of the last day. */
export const periodOfDays = (from: number, to: number): Period => ({
  sinceAt: dayAt(from) + 2 * 3_600_000,
  slotAt: dayAt(to) + 2 * 3_600_000,
  periods: 1,
});

let shared: Market | undefined;
/** One market for all tests: its lists are kept from one to the next. */
const market = (): Market => (shared ??= createMarket({ seed: 1 }));

/** The list of a watch as the market serves it on a day. */
export function marketList(
  watch: Config['watches'][number],
  slotAt: Instant,
  options: { missing?: readonly number[] } = {},
): FetchedList {
  const rows = market().list({
    region: String(watch.asked.region),
    timeScope: watch.asked.time_scope as TimeScope,
    day: utcDay(slotAt),
    category: watch.asked.category as string | null,
    keyword: watch.asked.keyword as string | null,
  });
  const specs = rows.slice(0, watch.depth).map((row): RowSpec => ({
    id: row.third_ecom_category.id,
    name: row.third_ecom_category.value,
    l1: row.first_ecom_category.value,
    l2: row.second_ecom_category.value,
    ...marketMetrics(row),
  }));
  return fetchedList(specs, { ...options, total: rows.length });
}

/** Takes the snapshots of some days, one after the other, of all watches of the config. */
export async function takeDays(
  world: World,
  from: number,
  to: number,
  gaps: Readonly<Record<number, Gap>> = {},
): Promise<void> {
  for (let day = from; day <= to; day++) {
    for (const watch of world.config.watches) await takeDay(world, watch, dayAt(day), gaps[day]);
  }
}

async function takeDay(
  world: World,
  watch: Config['watches'][number],
  slotAt: Instant,
  gap: Gap | undefined,
): Promise<void> {
  if (gap === 'missed') {
    if (slotAt > world.clock.now()) await world.clock.advance(slotAt - world.clock.now());
    const row = world.db
      .transaction(() => syncConfig(world.db, world.config, world.clock.now()))
      .watches.get(watch.name);
    if (row === undefined) throw new Error(`no watch ${watch.name}`);
    insertMissed(
      world.db,
      [{ ...row, slotAt, intervalMs: intervalMs(watch.schedule, watch.timezone, slotAt) }],
      'the slot passed while the daemon was down or busy',
    );
    return;
  }
  const list = marketList(watch, slotAt, gap === 'partial' ? { missing: [2] } : {});
  const failed: FetchedList = {
    ...list,
    pages: [],
    missing: [{ page: 1, reason: 'server_error', detail: 'HTTP 503' }],
  };
  await world.pass(slotAt, gap === 'failed' ? failed : list, { watch: watch.name });
}

export const factsOf = (world: World, digest: Digest, period: Period): DigestFacts =>
  buildDigest(world.db, { config: world.config, digest, period, origin: 'schedule' });

export const messageOf = (data: DigestFacts): DigestMessage => ({
  type: 'digest.ready',
  timestamp: isoTime(Date.parse(data.slot_at) + 1_000),
  data,
});
