import { afterEach, describe, expect, it } from 'vitest';
import { runChannelsTest } from '../../src/commands/delivering/channels.ts';
import { runDeliveries, runDeliveriesRetry } from '../../src/commands/delivering/deliveries.ts';
import type { EmailChannel } from '../../src/config/channels/email.ts';
import { smtpFailure } from '../../src/delivery/channels/email/smtp-failure.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { startReceiver, type Receiver } from './http-receiver.ts';
import { makeIo } from './memory-io.ts';
import { makeHook, makeMail, makeOutbox, makeSmtp, type OutboxWorld } from './outbox-world.ts';
import { startSmtp, type SmtpReceiver, type Verdict } from './smtp-receiver.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const GONE = { code: 550, text: '5.1.1 no such user' };
const RELAY = { code: 550, text: '5.7.1 relay access denied' };

type Site = {
  world: OutboxWorld;
  mail: EmailChannel;
  mails: SmtpReceiver;
  others: Receiver;
  /** Makes a message and delivers what is due. */
  tell(): Promise<void>;
};

async function startSite(
  names: readonly string[],
  refuse: (name: string) => Verdict,
): Promise<Site> {
  const mails = await startSmtp({ recipient: (address) => refuse(address.split('@')[0] ?? '') });
  const others = await startReceiver();
  const mail = makeMail({ to: names.map((name) => `${name}@example.com`) });
  const hook = makeHook(others.url, { name: 'other' });
  const world = makeOutbox([mail, hook], { smtp: makeSmtp(mails.url) });
  open.push(mails, others, world);
  const tell = async () => {
    world.put(mail);
    await world.deliver();
    await world.deliver();
  };
  return { world, mail, mails, others, tell };
}

const statesOf = (world: OutboxWorld, name: string) =>
  world
    .rows()
    .filter(({ recipient }) => recipient.startsWith(`${name}@`))
    .map(({ state, reason }) => reason?.replace(/[: ].*/, '') ?? state);
const told = ({ others }: Site) =>
  others.received.map(
    ({ body }) =>
      (JSON.parse(body) as { data: { kind: string; state: string; text: string } }).data,
  );

describe('a refusal at RCPT TO', () => {
  it.each([
    ['550 5.1.1 no such user', 'recipient_refused'],
    ['550-5.1.1 no such user\n550 5.1.1 really', 'recipient_refused'],
    ['550 no such user', 'recipient_refused'],
    ['554 5.7.1 <ana@example.com>: Relay access denied', 'recipient_policy'],
    ['550 5.7.1 Unable to relay', 'recipient_policy'],
    ['550 relay not permitted', 'recipient_policy'],
    ['550 5.7.606 Access denied, banned sending IP', 'recipient_policy'],
    ['552 5.2.2 mailbox full', 'mailbox_full'],
    ['550 5.2.2 over quota', 'mailbox_full'],
    ['552 storage exceeded', 'mailbox_full'],
    ['550 5.2.1 mailbox disabled', 'recipient_refused'],
    ['450 4.2.2 mailbox full', 'recipient_deferred'],
  ])('of "%s" means %s', (response, failure) => {
    const thrown = Object.assign(new Error('refused'), {
      code: 'EENVELOPE',
      command: 'RCPT TO',
      responseCode: Number(response.slice(0, 3)),
      response,
    });
    expect(
      smtpFailure(thrown, { isStopped: false, isTimedOut: false, hadBegun: false }).failure,
    ).toBe(failure);
  });
});

describe('one recipient of several who is refused again and again', () => {
  it('gets no more mail after two refusals, which is told, and named', async () => {
    const site = await startSite(['ana', 'gone'], (name) => (name === 'gone' ? GONE : null));
    for (let message = 0; message < 3; message++) await site.tell();

    expect(statesOf(site.world, 'ana')).toEqual(['delivered', 'delivered', 'delivered']);
    expect(statesOf(site.world, 'gone')).toEqual([
      'recipient_refused',
      'recipient_refused',
      'suppressed',
    ]);
    expect(told(site)).toMatchObject([{ kind: 'recipient_suppressed', state: 'trouble' }]);
    expect(told(site)[0]?.text).toContain(
      'refused gone@example.com, a recipient of the channel "mail", 2 times in a row',
    );
    const io = makeIo();
    await runDeliveries(io, {}, site.world.deps);
    expect(io.err).toContain('No mail of mail goes to gone@example.com until Mon 2026-11-30');
  });

  it('is told to the other recipients where there is no other channel', async () => {
    const site = await startSite(['ana', 'gone'], (name) => (name === 'gone' ? GONE : null));
    site.world.deps.channels = [site.mail];
    for (let message = 0; message < 2; message++) await site.tell();

    const subjects = site.mails.mails.map(({ raw }) => /^Subject: (.*)/m.exec(raw)?.[1]);
    expect(subjects.at(-1)).toBe('mail: no more mail to a recipient that the server refuses');
    expect(site.mails.mails.every(({ to }) => to[0] === 'ana@example.com')).toBe(true);
  });

  it('gets mail again after a week', async () => {
    let isGone = true;
    const site = await startSite(['ana', 'bo'], (name) => (isGone && name === 'bo' ? GONE : null));
    for (let message = 0; message < 2; message++) await site.tell();
    isGone = false;
    await site.world.clock.advance(7 * DAY_MS - 1);
    await site.tell();
    await site.world.clock.advance(1);
    await site.tell();

    expect(statesOf(site.world, 'bo').slice(2)).toEqual(['suppressed', 'delivered']);
    await site.world.deliver();
    expect(told(site).map(({ state }) => state)).toEqual(['trouble', 'recovered']);
  });

  it('gets mail again when a test gets through', async () => {
    let isGone = true;
    const site = await startSite(['ana', 'bo'], (name) => (isGone && name === 'bo' ? GONE : null));
    for (let message = 0; message < 2; message++) await site.tell();
    isGone = false;
    const io = makeIo();
    expect(await runChannelsTest(io, { name: 'mail' }, site.world.deps)).toBe(0);
    expect(io.err).toContain('Mail goes to bo@example.com again. 2 dead messages: ');
    await site.tell();

    expect(statesOf(site.world, 'bo')).toEqual([
      'recipient_refused',
      'recipient_refused',
      'delivered',
    ]);
    expect(await runDeliveriesRetry(makeIo(), { allDead: true }, site.world.deps)).toBe(0);
    expect(statesOf(site.world, 'bo')).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('is not held against its address when the server refuses to relay, or its mailbox is full', async () => {
    let verdict: Verdict = RELAY;
    const site = await startSite(['ana', 'bo'], (name) => (name === 'bo' ? verdict : null));
    for (let message = 0; message < 3; message++) await site.tell();
    verdict = { code: 552, text: '5.2.2 mailbox full' };
    await site.tell();
    expect(statesOf(site.world, 'bo')).toEqual(Array(4).fill('pending'));

    verdict = null;
    await site.world.clock.advance(10 * MINUTE_MS);
    await site.world.deliver();
    expect(statesOf(site.world, 'bo')).toEqual(Array(4).fill('delivered'));
    expect(told(site)).toEqual([]);
  });
});

describe('a mail server that refuses every recipient', () => {
  it.each([
    ['as it relays for nobody', RELAY],
    ['as it knows none of them', GONE],
  ])(
    '%s is the trouble of the channel: nothing is lost, and nobody is suppressed',
    async (_, verdict) => {
      let isBroken = true;
      const site = await startSite(['ana', 'bo', 'cy'], () => (isBroken ? verdict : null));
      for (let day = 0; day < 2; day++) {
        await site.tell();
        for (let look = 0; look < 4; look++) {
          await site.world.clock.advance(31 * MINUTE_MS);
          await site.world.deliver();
        }
      }

      for (const name of ['ana', 'bo', 'cy'])
        expect(statesOf(site.world, name), name).toEqual(['pending', 'pending']);
      expect(told(site)).toMatchObject([{ kind: 'failing', state: 'trouble' }]);
      expect(told(site)[0]?.text).toContain('refuses every recipient');

      isBroken = false;
      await site.world.clock.advance(HOUR_MS);
      await site.world.deliver();
      await site.world.deliver();
      for (const name of ['ana', 'bo', 'cy'])
        expect(statesOf(site.world, name), name).toEqual(['delivered', 'delivered']);
      expect(told(site).map(({ state }) => state)).toEqual(['trouble', 'recovered']);
    },
  );

  it('is one that refuses the only one', async () => {
    let isBroken = true;
    const site = await startSite(['ana'], () => (isBroken ? GONE : null));
    for (let message = 0; message < 3; message++) await site.tell();
    expect(statesOf(site.world, 'ana')).toEqual(Array(3).fill('pending'));

    isBroken = false;
    await site.world.clock.advance(10 * MINUTE_MS);
    await site.world.deliver();
    expect(statesOf(site.world, 'ana')).toEqual(Array(3).fill('delivered'));
  });
});
