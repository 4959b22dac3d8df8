import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChannelsTest } from '../../src/commands/delivering/channels.ts';
import {
  runDeliveries,
  runDeliveriesRetry,
  runDeliveriesShow,
} from '../../src/commands/delivering/deliveries.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import { makeIo } from './memory-io.ts';
import { makeHook, makeMail, makeOutbox, makeSmtp, type OutboxWorld } from './outbox-world.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';
import { startSmtp, type SmtpReceiver } from './smtp-receiver.ts';

let hooks: Receiver;
let mails: SmtpReceiver;
let world: OutboxWorld;
let status = 200;

beforeEach(async () => {
  status = 200;
  hooks = await startReceiver(() => ({ status, body: 'said so' }));
  mails = await startSmtp();
  world = makeOutbox(
    [makeHook(hooks.url), makeMail({ to: ['ana@example.com', 'bo@example.com'] })],
    { smtp: makeSmtp(mails.url) },
  );
});
afterEach(async () => {
  world.close();
  await hooks.close();
  await mails.close();
});

const [hook, mail] = [
  () => makeHook(hooks.url),
  () => makeMail({ to: ['ana@example.com', 'bo@example.com'] }),
];

async function run<Args>(
  command: (
    io: ReturnType<typeof makeIo>,
    args: Args,
    deps: OutboxWorld['deps'],
  ) => Promise<number>,
  args: Args,
) {
  const io = makeIo();
  const code = await command(io, args, world.deps);
  return { code, out: io.out, err: io.err, json: () => JSON.parse(io.out) as unknown };
}

describe('tidemark deliveries', () => {
  beforeEach(async () => {
    world.put(mail());
    await world.deliver();
    status = 400;
    world.put(hook());
    await world.deliver();
    status = 503;
    world.put(hook());
    await world.deliver();
  });

  it('lists the newest first, within 80 columns, with what is due or why it ended', async () => {
    const { code, out, err } = await run(runDeliveries, {});

    expect(code).toBe(0);
    expect(
      out
        .split('\n')
        .slice(2)
        .map((line) => line.trim().split(/\s{2,}/)[0]),
    ).toEqual(['4', '3', '2', '1', '']);
    expect(Math.max(...out.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(out).toContain('bo@example.com');
    expect(err).toContain('1 pending, 2 delivered, 1 dead.');
  });

  it('says which channels are in trouble, once it is more than a failure or two', async () => {
    expect((await run(runDeliveries, {})).err).not.toContain('failing');
    for (let message = 0; message < 4; message++) world.put(hook());
    await world.deliver();
    expect((await run(runDeliveries, {})).err).toContain(
      'The channel hook has been failing since Mon 2026-11-23 11:00 UTC: server_error: the receiver has an error of its own (HTTP 503). Try it: tidemark channels test hook',
    );
  });

  it('lists one state, also as JSON', async () => {
    expect((await run(runDeliveries, { state: 'dead', json: true })).json()).toMatchObject([
      {
        id: 3,
        type: 'alerts.fired',
        channel: 'hook',
        recipient: null,
        state: 'dead',
        reason: 'refused: the receiver refuses this message (HTTP 400)',
        attempts: 1,
        created_at: '2026-11-23T11:00:41.120Z',
        next_attempt_at: null,
      },
    ]);
  });

  it('knows no other states', async () => {
    await expect(run(runDeliveries, { state: 'dad' })).rejects.toMatchObject({
      code: 'usage',
      hint: 'states: pending, sending, delivered, dead, expired, cancelled',
    });
  });

  it('shows one with every attempt and with what it says', async () => {
    const { out } = await run(runDeliveriesShow, { id: 3 });

    expect(out).toContain('Delivery 3: alerts.fired to the channel hook');
    expect(out).toContain(
      '#1  Mon 2026-11-23 11:00 UTC  rejected after 0s\n    refused: the receiver refuses this message (HTTP 400)\n    the answer: said so\n',
    );
    expect(out).toContain('#40 → #12, up 28');
    expect(
      Math.max(
        ...out
          .split('\n')
          .filter((line) => !line.includes('tidemark '))
          .map((line) => [...line].length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('shows one as JSON, with the message itself', async () => {
    expect((await run(runDeliveriesShow, { id: 3, json: true })).json()).toMatchObject({
      id: 3,
      message: { type: 'alerts.fired' },
      attempts: [{ number: 1, outcome: 'rejected', status_code: 400, excerpt: 'said so' }],
    });
  });

  it('shows a message in the language of its readers, as it went out', async () => {
    world.deps.locale = 'de';
    expect((await run(runDeliveriesShow, { id: 3 })).out).toContain(
      '9.100 → 11.500 (+26,4\u00a0%)',
    );
  });

  it('says when there is none of that number', async () => {
    await expect(run(runDeliveriesShow, { id: 99 })).rejects.toMatchObject({
      code: 'not_found',
      message: 'there is no delivery 99',
    });
  });
});

describe('tidemark deliveries retry', () => {
  const die = async () => {
    status = 400;
    world.put(hook());
    await world.deliver();
  };

  it('sends a dead one again now, under its old id and with its old bytes', async () => {
    await die();
    status = 200;

    const { code, out, err } = await run(runDeliveriesRetry, { id: 1 });

    expect({ code, out, err }).toEqual({
      code: 0,
      out: '1: delivered\n',
      err: '1 of 1 message delivered.\n',
    });
    expect(hooks.received[1]).toMatchObject({
      body: hooks.received[0]?.body,
      headers: { 'webhook-id': hooks.received[0]?.headers['webhook-id'] },
    });
    expect(world.attempts().map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'rejected'],
      [2, 'delivered'],
    ]);
  });

  it('says what became of it when it fails again', async () => {
    await die();
    const { code, out } = await run(runDeliveriesRetry, { id: 1 });

    expect(code).toBe(1);
    expect(out).toContain('1: dead: refused');
  });

  it('does not wait for the circuit breaker', async () => {
    status = 503;
    for (let message = 0; message < 6; message++) world.put(hook());
    await world.deliver();
    status = 200;

    expect((await run(runDeliveriesRetry, { id: 1 })).out).toBe('1: delivered\n');
  });

  it('of all that is dead goes from the oldest to the newest', async () => {
    await die();
    await die();
    status = 200;

    const { code, out } = await run(runDeliveriesRetry, { allDead: true });

    expect({ code, out }).toEqual({ code: 0, out: '1: delivered\n2: delivered\n' });
    expect((await run(runDeliveriesRetry, { allDead: true })).err).toBe('Nothing is dead.\n');
  });

  it('sends no old news, unless it is told to', async () => {
    await die();
    status = 200;
    await world.clock.advance(4 * DAY_MS);

    const refused = await run(runDeliveriesRetry, { id: 1 });
    expect([refused.code, refused.out]).toEqual([
      1,
      '1: not retried: it is past its time; --force sends it all the same\n',
    ]);
    expect((await run(runDeliveriesRetry, { id: 1, force: true })).out).toBe('1: delivered\n');
  });

  it('does not say that something goes on of which the end was told', async () => {
    world.put(hook(), { alerts: [{ alertId: 1, event: 'fired' }] });
    await world.deliver();
    status = 400;
    world.put(hook(), { alerts: [{ alertId: 1, event: 'reminder' }] });
    await world.deliver();
    status = 200;
    world.put(hook(), { alerts: [{ alertId: 1, event: 'resolved' }] });
    await world.deliver();

    expect((await run(runDeliveriesRetry, { id: 2, force: true })).out).toBe(
      '2: not retried: that it is over was told already\n',
    );
    expect(hooks.received).toHaveLength(3);
  });

  it('puts back the end that was cancelled along with the firing', async () => {
    status = 400;
    world.put(hook(), { alerts: [{ alertId: 1, event: 'fired' }] });
    await world.deliver();
    status = 200;
    world.put(hook(), {
      alerts: [{ alertId: 1, event: 'resolved' }],
      message: alertsMessage([anAlert({ id: 1, event: 'resolved', state: 'resolved' })]),
    });
    await world.deliver();
    expect(world.rows().map(({ state }) => state)).toEqual(['dead', 'cancelled']);

    expect(await run(runDeliveriesRetry, { id: 1 })).toMatchObject({
      code: 0,
      out: '1: delivered\n2: delivered\n',
      err: '2 of 2 messages delivered.\n',
    });
    expect(
      hooks.received.slice(1).map(({ body }) => (JSON.parse(body) as AlertsMessage).type),
    ).toEqual(['alerts.fired', 'alerts.resolved']);
  });

  it('leaves out of a firing what its reader knows to be over', async () => {
    const alerts = [1, 2].map((alertId) => ({ alertId, event: 'fired' as const }));
    world.put(hook(), { alerts: alerts.slice(0, 1), message: alertsMessage([anAlert({ id: 1 })]) });
    await world.deliver();
    status = 400;
    world.put(hook(), {
      alerts: [{ alertId: 1, event: 'reminder' }, ...alerts.slice(1)],
      message: alertsMessage([anAlert({ id: 1, event: 'reminder' }), anAlert({ id: 2 })]),
    });
    await world.deliver();
    status = 200;
    world.put(hook(), {
      alerts: [{ alertId: 1, event: 'resolved' }],
      message: alertsMessage([anAlert({ id: 1, event: 'resolved', state: 'resolved' })]),
    });
    await world.deliver();

    expect((await run(runDeliveriesRetry, { id: 2 })).out).toBe('2: delivered\n');
    const { data } = JSON.parse(hooks.received.at(-1)?.body ?? '') as AlertsMessage;
    expect(data.alerts.map(({ id, event }) => [id, event])).toEqual([[2, 'fired']]);
    expect(data.summary).toEqual([{ rule: 'breakout', fired: 1, reminders: 0, resolved: 0 }]);
  });

  it('writes a message anew for what its channel is today', async () => {
    await die();
    status = 200;
    world.deps.channels = [makeHook(hooks.url, { format: 'slack' })];
    expect((await run(runDeliveriesRetry, { id: 1 })).out).toBe('1: delivered\n');
    expect(JSON.parse(hooks.received.at(-1)?.body ?? '')).toHaveProperty('blocks');

    status = 400;
    world.put(makeHook(hooks.url, { format: 'discord' }));
    world.deps.channels = [makeHook(hooks.url, { format: 'discord' })];
    await world.deliver();
    world.deps.channels = [makeMail({ name: 'hook', to: ['ana@example.com', 'bo@example.com'] })];
    expect(await run(runDeliveriesRetry, { id: 2 })).toMatchObject({
      code: 0,
      out: '3: delivered\n4: delivered\n',
    });
    expect(mails.mails.map(({ to }) => to)).toEqual([['ana@example.com'], ['bo@example.com']]);
  });

  it('does not repeat what was delivered', async () => {
    world.put(hook());
    await world.deliver();

    expect((await run(runDeliveriesRetry, { id: 1, force: true })).out).toBe(
      '1: not retried: it was delivered\n',
    );
    expect(hooks.received).toHaveLength(1);
  });

  it.each([[{}], [{ id: 1, allDead: true }]])(
    'wants one delivery or all dead ones, not %j',
    async (args) => {
      await expect(run(runDeliveriesRetry, args)).rejects.toMatchObject({ code: 'usage' });
    },
  );
});

describe('tidemark channels test', () => {
  it('sends through the renderer and transport of real messages, to every recipient, and leaves no row', async () => {
    const { code, out } = await run(runChannelsTest, { name: 'mail' });

    expect({ code, out }).toEqual({
      code: 0,
      out: 'delivered to mail (ana@example.com)\ndelivered to mail (bo@example.com)\n',
    });
    expect(mails.mails.map(({ to }) => to)).toEqual([['ana@example.com'], ['bo@example.com']]);
    expect(mails.mails[0]?.raw).toContain('Subject: Tidemark: test of the channel mail');
    expect(world.rows()).toEqual([]);
  });

  it('tells what went wrong, with the answer', async () => {
    status = 403;
    const { code, out } = await run(runChannelsTest, { name: 'hook' });

    expect({ code, out }).toEqual({
      code: 1,
      out: 'not delivered to hook: unauthorised: the receiver does not accept us (HTTP 403)\n  the answer: said so\n',
    });
  });

  it('reports a partial success as such', async () => {
    mails.script.recipient = (address) =>
      address === 'bo@example.com' ? { code: 550, text: 'no' } : null;
    expect((await run(runChannelsTest, { name: 'mail' })).code).toBe(3);
  });

  it('suggests the channel that was meant', async () => {
    await expect(run(runChannelsTest, { name: 'hok' })).rejects.toMatchObject({
      code: 'not_found',
      hint: 'did you mean hook?',
    });
  });

  it('enables a disabled channel once it gets through, and tells who heard of the trouble', async () => {
    status = 410;
    world.put(hook());
    await world.deliver();
    expect((await run(runChannelsTest, { name: 'hook' })).code).toBe(1);
    expect((await run(runDeliveriesRetry, { id: 1 })).out).toBe(
      '1: not retried: the channel hook is disabled; tidemark channels test hook enables it\n',
    );

    status = 200;
    await world.clock.advance(HOUR_MS);
    const { code, err } = await run(runChannelsTest, { name: 'hook' });
    expect({ code, err }).toEqual({
      code: 0,
      err: 'The channel hook is enabled again. 1 dead message: tidemark deliveries retry --all-dead\n',
    });
    expect((await run(runDeliveriesRetry, { allDead: true })).code).toBe(0);
    await world.deliver();
    expect(mails.mails.map(({ raw }) => /^Subject: (.*)/m.exec(raw)?.[1])).toEqual([
      'hook: trouble with the channel: disabled',
      'hook: trouble with the channel: disabled',
      'hook: the channel works again',
      'hook: the channel works again',
    ]);
  });
});
