// What the dispatcher asks every second, and for every message, must cost the same however many were ever sent.
import { performance } from 'node:perf_hooks';
import { afterEach, expect, it } from 'vitest';
import { runDispatcher } from '../../src/delivery/dispatch.ts';
import { SECOND_MS } from '../../src/lib/clock.ts';
import { prunePayloads } from '../../src/store/outbox/outbox.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeHook, makeMail, makeOutbox, makeSmtp, T0, type OutboxWorld } from './outbox-world.ts';
import { startSmtp, type SmtpReceiver } from './smtp-receiver.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
const opened = <Thing extends { close(): unknown }>(thing: Thing): Thing => {
  open.push(thing);
  return thing;
};

/** Every statement that is prepared from now on. */
function record(world: OutboxWorld): Set<string> {
  const statements = new Set<string>();
  const { raw } = world.db;
  const prepare = raw.prepare.bind(raw);
  raw.prepare = (sql: string) => {
    statements.add(sql);
    return prepare(sql);
  };
  return statements;
}

/** Tables that only grow. */
const GROWING =
  /\b(deliveries|d|e|self|notifications|n|notification_alerts|mine|attempts|alerts)\b/;
/** Indexes that hold only what waits, or what is kept for a while. */
const SMALL = /INDEX deliveries_(due|waiting|expiring|payload)\b/;

async function runDaemonFor(world: OutboxWorld, seconds: number): Promise<void> {
  const clock = manualClock(world.clock.now());
  const stop = new AbortController();
  const running = runDispatcher({ ...world.deps, clock }, stop.signal);
  for (let second = 0; second < seconds; second++) await clock.advance(SECOND_MS);
  await expect
    .poll(() => world.rows().some(({ state }) => state === 'sending'), { timeout: 8_000 })
    .toBe(false);
  stop.abort();
  await running;
}

it('no statement of the dispatcher, at rest or at work, reads through all that was ever sent', async () => {
  let status = 503;
  const hooks: Receiver = opened(await startReceiver(() => ({ status })));
  const mails: SmtpReceiver = opened(await startSmtp());
  const channels = [makeHook(hooks.url), makeMail(), makeHook(hooks.url, { name: 'gone' })];
  const world = opened(makeOutbox(channels, { smtp: makeSmtp(mails.url) }));
  world.deps.channels = channels.slice(0, 2);
  for (const channel of channels)
    for (const event of ['fired', 'resolved'] as const)
      world.put(channel, { alerts: [{ alertId: 1, event }] });
  world.deps.channels = channels.slice(0, 2);
  const statements = record(world);
  // Failing, held, trying out, working again, and with nothing to do.
  for (let round = 0; round < 8; round++) {
    if (round === 6) status = 200;
    await runDaemonFor(world, 2);
    await world.clock.advance(40 * 60 * SECOND_MS);
  }
  await world.deliver();
  await prunePayloads(world.db, world.clock, T0, T0);

  const scans = [...statements]
    .filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)/i.test(sql))
    .flatMap((sql) => {
      const explain = world.db.raw.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
      const plan = (
        names.length > 0
          ? explain.all(Object.fromEntries(names))
          : explain.all(...[...sql.matchAll(/\?/g)].map(() => null))
      ) as { detail: string }[];
      return plan
        .filter(({ detail }) => detail.startsWith('SCAN ') && GROWING.test(detail))
        .filter(({ detail }) => !SMALL.test(detail))
        .map(({ detail }) => `${detail}: ${sql}`);
    });

  expect(statements.size).toBeGreaterThan(15);
  // `rows()` of the test itself looks at everything.
  expect(scans.filter((scan) => !scan.includes('SELECT * FROM deliveries ORDER BY id'))).toEqual(
    [],
  );
  expect(
    world
      .rows()
      .slice(0, 6)
      .map(({ state }) => state),
  ).toEqual(['delivered', 'delivered', 'delivered', 'delivered', 'dead', 'dead']);
});

it('a second of rest costs as much after 100,000 messages as after none', async () => {
  const hook = makeHook('http://127.0.0.1:9');
  const world = opened(makeOutbox([hook]));
  world.db.raw.exec(`
    INSERT INTO notifications (id, key, type, channel, created_at, message)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      SELECT i, 'k' || i, 'channel.test', 'hook', ${T0} + i, '{}' FROM n;
    INSERT INTO deliveries (notification_id, channel, recipient, message_id, state, payload,
        next_attempt_at, expires_at, delivered_at)
      SELECT id, 'hook', '', 'm' || id, 'delivered', x'00', ${T0}, ${T0}, ${T0} FROM notifications;`);
  const clock = manualClock(T0);
  const stop = new AbortController();
  const running = runDispatcher({ ...world.deps, clock }, stop.signal);
  await clock.advance(SECOND_MS);

  const before = performance.now();
  for (let second = 0; second < 50; second++) {
    await clock.advance(SECOND_MS);
    await prunePayloads(world.db, clock, T0, clock.now() + 1e6);
  }
  const each = (performance.now() - before) / 50;
  stop.abort();
  await running;

  // Reading 100,000 rows takes 10 ms and more; what it does takes a tenth of a millisecond.
  expect(each).toBeLessThan(5);
});
