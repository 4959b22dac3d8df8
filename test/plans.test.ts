// The plan of every statement that the daemon runs by itself: on a timer, in a pass, for a message, once a day. Against a
// file that has grown, with the statistics that the daemon keeps of it: another order of tables may look best then.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../src/config/config.ts';
import { runDispatcher } from '../src/delivery/dispatch.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/lib/clock.ts';
import { makeSecret } from '../src/lib/secret.ts';
import { healInstants } from '../src/store/clock-ahead.ts';
import { dailyUpkeep } from '../src/store/upkeep.ts';
import {
  copyLists,
  fillDelivered,
  fillFile,
  fillLedger,
  fillOpenAlerts,
} from './support/grown-file.ts';
import { recordStatements } from './support/record-statements.ts';
import { startSchedule } from './support/run-schedule.ts';
import {
  DAY_ZERO,
  dayAt,
  fetchedList,
  makeAccount,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from './support/world.ts';
import { startReceiver } from './delivery/http-receiver.ts';
import { makeDigest } from './digest/market-world.ts';

const RULES = [
  makeRule({ name: 'top', when: 'rank <= 5', resolved: true, repeatMs: DAY_MS }),
  makeRule({ name: 'left', when: "status = 'left'", resolved: true }),
  makeRule({ name: 'slow', when: 'rank_gain > 2', for: 2, cooldownMs: 2 * DAY_MS }),
  makeRule({ name: 'ago', when: 'rank < 20', compare: { kind: 'ago', ms: DAY_MS, text: '1d' } }),
];
const RETENTION: Config['retention'] = {
  rawPagesMs: 3 * DAY_MS,
  observationsMs: 400 * DAY_MS,
  then: 'weekly',
  messagesMs: 90 * DAY_MS,
  ledgerMs: 90 * DAY_MS,
};

/** Tables that grow with time; troubles are few. */
const GROWING = new Set([
  ...['deliveries', 'notifications', 'notification_alerts', 'attempts', 'alerts', 'rule_states'],
  ...['snapshots', 'observations', 'product_records', 'products', 'judgements', 'recent_values'],
  ...['requests', 'raw_pages', 'digests', 'evidence_texts'],
]);
/** Indexes that hold only what waits, or what is kept for a while. */
const SMALL = /INDEX deliveries_(due|waiting|expiring|payload)\b/;

const IS_QUERY = /^\s*(SELECT|UPDATE|DELETE|INSERT(?! into "(watches|series|rules)")|WITH)/i;

/** What is run once an hour and once a day may read tables whole: then it need not keep an index. */
async function rareStatements(config: Config): Promise<ReadonlySet<string>> {
  const world = makeWorld({ ...config, database: ':memory:' });
  const { db, clock } = world;
  const statements = recordStatements(db);
  healInstants(db, clock.now());
  await dailyUpkeep(db, config.retention, clock);
  world.close();
  return statements;
}

/** The table of a name in a plan. The word before the name may be SELECT, too. */
const tableOf = (sql: string, name: string): string =>
  [
    name,
    ...[...sql.matchAll(new RegExp(`\\b(\\w+)"?\\s+(?:AS\\s+)?${name}\\b`, 'gi'))].map(
      ([, table = '']) => table,
    ),
  ].find((table) => GROWING.has(table)) ?? name;

/** Each line of the plan of each statement. */
const plansOf = ({ db }: World, statements: readonly string[]) =>
  statements.flatMap((sql) => {
    const explain = db.raw.prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const names = [...sql.matchAll(/[@:](\w+)/g)].map(([, name]) => [name, null]);
    const values: unknown[] =
      names.length > 0 ? [Object.fromEntries(names)] : [...sql.matchAll(/\?/g)].map(() => null);
    const plan = explain.all(...values) as { detail: string }[];
    return plan.map(({ detail }) => ({ detail, sql: sql.replace(/\s+/g, ' ') }));
  });

const scansOf = (world: World, statements: readonly string[], tables = GROWING) =>
  plansOf(world, statements).filter(({ detail, sql }) => {
    const [, name] = /^SCAN (\w+)/.exec(detail) ?? [];
    return name !== undefined && !SMALL.test(detail) && tables.has(tableOf(sql, name));
  });

test('no statement of the daemon reads through what has gathered over the years', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-plans-'));
  const receiver = await startReceiver();
  const overrides: Partial<Config> = {
    database: join(folder, 'tidemark.db'),
    watches: [makeWatch(), makeWatch({ name: 'gb', region: 'GB' })],
    rules: RULES,
    channels: [makeHook({ url: makeSecret(receiver.url) })],
    sources: [makeAccount({ dailyCredits: 1e9 })],
    digests: [makeDigest({ schedule: '0 8 * * *' })],
    retention: RETENTION,
  };
  const world = makeWorld(overrides);
  onTestFinished(async () => {
    world.close();
    await receiver.close();
    rmSync(folder, { recursive: true });
  });
  const recorded = recordStatements(world.db);
  const listOf = (region: string, day: number) =>
    fetchedList([...products(60, region).slice(day * 3), ...products(day * 3, `${region}-new`)]);
  // A timer of each kind, and what it finds: two days of passes, digests and messages.
  const schedule = startSchedule({
    ...world,
    config: () => world.config,
    fetchList: async ({ asked }, ledger) => {
      const request = ledger.begin({ page: 1, attempt: 1 });
      if (request !== 'refused')
        ledger.end(request.id, {
          ...{ durationMs: 1, httpStatus: 200, bodyCode: 0, outcome: 'ok', detail: null },
          upstreamRequestId: null,
        });
      const day = Math.floor((world.clock.now() - DAY_ZERO) / DAY_MS);
      return { ...listOf(String(asked['region']), day), startedAt: world.clock.now() };
    },
  });
  const stop = new AbortController();
  const { db, clock, config } = world;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const dispatcher = runDispatcher(
    { db, clock, log, channels: config.channels, smtp: null, timezone: 'UTC', random: () => 0.5 },
    stop.signal,
  );
  // The clock is set from one slot to the next: to live through the time between would take long.
  for (let hour = 0; hour < 5 * 24; hour += 2) {
    await clock.advance(MINUTE_MS);
    clock.jump(2 * HOUR_MS - MINUTE_MS);
  }
  await expect.poll(() => receiver.received.length).toBeGreaterThan(10);
  stop.abort();
  await Promise.all([schedule.stop(), clock.advance(0), dispatcher]);

  const statements = [...recorded].filter((sql) => IS_QUERY.test(sql));
  const counts = db.raw
    .prepare(
      `SELECT (SELECT count(*) FROM snapshots WHERE status = 'complete') AS lists, (SELECT count(*) FROM digests) AS digests,
        (SELECT count(*) FROM alerts WHERE resolved_at IS NOT NULL) > 5 AS resolved,
        (SELECT count(*) FROM deliveries WHERE state = 'delivered') > 5 AS delivered`,
    )
    .get();
  expect(counts).toMatchObject({ lists: 10, resolved: 1, delivered: 1 });
  const rare = await rareStatements(config);
  const own = statements.filter((sql) => !rare.has(sql));
  expect(own.length).toBeGreaterThan(100);

  const { seriesId } = db.raw.prepare('SELECT id AS seriesId FROM series').get() as {
    seriesId: number;
  };
  fillDelivered(db, 20_000);
  fillLedger(db, 20_000, dayAt(5));
  fillOpenAlerts(db, 5_000, { rule: 'left', seriesId });
  fillFile(db, seriesId, 100);
  db.raw.pragma('analysis_limit = 400');
  db.raw.exec('ANALYZE');
  expect(scansOf(world, own)).toEqual([]);
  // What a message has to wait for is looked up by its alerts, not among all that wait.
  const claims = plansOf(world, own).filter(({ sql }) => sql.includes("SET state = 'sending'"));
  expect(claims.length).toBeGreaterThan(0);
  expect(
    claims.filter(({ detail }) => detail.includes('SEARCH e USING INDEX deliveries_w')),
  ).toEqual([]);
});

test('no statement of a pass reads through the lists of all other watches', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-plans-'));
  const world = makeWorld({
    database: join(folder, 'tidemark.db'),
    watches: Array.from({ length: 300 }, (_, at) =>
      makeWatch({ name: `watch-${at}`, region: at % 2 === 0 ? 'US' : 'GB' }),
    ),
    rules: RULES,
    channels: [makeHook()],
  });
  onTestFinished(() => {
    world.close();
    rmSync(folder, { recursive: true });
  });
  const recorded = recordStatements(world.db);
  for (let day = 0; day < 3; day++)
    await world.pass(
      dayAt(day),
      fetchedList([...products(60).slice(day * 3), ...products(day * 3, 'new')]),
    );
  const statements = [...recorded].filter((sql) => IS_QUERY.test(sql));
  expect(statements.filter((sql) => sql.includes('FROM series mine'))).toHaveLength(1);
  const { raw } = world.db;
  copyLists(world.db, raw.prepare('SELECT series_id FROM snapshots').pluck().get() as number);
  // With these statistics SQLite would begin with all snapshots, if it could choose.
  raw.pragma('analysis_limit = 400');
  raw.exec('ANALYZE');
  // The others have too few rows here for an index to be worth it.
  const grown = new Set(['snapshots', 'observations', 'product_records']);
  expect(scansOf(world, statements, grown)).toEqual([]);
});
