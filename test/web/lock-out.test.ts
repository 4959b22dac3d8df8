// Guessing passwords and tokens: who has to wait, who never has to, and what a crowd can do.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { lockOut } from '../../src/web/access/lock-out.ts';
import { hashPassword } from '../../src/web/access/password.ts';
import { manualClock } from '../support/manual-clock.ts';
import { DAY_ZERO } from '../support/world.ts';
import { HOST, makeWebWorld, type WebWorld } from './web-world.ts';

// Each guess takes some tenths of a second.
vi.setConfig({ testTimeout: 60_000 });

const PASSWORD = 'correct horse battery staple';
let hash: string;
beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
});

describe('an address that failed', () => {
  const fail = (lock: ReturnType<typeof lockOut>, address: string, times: number) => {
    for (let turn = 0; turn < times; turn++) lock.failed(address);
  };
  const made = () => {
    const clock = manualClock(DAY_ZERO);
    return { clock, lock: lockOut(clock) };
  };

  test('five times waits a quarter of an hour, counted from its first; one that got in begins anew', async () => {
    const { clock, lock } = made();
    fail(lock, '10.0.0.1', 4);
    expect(lock.waitMs('10.0.0.1')).toBe(0);
    await clock.advance(MINUTE_MS);
    fail(lock, '10.0.0.1', 1);
    expect(lock.waitMs('10.0.0.1')).toBe(14 * MINUTE_MS);
    expect(lock.waitMs('10.0.0.2')).toBe(0);
    fail(lock, '10.0.0.2', 4);
    lock.passed('10.0.0.2');
    fail(lock, '10.0.0.2', 4);
    expect(lock.waitMs('10.0.0.2')).toBe(0);
  });

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'],
    ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2'],
  ])('as %s has failed as %s too, and not as %s', (one, same, other) => {
    const { lock } = made();
    fail(lock, one, 5);
    expect(lock.waitMs(same)).toBeGreaterThan(0);
    expect(lock.waitMs(other)).toBe(0);
  });

  test('a hundred of them together have everybody wait', () => {
    const { lock } = made();
    for (let index = 0; index < 99; index++) lock.failed(`10.0.0.${index}`);
    expect(lock.waitMs('10.9.9.9')).toBe(0);
    lock.failed('10.0.1.1');
    expect(lock.waitMs('10.9.9.9')).toBe(15 * MINUTE_MS);
  });

  test('is forgotten once ten thousand others have failed, and not all are', async () => {
    const { clock, lock } = made();
    lock.failed('10.8.8.8');
    // So that the limit of all together ends before that of each.
    await clock.advance(14 * MINUTE_MS);
    fail(lock, '10.9.9.9', 5);
    for (let index = 0; index < 9_990; index++) lock.failed(`10.1.${index >> 8}.${index & 255}`);
    await clock.advance(MINUTE_MS);
    expect(lock.waitMs('10.9.9.9')).toBe(14 * MINUTE_MS);
    for (let index = 0; index < 20; index++) lock.failed(`10.2.0.${index}`);
    expect(lock.waitMs('10.9.9.9')).toBe(0);
  });

  test('has to wait no longer when the clock is set back', async () => {
    const { clock, lock } = made();
    fail(lock, '10.0.0.1', 5);
    clock.jump(-DAY_MS);
    expect(lock.waitMs('10.0.0.1')).toBe(15 * MINUTE_MS);
  });
});

describe('a page that asks for a password', () => {
  let web: WebWorld;
  afterEach(() => web.close());
  const made = () =>
    (web = makeWebWorld({
      auth: {
        passwordHash: hash,
        viewerPasswordHash: null,
        header: null,
        operators: [],
        tokens: true,
      },
    }));
  const from = (peer: string, password: string) =>
    web.ask('/login', {
      method: 'POST',
      peer,
      body: new URLSearchParams({ password }),
      headers: { origin: `http://${HOST}` },
    });
  const asked = async (token: string, peer = '127.0.0.1') =>
    (await web.ask('/api/v1/status', { peer, headers: { authorization: `Bearer ${token}` } }))
      .status;

  test('works out two guesses at once, and tells the next when to come', async () => {
    made();
    const all = await Promise.all(
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((peer) => from(peer, PASSWORD)),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([303, 303, 503, 503]);
    expect(all.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
    expect((await from('10.0.0.3', PASSWORD)).status).toBe(303);
  });

  test('works out nothing for what no password is', async () => {
    made();
    const peers = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
    const long = await Promise.all(peers.map((peer) => from(peer, 'x'.repeat(1_001))));
    expect(long.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });

  test('lets a token that is known in, whatever others of its address have tried', async () => {
    made();
    const token = web.token('ci', ['read']);
    for (let turn = 0; turn < 5; turn++) expect(await asked('tm_revoked')).toBe(401);
    expect(await asked('tm_revoked')).toBe(429);
    expect(await asked(token)).toBe(200);
  });

  test('lets people log in whose address has a job with a token that was revoked', async () => {
    made();
    for (let turn = 0; turn < 6; turn++) await asked('tm_revoked');
    expect((await from('127.0.0.1', PASSWORD)).status).toBe(303);
  });
});
