// A test of a channel from the page: by whom, what is really received, and where there is no button.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { getHealth, saveHealth } from '../../src/store/outbox/channel-health.ts';
import { countByState } from '../../src/store/outbox/delivery-log.ts';
import { startReceiver, type Receiver } from '../delivery/http-receiver.ts';
import { makeHook } from '../delivery/outbox-world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let receiver: Receiver;
let web: WebWorld;

beforeEach(async () => {
  receiver = await startReceiver();
  const auth = {
    passwordHash: null,
    viewerPasswordHash: null,
    header: 'remote-user',
    operators: ['ana'],
    tokens: true,
  };
  const channels = [makeHook(receiver.url), makeHook(receiver.url, { name: 'other' })];
  web = makeWebWorld({ trustedProxies: ['127.0.0.1'], auth }, { channels });
});
afterEach(async () => {
  web.close();
  await receiver.close();
});

const ANA = { 'remote-user': 'ana' };
const BO = { 'remote-user': 'bo' };
const page = async (headers = ANA) => (await web.ask('/deliveries', { headers })).text();
const testIt = (channel: string, headers: Record<string, string> = ANA) =>
  web.post('/deliveries/test', { channel }, headers);

/** What the daemon beside the page does every second. */
async function deliver(): Promise<void> {
  const { db, clock, config } = web.world;
  const { log } = web.deps();
  const { channels, smtp, timezone } = config;
  await deliverDue({ db, channels, smtp, timezone, clock, random: () => 0.5, log });
}

const disable = (channel: string): void =>
  saveHealth(web.world.db, {
    ...getHealth(web.world.db, channel),
    failures: 9,
    failingSinceAt: web.world.clock.now(),
    disabledAt: web.world.clock.now(),
    reason: 'HTTP 410',
  });

describe('a test of a channel', () => {
  test('waits in the outbox, and is what its reader really gets', async () => {
    expect(await page()).toContain('Send a test');
    const answer = await testIt('hook');
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/deliveries?channel=hook',
    ]);
    expect(receiver.received).toEqual([]);
    expect(await page()).toContain('channel.test');
    await deliver();
    expect(receiver.received.map(({ body }) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({ type: 'channel.test' }),
    ]);
    expect(receiver.received[0]?.body).toContain('If you can read this, the channel works.');
    expect(countByState(web.world.db)).toEqual({ delivered: 1 });
  });

  test('can be asked for again, and does not wait for a circuit that is open', async () => {
    const { db, clock } = web.world;
    await testIt('hook');
    await deliver();
    const failing = { failures: 5, failingSinceAt: clock.now(), failedAt: clock.now() };
    const heldUntilAt = clock.now() + DAY_MS;
    saveHealth(db, { ...getHealth(db, 'hook'), ...failing, reason: 'HTTP 500', heldUntilAt });
    await testIt('hook');
    await deliver();
    expect(receiver.received).toHaveLength(2);
    expect(getHealth(db, 'hook').failures).toBe(0);
  });

  test('is for operators, who come from a page of ours', async () => {
    expect(await page(BO)).not.toContain('Send a test');
    const answers = [
      await testIt('hook', BO),
      await testIt('hook', { ...ANA, origin: 'https://evil.example' }),
      await web.ask('/api/v1/channels/hook/test', { method: 'POST', headers: ANA }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(countByState(web.world.db)).toEqual({});
  });

  test('of a disabled channel has no button but the reason, and is refused', async () => {
    disable('hook');
    const one = await page();
    expect(one).not.toContain('<option>hook');
    expect(one).toContain('<option>other');
    expect(one).toContain('No test from here: the channel hook is disabled');
    expect(one).toContain('tidemark channels test hook');
    const refused = await testIt('hook');
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('No test is sent: the channel hook is disabled'),
    ]);
    disable('other');
    expect(await page()).not.toContain('Send a test');
    expect(countByState(web.world.db)).toEqual({});
  });

  test('names the channel that was meant', async () => {
    const answer = await testIt('hok');
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining('did you mean hook?'),
    ]);
  });

  test('is asked for by programs whose token may write', async () => {
    const ask = (token: string) =>
      web.ask('/api/v1/channels/hook/test', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await ask(web.token('reader', ['read']))).status).toBe(403);
    const token = web.token('writer', ['write']);
    const made = await ask(token);
    expect([made.status, await made.json()]).toEqual([
      201,
      [expect.objectContaining({ channel: 'hook', type: 'channel.test', state: 'pending' })],
    ]);
    disable('hook');
    const refused = await ask(token);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('is disabled'),
    ]);
  });
});
