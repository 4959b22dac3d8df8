import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import type { OpsContext } from '../../src/ops/ops-facts.ts';
import type { Listening } from '../../src/lib/listen-http.ts';
import { startOpsServer } from '../../src/ops/server.ts';
import { healthy, saveHealth } from '../../src/store/outbox/channel-health.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
let world: World;
let server: Listening;
let place: () => void;

beforeEach(async () => {
  place = () => {};
  world = makeWorld({
    rules: [makeRule()],
    watches: [makeWatch(), makeWatch({ name: 'gb-daily', region: 'GB' })],
  });
  await world.pass(dayAt(0), fetchedList(products(60)));
  await world.pass(dayAt(1), fetchedList([...products(60)].reverse()));
  await world.clock.advance(HOUR_MS);
  const context: OpsContext = {
    db: world.db,
    clock: world.clock,
    config: () => world.config,
    note: () => ({
      pid: 1,
      version: '9.8.7',
      startedAt: dayAt(0),
      config: world.config.path,
      configAt: dayAt(0),
    }),
    checkPlace: () => place(),
    lookedAt: () => dayAt(1),
  };
  server = await startOpsServer({ host: '127.0.0.1', port: 0 }, context, silent);
});
afterEach(async () => {
  await server.close();
  world.close();
});

const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
type Readiness = { status: string; checks: { name: string; ok: boolean; text: string }[] };

describe('health', () => {
  test('says that the daemon lives, and since when', async () => {
    const answer = await get('/healthz');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ok', version: '9.8.7', started_at: '2026-01-01T06:00:00.000Z' },
    ]);
  });

  test('only what is there is answered, and only reading', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
    const head = await get('/readyz?probe=1', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('an address that is taken is said, with the key of the config', async () => {
    const port = Number(new URL(server.url).port);
    await expect(
      startOpsServer({ host: '127.0.0.1', port }, {} as OpsContext, silent),
    ).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });
});

describe('readiness', () => {
  test('a watch without any snapshot yet is waited for', async () => {
    const answer = await get('/readyz');
    expect([answer.status, ((await answer.json()) as Readiness).checks.at(-1)]).toEqual([
      200,
      { name: 'watch us-daily', ok: true, text: 'last complete snapshot 1h ago' },
    ]);
  });

  test('ends with three intervals without a complete snapshot', async () => {
    await world.clock.advance(3 * DAY_MS - HOUR_MS);
    expect((await get('/readyz')).status).toBe(200);
    await world.clock.advance(1);
    const answer = await get('/readyz');
    const { status, checks } = (await answer.json()) as Readiness;
    expect([answer.status, status, checks.filter((check) => !check.ok)]).toEqual([
      503,
      'not ready',
      [{ name: 'watch us-daily', ok: false, text: 'last complete snapshot 3d ago' }],
    ]);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('ends when the file is no longer in its place', async () => {
    place = () => {
      throw new Error('the database was deleted');
    };
    const answer = await get('/readyz');
    expect(answer.status).toBe(503);
    expect(((await answer.json()) as Readiness).checks[0]).toEqual({
      name: 'database',
      ok: false,
      text: 'the database was deleted',
    });
  });
});

describe('metrics', () => {
  const metrics = async () => (await get('/metrics')).text();

  test('are of the watches and channels of the config, and never of a product', async () => {
    saveHealth(world.db, { ...healthy('hook'), failures: 2, failingSinceAt: dayAt(1) });
    const text = await metrics();
    expect(text).toContain('tidemark_build_info{version="9.8.7"} 1');
    expect(text).toContain(
      `tidemark_watch_complete_snapshot_time_seconds{watch="us-daily"} ${dayAt(1) / 1_000}`,
    );
    expect(text).not.toContain('tidemark_watch_complete_snapshot_time_seconds{watch="gb-daily"}');
    expect(text).toContain('tidemark_watch_snapshots_7d{watch="us-daily",status="complete"} 2');
    expect(text).toContain(
      `tidemark_channel_failing_since_seconds{channel="hook"} ${dayAt(1) / 1_000}`,
    );
    // No daily limit, and no message stuck: absent, not 0.
    expect(text).not.toContain('tidemark_credits_daily_limit');
    expect(text).not.toContain('tidemark_deliveries_stuck_since_seconds');
    expect(text).not.toMatch(/p1\b|Product/);
  });

  test('forget what the config no longer has', async () => {
    world.configure({ watches: [makeWatch({ name: 'other' })] });
    const text = await metrics();
    expect(text).toContain('watch="other"');
    expect(text).not.toContain('us-daily');
  });

  test('have names, help and types that Prometheus reads', async () => {
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(line).toMatch(
        /^(# HELP [a-z_0-9]+ \S.*|# TYPE [a-z_0-9]+ gauge|[a-z_0-9]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+]+)$/,
      );
  });
});
