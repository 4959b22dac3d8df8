import { afterEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { WebhookChannel } from '../../src/config/channels/webhook.ts';
import { runDispatcher } from '../../src/delivery/dispatch.ts';
import { makePlainPayload } from '../../src/delivery/payload.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startReceiver, type Receiver, type Reply } from './http-receiver.ts';
import { makeHook, makeMail, makeOutbox, makeSmtp, T0, type OutboxWorld } from './outbox-world.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';
import { startSmtp, type SmtpReceiver } from './smtp-receiver.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function receiver(reply?: Receiver['reply']): Promise<Receiver> {
  const started = await startReceiver(reply);
  open.push(started);
  return started;
}
async function mailServer(...args: Parameters<typeof startSmtp>): Promise<SmtpReceiver> {
  const started = await startSmtp(...args);
  open.push(started);
  return started;
}
function outbox(...args: Parameters<typeof makeOutbox>): OutboxWorld {
  const world = makeOutbox(...args);
  open.push(world);
  return world;
}

const always = (reply: Reply) => () => reply;
const states = (world: OutboxWorld) => world.rows().map(({ state }) => state);
const fired = (alertId: number) => ({ alerts: [{ alertId, event: 'fired' as const }] });
const resolved = (alertId: number) => ({
  message: alertsMessage([anAlert({ id: alertId, event: 'resolved', state: 'resolved' })]),
  alerts: [{ alertId, event: 'resolved' as const }],
});

describe('a delivery', () => {
  it('is sent once, and its attempt is recorded', async () => {
    const hooks = await receiver();
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook);

    expect(await world.deliver()).toMatchObject({ delivered: 1 });
    expect(await world.deliver()).toMatchObject({ delivered: 0 });

    expect(hooks.received).toHaveLength(1);
    expect(hooks.received[0]?.headers['webhook-id']).toBe(world.rows()[0]?.message_id);
    expect(world.rows()).toMatchObject([
      { state: 'delivered', attempts: 1, reason: null, lease_owner: null },
    ]);
    expect(world.attempts()).toEqual([
      {
        id: 1,
        delivery_id: 1,
        number: 1,
        started_at: T0,
        ended_at: T0,
        outcome: 'delivered',
        status_code: 204,
        reason: null,
        excerpt: null,
      },
    ]);
  });

  it('that fails is tried again on its schedule, with the same bytes under the same id, signed anew', async () => {
    const hooks = await receiver((_, index) =>
      index < 2 ? { status: 503, body: 'deploying' } : { status: 200 },
    );
    const hook = makeHook(hooks.url, {
      secrets: [makeSecret(`whsec_${Buffer.alloc(32, 1).toString('base64')}`)],
    });
    const world = outbox([hook]);
    world.put(hook);

    await world.deliver();
    expect(world.rows()).toMatchObject([{ state: 'pending', next_attempt_at: T0 + 5_250 }]);
    await world.deliver();
    expect(hooks.received, 'nothing is due yet').toHaveLength(1);
    await world.clock.advance(10 * SECOND_MS);
    await world.deliver();
    await world.clock.advance(10 * MINUTE_MS);
    await world.deliver();

    expect(states(world)).toEqual(['delivered']);
    expect(new Set(hooks.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(hooks.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(hooks.received.map(({ headers }) => headers['webhook-signature'])).size).toBe(3);
    expect(world.attempts()).toMatchObject([
      {
        number: 1,
        outcome: 'retry',
        status_code: 503,
        reason: 'server_error: the receiver has an error of its own (HTTP 503)',
        excerpt: 'deploying',
      },
      { number: 2, outcome: 'retry' },
      { number: 3, outcome: 'delivered', status_code: 200 },
    ]);
  });

  it('keeps its bytes though what they were made from has changed', async () => {
    const mails = await mailServer({
      data: (_, index) => (index === 0 ? { code: 451, text: 'later' } : null),
    });
    const mail = makeMail();
    const world = outbox([mail], { smtp: makeSmtp(mails.url) });
    world.put(mail);
    await world.deliver();

    world.deps.timezone = 'Asia/Tokyo';
    await world.clock.advance(5 * MINUTE_MS);
    await world.deliver();

    expect(mails.mails).toHaveLength(2);
    expect(mails.mails[1]?.raw).toBe(mails.mails[0]?.raw);
    expect(mails.mails[0]?.raw).toContain(
      `Message-ID: <${world.rows()[0]?.message_id}@example.com>`,
    );
  });

  it('that the receiver refuses is dead at once, with the reason', async () => {
    const hooks = await receiver(always({ status: 422, body: 'no such field' }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook);

    await world.deliver();

    expect(world.rows()).toMatchObject([
      { state: 'dead', reason: 'refused: the receiver refuses this message (HTTP 422)' },
    ]);
    expect(world.attempts()).toMatchObject([{ outcome: 'rejected', excerpt: 'no such field' }]);
  });

  it('is not sent when its time has passed', async () => {
    const hooks = await receiver();
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook);
    await world.clock.advance(3 * DAY_MS);

    expect(await world.deliver()).toMatchObject({ expired: 1, delivered: 0 });
    expect(hooks.received).toEqual([]);
    expect(world.rows()).toMatchObject([
      { state: 'expired', reason: 'not delivered in its time: old news is not sent' },
    ]);
  });

  it('that cannot be rendered is a dead letter, and not a crash loop', async () => {
    const mail = makeMail();
    const world = outbox([mail], { smtp: null });
    world.put(mail);

    expect(await world.deliver()).toMatchObject({ dead: 1 });
    expect(world.rows()).toMatchObject([
      { state: 'dead', reason: 'not rendered: an e-mail channel needs the `smtp` section' },
    ]);
    expect(world.logged).toMatchObject([
      { level: 'error', message: 'a message could not be rendered' },
      { level: 'info', message: 'delivery dead' },
    ]);
  });

  it('to a channel or recipient that the config no longer names is ended by the daemon', async () => {
    const mails = await mailServer();
    const gone = makeHook('http://127.0.0.1:9', { name: 'gone' });
    const mail = makeMail({ to: ['ana@example.com', 'left@example.com'] });
    const world = outbox([gone, mail], { smtp: makeSmtp(mails.url) });
    world.put(gone);
    world.put(mail);
    world.deps.channels = [makeMail({ to: ['ana@example.com'] })];

    await runDaemonOnce(world);

    expect(world.rows().map(({ state, reason }) => [state, reason])).toEqual([
      ['dead', 'channel_removed: it is not in the config'],
      ['delivered', null],
      ['cancelled', 'the recipient is no longer in the config'],
    ]);
    expect(mails.mails.map(({ to }) => to)).toEqual([['ana@example.com']]);
  });

  it('is left to the daemon by a command whose config does not name its channel or recipient', async () => {
    const mails = await mailServer();
    const other = makeHook('http://127.0.0.1:9', { name: 'other' });
    const mail = makeMail({ to: ['left@example.com', 'ana@example.com'] });
    const world = outbox([other, mail], { smtp: makeSmtp(mails.url) });
    world.put(other);
    world.put(mail);
    const whole = world.deps.channels;
    world.deps.channels = [makeMail({ to: ['ana@example.com'] })];

    expect(await world.deliver()).toMatchObject({ delivered: 1, dead: 0, cancelled: 0 });
    expect(states(world)).toEqual(['pending', 'pending', 'delivered']);

    world.deps.channels = whole;
    await world.deliver();
    expect(states(world).slice(1)).toEqual(['delivered', 'delivered']);
  });
});

/** The dispatcher of the daemon, for as long as it takes to send what is due. */
async function runDaemonOnce(world: OutboxWorld): Promise<void> {
  const clock = manualClock(world.clock.now());
  const stop = new AbortController();
  const running = runDispatcher({ ...world.deps, clock }, stop.signal);
  await clock.advance(SECOND_MS);
  await expect.poll(() => states(world).includes('sending'), { timeout: 8_000 }).toBe(false);
  stop.abort();
  await running;
}

describe('a channel that is edited while messages wait', () => {
  const down = () => always({ status: 503 });

  it.each([
    ['standard', 'slack'],
    ['slack', 'discord'],
    ['discord', 'teams'],
    ['teams', 'standard'],
  ] as const)(
    'from %s to %s gets them in its new format, under their old ids',
    async (from, to) => {
      const hooks = await receiver(down());
      const world = outbox([makeHook(hooks.url, { format: from })]);
      world.put(makeHook(hooks.url, { format: from }));
      await world.deliver();
      hooks.reply = always({ status: 200 });
      const edited = makeHook(hooks.url, { format: to });
      world.deps.channels = [edited];
      world.put(edited);
      await world.clock.advance(MINUTE_MS);
      await world.deliver();

      const [old, anew, fresh] = hooks.received;
      expect(anew?.headers['webhook-id']).toBe(old?.headers['webhook-id']);
      expect(anew?.body).not.toBe(old?.body);
      expect(anew?.body, 'as one that was made for it').toBe(fresh?.body);
      expect(states(world)).toEqual(['delivered', 'delivered']);
    },
  );

  it('from mail to a webhook gets each once, in order, as JSON', async () => {
    const hooks = await receiver();
    const mails = await mailServer({ sender: () => ({ code: 451, text: 'later' }) });
    const mail = makeMail({ name: 'team', to: ['ana@example.com', 'bo@example.com'] });
    const world = outbox([mail], { smtp: makeSmtp(mails.url) });
    world.put(mail, fired(1));
    world.put(mail, resolved(1));
    await world.deliver();
    expect(states(world), 'rendered as mail').toEqual(Array(4).fill('pending'));

    world.deps.channels = [makeHook(hooks.url, { name: 'team' })];
    await world.clock.advance(10 * MINUTE_MS);
    await world.deliver();

    expect(mails.mails).toEqual([]);
    expect(hooks.received.map(({ body }) => (JSON.parse(body) as AlertsMessage).type)).toEqual([
      'alerts.fired',
      'alerts.resolved',
    ]);
    expect(world.rows().map(({ state, recipient }) => [recipient, state])).toEqual([
      ...['ana', 'bo', 'ana', 'bo'].map((name) => [`${name}@example.com`, 'cancelled']),
      ['', 'delivered'],
      ['', 'delivered'],
    ]);
    expect(world.rows()[0]?.reason).toBe('readdressed: the channel is a webhook now');
  });

  it('from a webhook to mail sends them to everybody, and back again to the webhook', async () => {
    const hooks = await receiver(down());
    const mails = await mailServer({ sender: () => ({ code: 451, text: 'later' }) });
    const hook = makeHook(hooks.url, { name: 'team' });
    const world = outbox([hook], { smtp: makeSmtp(mails.url) });
    world.put(hook);
    await world.deliver();
    world.deps.channels = [makeMail({ name: 'team', to: ['ana@example.com', 'bo@example.com'] })];
    await world.clock.advance(MINUTE_MS);
    await world.deliver();
    expect(states(world)).toEqual(['cancelled', 'pending', 'pending']);

    world.deps.channels = [hook];
    hooks.reply = always({ status: 200 });
    await world.clock.advance(10 * MINUTE_MS);
    await world.deliver();
    expect(states(world)).toEqual(['delivered', 'cancelled', 'cancelled']);
    expect(JSON.parse(hooks.received.at(-1)?.body ?? '')).toMatchObject({ type: 'alerts.fired' });
    expect(mails.mails).toEqual([]);
  });
});

describe('a lease', () => {
  it('that ran out gives the delivery to somebody else, and what the first then says changes nothing', async () => {
    const asked: (() => void)[] = [];
    const hooks = await receiver(
      () => new Promise<Reply>((resolve) => asked.push(() => resolve({ status: 200 }))),
    );
    const hook = makeHook(hooks.url);
    const first = outbox([hook]);
    first.put(hook);
    const slow = first.deliver();
    await expect.poll(() => asked.length).toBe(1);
    await first.clock.advance(61 * SECOND_MS);

    const second = first.deliver();
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.();
    expect(await second).toMatchObject({ delivered: 1 });
    const after = first.rows();
    asked[0]?.();

    expect(await slow).toMatchObject({ lost: 1, delivered: 0 });
    expect(first.rows()).toEqual(after);
    expect(hooks.received[0]?.body).toBe(hooks.received[1]?.body);
  });
});

describe('order', () => {
  it('is kept per alert: nobody hears of a resolve before the firing got through', async () => {
    let isDown = true;
    const hooks = await receiver(() => ({ status: isDown ? 503 : 200 }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook, fired(1));
    world.put(hook, resolved(1));
    world.put(hook, fired(2));

    await world.deliver();
    expect(
      hooks.received.map(({ headers }) => headers['webhook-id']),
      'the resolve waits, the other alert does not',
    ).toEqual([world.rows()[0]?.message_id, world.rows()[2]?.message_id]);

    isDown = false;
    await world.clock.advance(MINUTE_MS);
    await world.deliver();
    expect(hooks.received.slice(2).map(({ headers }) => headers['webhook-id'])).toEqual(
      world.rows().map(({ message_id }) => message_id),
    );
  });

  it('does not bind different channels or recipients', async () => {
    const [down, up] = [await receiver(always({ status: 503 })), await receiver()];
    const [bad, good] = [makeHook(down.url, { name: 'bad' }), makeHook(up.url, { name: 'good' })];
    const world = outbox([bad, good]);
    for (const channel of [bad, good]) {
      world.put(channel, fired(1));
      world.put(channel, resolved(1));
    }

    await world.deliver();

    expect(states(world)).toEqual(['pending', 'pending', 'delivered', 'delivered']);
  });

  it('cancels a resolve whose firing never got through', async () => {
    const hooks = await receiver((_, index) => ({ status: index === 0 ? 400 : 200 }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook, fired(1));
    world.put(hook, resolved(1));

    expect(await world.deliver()).toMatchObject({ dead: 1, cancelled: 1 });
    expect(world.rows()[1]).toMatchObject({
      state: 'cancelled',
      reason: 'nobody was told that it fired',
    });
    expect(hooks.received).toHaveLength(1);
  });

  it('leaves a resolve out whose firing never got through, and tells the other news', async () => {
    const hooks = await receiver((_, index) => ({ status: index === 0 ? 400 : 200 }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    world.put(hook, fired(1));
    world.put(hook, {
      alerts: [
        { alertId: 1, event: 'resolved' },
        { alertId: 2, event: 'fired' },
      ],
      message: alertsMessage([
        anAlert({ id: 1, state: 'resolved', event: 'resolved' }),
        anAlert({
          id: 2,
          product: { id: '7', name: 'Soap', category_l1: null, category_l2: null },
        }),
      ]),
    });

    expect(await world.deliver()).toMatchObject({ dead: 1, delivered: 1 });
    const { data } = JSON.parse(hooks.received[1]?.body ?? '') as AlertsMessage;
    expect(data.alerts.map(({ id, event }) => [id, event])).toEqual([[2, 'fired']]);
    expect(data.summary).toEqual([{ rule: 'breakout', fired: 1, reminders: 0, resolved: 0 }]);
  });

  it('leaves it out of the short form that a chat gets, too', async () => {
    const hooks = await receiver((_, index) => ({ status: index < 3 ? 400 : 200 }));
    const chat = makeHook(hooks.url, { format: 'discord' });
    const world = outbox([chat]);
    const news = anAlert({
      id: 2,
      product: { id: '7', name: 'Soap', category_l1: null, category_l2: null },
    });
    world.put(chat, fired(1));
    world.put(chat, {
      alerts: [
        { alertId: 1, event: 'resolved' },
        { alertId: 2, event: 'fired' },
      ],
      message: alertsMessage([anAlert({ id: 1, state: 'resolved', event: 'resolved' }), news]),
    });

    await world.deliver();
    await world.clock.advance(MINUTE_MS);
    await world.deliver();

    expect(states(world)).toEqual(['dead', 'delivered']);
    expect(hooks.received[3]?.body).toBe(
      makePlainPayload(alertsMessage([news]), chat, {
        timezone: 'UTC',
        ranks: new Map(),
      })?.toString(),
    );
  });
});

describe('isolation', () => {
  it('keeps a channel that hangs from delaying another', async () => {
    const hanging = await receiver(always('hang'));
    const healthy = await receiver();
    const [bad, good] = [
      makeHook(hanging.url, { name: 'bad' }),
      makeHook(healthy.url, { name: 'good' }),
    ];
    const world = outbox([bad, good], { timeoutMs: 2_000 });
    world.put(bad);
    for (let message = 0; message < 5; message++) world.put(good);

    const round = world.deliver();
    await expect.poll(() => healthy.received.length).toBe(5);
    expect(states(world)).toEqual([
      'sending',
      'delivered',
      'delivered',
      'delivered',
      'delivered',
      'delivered',
    ]);
    await round;

    expect(world.attempts().find(({ delivery_id }) => delivery_id === 1)).toMatchObject({
      outcome: 'retry',
      reason: 'timeout: no complete answer in time (2 s)',
    });
  });

  it('sends one message of a channel at a time, and eight at once over all channels', async () => {
    let underWay = 0;
    let most = 0;
    const hooks = await receiver(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return { status: 200 };
    });
    const channels = Array.from({ length: 12 }, (_, index) =>
      makeHook(hooks.url, { name: `hook-${index}` }),
    );
    const world = outbox(channels);
    for (const channel of channels)
      for (let message = 0; message < 2; message++) world.put(channel);

    expect(await world.deliver()).toMatchObject({ delivered: 24 });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('lets one refused recipient of five keep nobody else from the mail', async () => {
    const mails = await mailServer({
      recipient: (address) =>
        address === 'c@example.com' ? { code: 550, text: 'no such user' } : null,
    });
    const mail = makeMail({ to: ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`) });
    const world = outbox([mail], { smtp: makeSmtp(mails.url) });
    world.put(mail);

    await world.deliver();

    expect(mails.mails.map(({ to }) => to)).toEqual([
      ['a@example.com'],
      ['b@example.com'],
      ['d@example.com'],
      ['e@example.com'],
    ]);
    expect(world.rows()[2]).toMatchObject({
      state: 'dead',
      reason: 'recipient_refused: the mail server refuses this recipient (SMTP 550 at RCPT TO)',
    });
  });
});

describe('pace', () => {
  it.each([
    ['slack', 1_000],
    ['discord', 2_000],
    ['teams', 250],
  ] as const)('of %s is one message in %i ms', async (format, spacingMs) => {
    const hooks = await receiver();
    const hook = makeHook(hooks.url, { format });
    const world = outbox([hook]);
    for (let message = 0; message < 3; message++) world.put(hook);

    await world.deliver();

    expect(world.attempts().map(({ started_at }) => started_at - T0)).toEqual([
      0,
      spacingMs,
      2 * spacingMs,
    ]);
  });

  it('of a receiver that asks to slow down holds all messages of its channel, and no others', async () => {
    const [slow, other] = [
      await receiver((_, index) =>
        index === 0 ? { status: 429, headers: { 'retry-after': '120' } } : { status: 200 },
      ),
      await receiver(),
    ];
    const [hook, free] = [makeHook(slow.url), makeHook(other.url, { name: 'free' })];
    const world = outbox([hook, free]);
    for (const channel of [hook, hook, free]) world.put(channel);

    await world.deliver();
    await world.clock.advance(119 * SECOND_MS);
    await world.deliver();
    expect([slow.received.length, other.received.length]).toEqual([1, 1]);
    // Above Retry-After there is jitter of up to 10 %.
    await world.clock.advance(14 * SECOND_MS);
    await world.deliver();
    expect(states(world)).toEqual(['delivered', 'delivered', 'delivered']);
  });
});

/** Lives through simulated time as the daemon does: looks at what is due, whenever something is. */
async function liveUntil(world: OutboxWorld, endAt: number): Promise<void> {
  for (;;) {
    await world.deliver();
    // A channel that is held tries with its oldest message, due or not.
    const next = world.db.raw
      .prepare(
        `SELECT min(coalesce(h.held_until_at, d.next_attempt_at)) FROM deliveries d
          LEFT JOIN channel_health h ON h.channel = d.channel
        WHERE d.state = 'pending' AND coalesce(h.held_until_at, d.next_attempt_at) > ?`,
      )
      .pluck()
      .get(world.clock.now()) as number | null;
    if (next === null || next > endAt)
      return void (await world.clock.advance(endAt - world.clock.now()));
    await world.clock.advance(next - world.clock.now());
  }
}

describe('a receiver that is down', () => {
  const isTrouble = (message: string) => message.includes('channel.trouble');

  it('for 20 hours gets everything, each alert in order, once it is back', async () => {
    let isDown = true;
    const hooks = await receiver(() => (isDown ? 'reset' : { status: 200 }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    for (let hour = 0; hour < 20; hour++) {
      world.put(hook, fired(hour + 1));
      if (hour >= 3) world.put(hook, resolved(hour - 2));
      await liveUntil(world, T0 + (hour + 1) * HOUR_MS);
    }
    const attempts = world.attempts().length;
    isDown = false;
    const before = hooks.received.length;
    await liveUntil(world, T0 + 40 * HOUR_MS);

    expect(states(world).every((state) => state === 'delivered')).toBe(true);
    const arrived = hooks.received.slice(before).map(({ headers }) => headers['webhook-id']);
    expect(new Set(arrived).size, 'each once').toBe(37);
    expect(arrived).toHaveLength(37);
    // In the order they were made: the oldest is the one that finds the receiver up again.
    expect(arrived).toEqual(world.rows().map(({ message_id }) => message_id));
    // The circuit breaker spared it: 37 messages with 6 attempts each would have been 222.
    expect(attempts).toBeLessThan(120);
  });

  it('is tried by the oldest message of all, whose own schedule that does not cost', async () => {
    let isDown = true;
    const hooks = await receiver(() => ({ status: isDown ? 503 : 200 }));
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    for (let message = 0; message < 4; message++) world.put(hook);
    await liveUntil(world, T0 + 30 * HOUR_MS);

    const { next_attempt_at: ownAt } = world.rows()[0] ?? { next_attempt_at: 0 };
    expect(ownAt, 'its own turn is hours away').toBeGreaterThan(world.clock.now() + HOUR_MS);
    const ofOldest = world.attempts().filter(({ delivery_id }) => delivery_id === 1);
    expect(ofOldest.filter(({ outcome }) => outcome === 'held').length).toBeGreaterThan(30);
    expect(ofOldest.filter(({ outcome }) => outcome === 'retry').length).toBeLessThan(9);

    isDown = false;
    const before = hooks.received.length;
    await liveUntil(world, T0 + 31 * HOUR_MS);
    expect(hooks.received.slice(before).map(({ headers }) => headers['webhook-id'])).toEqual(
      world.rows().map(({ message_id }) => message_id),
    );
  });

  it('is tried by one process of three, and by no other until that has ended', async () => {
    let answer = (_reply: Reply) => {};
    let isDown = true;
    const hooks = await receiver(() =>
      isDown ? { status: 503 } : new Promise<Reply>((resolve) => (answer = resolve)),
    );
    const hook = makeHook(hooks.url);
    const world = outbox([hook]);
    for (let message = 0; message < 6; message++) world.put(hook);
    await world.deliver();
    expect(hooks.received, 'the circuit is open').toHaveLength(5);
    isDown = false;
    await world.clock.advance(10 * MINUTE_MS);

    const rounds = [world.deliver(), world.deliver(), world.deliver()];
    await expect.poll(() => hooks.received.length, { timeout: 8_000 }).toBe(6);
    expect(await Promise.all(rounds.slice(1))).toMatchObject([{ delivered: 0 }, { delivered: 0 }]);
    expect(hooks.received).toHaveLength(6);

    hooks.reply = always({ status: 200 });
    answer({ status: 200 });
    expect(await rounds[0]).toMatchObject({ delivered: 6 });
  });

  it.each([
    ['refused the beginning', { status: 400 }],
    ['has not heard of the beginning yet', { status: 503 }],
  ])('that works again is no news for a channel that %s', async (_, verdict) => {
    let isDown = true;
    const hooks = await receiver(() => ({ status: isDown ? 500 : 200 }));
    const others = await receiver(always(verdict));
    const [hook, other] = [makeHook(hooks.url), makeHook(others.url, { name: 'other' })];
    const world = outbox([hook, other]);
    world.put(hook);
    await liveUntil(world, T0 + 3 * HOUR_MS);
    expect(others.received.length).toBeGreaterThan(0);
    isDown = false;
    others.reply = always({ status: 200 });
    const before = others.received.length;
    await liveUntil(world, T0 + 24 * HOUR_MS);

    expect(states(world)[0]).toBe('delivered');
    const heard = others.received
      .slice(before)
      .map(({ body }) => (JSON.parse(body) as { data: { state: string } }).data.state);
    // What waits is told late, with its end; what was taken back, or refused, without one.
    expect([[], ['trouble', 'recovered']]).toContainEqual(heard);
    if (verdict.status === 400) expect(heard).toEqual([]);
  });

  it('for an hour is told to another channel, once, and so is its recovery', async () => {
    let isDown = true;
    const [hooks, others] = [
      await receiver(() => ({ status: isDown ? 500 : 200 })),
      await receiver(),
    ];
    const [hook, other] = [makeHook(hooks.url), makeHook(others.url, { name: 'other' })];
    const world = outbox([hook, other]);
    world.put(hook);
    await liveUntil(world, T0 + 12 * HOUR_MS);
    expect(others.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      {
        type: 'channel.trouble',
        data: {
          subject: 'hook',
          kind: 'failing',
          state: 'trouble',
          since: '2026-11-23T11:00:41.120Z',
        },
      },
    ]);

    isDown = false;
    await liveUntil(world, T0 + 24 * HOUR_MS);
    expect(others.received).toHaveLength(2);
    expect(JSON.parse(others.received[1]?.body ?? '')).toMatchObject({
      data: { subject: 'hook', state: 'recovered' },
    });
  });

  it('for five days is disabled, and another channel is told how to enable it', async () => {
    const [hooks, others] = [await receiver(always({ status: 500 })), await receiver()];
    const [hook, other] = [makeHook(hooks.url), makeHook(others.url, { name: 'other' })];
    const world = outbox([hook, other]);
    for (let day = 0; day < 6; day++) {
      world.put(hook);
      await liveUntil(world, T0 + (day + 1) * DAY_MS);
    }

    expect(
      world.db.raw
        .prepare("SELECT disabled_at FROM channel_health WHERE channel = 'hook'")
        .pluck()
        .get(),
    ).toBeGreaterThanOrEqual(T0 + 5 * DAY_MS);
    expect(
      others.received.map(({ body }) => (JSON.parse(body) as { data: { kind: string } }).data.kind),
    ).toEqual(['failing', 'disabled']);
    expect(others.received[1]?.body).toContain('tidemark channels test hook');
    const attempts = hooks.received.length;
    world.put(hook);
    expect(world.rows().at(-1)).toMatchObject({
      state: 'dead',
      reason: 'channel_disabled: tidemark channels test hook',
    });
    await liveUntil(world, T0 + 8 * DAY_MS);
    expect(hooks.received, 'it is left alone').toHaveLength(attempts);
  });

  it('and says it is gone is disabled at once, with everything that waited', async () => {
    const [hooks, others] = [
      await receiver((_, index) => ({ status: index === 0 ? 500 : 410 })),
      await receiver(),
    ];
    const [hook, other] = [makeHook(hooks.url), makeHook(others.url, { name: 'other' })];
    const world = outbox([hook, other]);
    world.put(hook);
    world.put(hook);

    await world.deliver();

    expect(world.rows().slice(0, 2)).toMatchObject([
      {
        state: 'dead',
        reason: 'channel_disabled: gone: the receiver says it is gone for good (HTTP 410)',
      },
      { state: 'dead', reason: 'gone: the receiver says it is gone for good (HTTP 410)' },
    ]);
    expect(others.received).toHaveLength(1);
    expect(others.received[0]?.body).toContain('2 messages did not get through');
  });

  it('along with all others makes each tell of the other once, and no more', async () => {
    const [one, two] = [
      await receiver(always({ status: 500 })),
      await receiver(always({ status: 500 })),
    ];
    const channels = [makeHook(one.url, { name: 'one' }), makeHook(two.url, { name: 'two' })];
    const world = outbox(channels);
    for (const channel of channels) world.put(channel);

    await liveUntil(world, T0 + 3 * DAY_MS);

    const messages = world.db.raw
      .prepare('SELECT type FROM notifications')
      .pluck()
      .all() as string[];
    expect(messages.filter(isTrouble)).toHaveLength(2);
  });
});

describe('a mail server that does not let us in', () => {
  it('keeps messages pending, opens the circuit at once, and gets them all when the password is right', async () => {
    let isRight = false;
    const mails = await mailServer({
      login: () => (isRight ? null : { code: 535, text: 'bad credentials' }),
    });
    const mail = makeMail();
    const world = outbox([mail], {
      smtp: makeSmtp(mails.url.replace('://', '://user:hunter2hunter2@')),
    });
    for (let message = 0; message < 3; message++) world.put(mail);

    expect(await world.deliver()).toMatchObject({ held: 1 });
    await liveUntil(world, T0 + 10 * HOUR_MS);
    expect(states(world)).toEqual(['pending', 'pending', 'pending']);
    expect(world.attempts().every(({ outcome }) => outcome === 'held')).toBe(true);

    isRight = true;
    await liveUntil(world, T0 + 11 * HOUR_MS);
    expect(states(world)).toEqual(['delivered', 'delivered', 'delivered']);
  });
});

describe('a chat that refuses a message', () => {
  const chat = (url: string): WebhookChannel => makeHook(url, { format: 'slack' });

  it('gets it once more, reduced to what it is about', async () => {
    const hooks = await receiver((_, index) => ({
      status: index === 0 ? 400 : 200,
      body: 'invalid_blocks',
    }));
    const world = outbox([chat(hooks.url)]);
    world.put(chat(hooks.url));

    expect(await world.deliver()).toMatchObject({ retry: 1, delivered: 1 });
    expect(hooks.received[1]?.body.length).toBeLessThan(hooks.received[0]?.body.length ?? 0);
    expect(hooks.received[1]?.body).toContain('us-daily: Perfume up 28 to #12');
  });

  it('and its short form has no third try', async () => {
    const hooks = await receiver(always({ status: 400 }));
    const world = outbox([chat(hooks.url)]);
    world.put(chat(hooks.url));

    expect(await world.deliver()).toMatchObject({ retry: 1, dead: 1 });
    expect(hooks.received).toHaveLength(2);
  });
});

describe('the dispatcher of the daemon', () => {
  const start = (channels: readonly Channel[]) => {
    const world = outbox(channels);
    // Time moves only when told: a poll every simulated second would otherwise outrun the network.
    const clock = manualClock(T0);
    world.deps.clock = clock;
    const stop = new AbortController();
    return { world, clock, stop, running: runDispatcher(world.deps, stop.signal) };
  };

  it('sends what comes up while it runs, and stops', async () => {
    const hooks = await receiver();
    const hook = makeHook(hooks.url);
    const { world, clock, stop, running } = start([hook]);

    for (let message = 1; message <= 3; message++) {
      world.put(hook);
      await clock.advance(SECOND_MS);
      await expect.poll(() => hooks.received.length).toBe(message);
      await expect.poll(() => states(world).at(-1)).toBe('delivered');
    }
    stop.abort();
    await running;
    expect(clock.sleeping).toBe(0);
  });

  it('waits ten seconds for what is under way, then gives it back with its lease', async () => {
    const hooks = await receiver(always('hang'));
    const hook = makeHook(hooks.url);
    const { world, clock, stop, running } = start([hook]);
    world.put(hook);
    await clock.advance(SECOND_MS);
    await expect.poll(() => hooks.received.length).toBe(1);

    stop.abort();
    await clock.advance(9 * SECOND_MS);
    expect(states(world)).toEqual(['sending']);
    await clock.advance(2 * SECOND_MS);
    await running;

    expect(world.rows()).toMatchObject([{ state: 'pending', lease_owner: null }]);
    expect(world.attempts()).toMatchObject([
      { outcome: 'held', reason: 'stopped: Tidemark was stopped while sending' },
    ]);
  });

  it('lets what is under way finish when it is quick enough', async () => {
    let answer = () => {};
    const hooks = await receiver(
      () => new Promise<Reply>((resolve) => (answer = () => resolve({ status: 200 }))),
    );
    const hook = makeHook(hooks.url);
    const { world, clock, stop, running } = start([hook]);
    world.put(hook);
    await clock.advance(SECOND_MS);
    await expect.poll(() => hooks.received.length).toBe(1);

    stop.abort();
    answer();
    await running;

    expect(states(world)).toEqual(['delivered']);
  });

  it('survives a database that cannot be read for a while', async () => {
    const hooks = await receiver();
    const hook = makeHook(hooks.url);
    const { world, clock, stop, running } = start([hook]);
    world.put(hook);
    world.db.raw.exec('ALTER TABLE deliveries RENAME TO away');
    await clock.advance(SECOND_MS);
    expect(world.logged.at(-1)).toMatchObject({
      level: 'error',
      message: 'the outbox could not be read, and is read again',
    });

    world.db.raw.exec('ALTER TABLE away RENAME TO deliveries');
    await clock.advance(SECOND_MS);
    await expect.poll(() => hooks.received.length).toBe(1);
    await expect.poll(() => states(world)).toEqual(['delivered']);
    stop.abort();
    await running;
  });
});
