// The links of mails: where they lead, what they do, and what they never do by themselves.
import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import { enqueue } from '../../src/delivery/enqueue.ts';
import { readLink, signLink } from '../../src/delivery/signed-link.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import { runChannelsSubscribe } from '../../src/commands/delivering/subscriptions.ts';
import { listSilences } from '../../src/store/alerts/silences.ts';
import { listUnsubscribed } from '../../src/store/outbox/unsubscribed.ts';
import { deleteKey } from '../../src/store/web/keys.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { makeMail, makeSmtp } from '../delivery/outbox-world.ts';
import { startSmtp, type SmtpReceiver } from '../delivery/smtp-receiver.ts';
import { memoryIo } from '../support/memory-io.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

const URL_OF_PAGE = 'https://rank.example.com/tidemark';
const ONE_CLICK = 'List-Unsubscribe=One-Click';

let web: WebWorld;
let smtp: SmtpReceiver;
afterEach(async () => {
  web.close();
  await smtp.close();
});

/** A pass that three products fire in, told to two people by mail. */
async function tell(
  publicUrl: string | null = URL_OF_PAGE,
  overrides: Partial<Config> = {},
): Promise<void> {
  smtp = await startSmtp();
  const channel = makeMail({ to: ['ana@example.com', 'bo@example.com'] });
  const rule = makeRule({ name: 'top3', when: 'rank <= 3', onFirst: 'notify', notify: ['mail'] });
  web = makeWebWorld(
    { publicUrl },
    { rules: [rule], channels: [channel], smtp: makeSmtp(smtp.url), ...overrides },
  );
  await web.world.pass(dayAt(0), fetchedList(products(10)));
  await deliver();
}

async function deliver(): Promise<void> {
  const { db, clock } = web.world;
  const { channels, timezone, web: page } = web.world.config;
  const { log } = web.deps();
  await deliverDue({
    db,
    clock,
    channels,
    smtp: makeSmtp(smtp.url),
    timezone,
    publicUrl: page.publicUrl,
    random: () => 0.5,
    log,
  });
}

const mailTo = async (address: string, index = -1) =>
  simpleParser(smtp.mails.filter(({ to }) => to.includes(address)).at(index)?.raw ?? '');
type Mail = Awaited<ReturnType<typeof mailTo>>;

const linksIn = ({ html }: Mail): string[] =>
  [...String(html).matchAll(/href="([^"]+)"/g)].map(([, link = '']) =>
    link
      .replaceAll('&amp;', '&')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
  );
/** A link as a path of the app. */
const pathOf = (link: string): string => link.replace('https://rank.example.com', '');
async function linkOf(part: string, index = 0): Promise<string> {
  const all = linksIn(await mailTo('ana@example.com')).filter((link) => link.includes(part));
  return pathOf(all.at(index) ?? '');
}
const count = (table: string): number =>
  web.world.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

describe('a mail about alerts, where public_url is set', () => {
  test('leads to its list, each product and each alert, in both of its parts', async () => {
    await tell();
    const mail = await mailTo('ana@example.com');
    const links = linksIn(mail);
    expect(links.filter((link) => !link.startsWith(`${URL_OF_PAGE}/`))).toEqual([]);
    const paths = links.filter((link) => !/[?]t=/.test(link)).map(pathOf);
    const at = encodeURIComponent(new Date(dayAt(0)).toISOString());
    expect(paths).toContain(`/tidemark/watches/us-daily?at=${at}`);
    for (const id of [1, 2, 3]) expect(paths).toContain(`/tidemark/alerts/${id}`);
    const text = mail.text ?? '';
    for (const path of paths) expect(text).toContain(`https://rank.example.com${path}`);
    for (const path of paths) expect([path, (await web.ask(path)).status]).toEqual([path, 200]);
  });

  test('is the same, byte for byte, when it is tried again', async () => {
    await tell();
    const before = smtp.mails.map(({ raw }) => raw);
    const { db, clock } = web.world;
    db.raw.exec("UPDATE deliveries SET state = 'pending', payload = NULL");
    clock.jump(HOUR_MS);
    await deliver();
    expect(smtp.mails.slice(before.length).map(({ raw }) => raw)).toEqual(before);
  });

  test('is kept sealed, so that no query finds its links, and goes out again as it was', async () => {
    await tell();
    const { db, clock } = web.world;
    const before = smtp.mails.map(({ raw }) => raw);
    const kept = db.raw
      .prepare('SELECT payload, payload_kind AS kind FROM deliveries ORDER BY id')
      .all() as { payload: Buffer; kind: string }[];
    expect(kept.map(({ kind }) => kind)).toEqual(['email sealed', 'email sealed']);
    for (const { payload } of kept) {
      expect(payload.includes('rank.example.com')).toBe(false);
      expect(payload.includes('Subject:')).toBe(false);
    }
    const again = async () => {
      smtp.mails.splice(0);
      db.raw.exec("UPDATE deliveries SET state = 'pending'");
      clock.jump(HOUR_MS);
      await deliver();
      return smtp.mails.map(({ raw }) => raw);
    };
    expect(await again()).toEqual(before);
    // What cannot be read any more is written anew, and is the same.
    db.raw.exec("DELETE FROM web_keys WHERE purpose = 'payloads'");
    expect(await again()).toEqual(before);
    db.raw.exec('UPDATE deliveries SET payload = zeroblob(40)');
    expect(await again()).toEqual(before);
  });

  test('is shown on the page as it was sent, but for the links that act for its reader', async () => {
    await tell();
    const mail = await mailTo('ana@example.com');
    const frame = await web.ask('/tidemark/deliveries/1/body');
    const shown = await frame.text();
    const inFrame = linksIn({ html: shown } as Mail);
    const signed = linksIn(mail).filter((link) => link.includes('?t='));
    expect(signed.length).toBeGreaterThan(3);
    expect(inFrame.filter((link) => /[?&]t=/.test(link))).toEqual([]);
    expect(inFrame.some((link) => link.startsWith(`${URL_OF_PAGE}/silences?rule=top3`))).toBe(true);
    // Without links, pictures and where links open: the same text in the same markup.
    const bare = (html: string) =>
      html
        .replace('<base target="_blank">', '')
        .replace(/<a [^>]*>|<\/a>/g, '')
        .replace(/ src="[^"]*"/g, '')
        .replace(/<p [^>]*>Get no more of these alerts<\/p>/, '');
    expect(bare(shown)).toBe(bare(String(mail.html)));
    expect(frame.headers.get('content-security-policy')).toMatch(
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
    );
  });

  test('has none of this without public_url', async () => {
    await tell(null);
    const mail = await mailTo('ana@example.com');
    expect(linksIn(mail)).toEqual([]);
    expect(mail.text).not.toContain('http');
    expect(mail.headers.has('list-unsubscribe-post')).toBe(false);
    expect(count('web_keys')).toBe(0);
  });
});

describe('a link that mutes', () => {
  test('asks first, and mutes by a click of whoever holds it, once', async () => {
    await tell();
    const link = await linkOf('/mute', -1);
    const shown = await web.ask(link);
    expect(shown.status).toBe(200);
    const page = await shown.text();
    expect(page).toContain('<h1>Mute rule top3, watch us-daily?</h1>');
    expect(listSilences(web.world.db)).toEqual([]);
    for (let click = 0; click < 2; click++) {
      const done = await web.post(link, { days: '7' });
      expect(await done.text()).toContain('Muted: rule top3, watch us-daily');
    }
    expect(listSilences(web.world.db)).toMatchObject([
      {
        rule: 'top3',
        watch: 'us-daily',
        product: null,
        reason: 'by a link in a mail to ana@example.com',
        untilAt: web.world.clock.now() + 7 * DAY_MS,
      },
    ]);
  });

  test('of a product mutes that product, and nothing else', async () => {
    await tell();
    await web.post(await linkOf('/mute', 1), {});
    expect(listSilences(web.world.db)).toMatchObject([{ rule: null, watch: null, product: 'p2' }]);
  });

  test('works for who cannot log in, and shows them no more than it is for', async () => {
    const auth = {
      passwordHash: 'scrypt$1$1$1$aa$bb',
      viewerPasswordHash: null,
      header: null,
      operators: [],
      tokens: true,
    };
    await tell();
    const link = await linkOf('/mute', -1);
    web.deps().config.web.auth = auth;
    expect((await web.ask('/alerts')).status).toBe(303);
    const page = await (await web.ask(link)).text();
    expect(page).toContain('Mute rule top3');
    expect(page).not.toContain('href="/tidemark/alerts"');
    expect((await web.post(link, {})).status).toBe(200);
    expect((await web.post('/tidemark/silences', {})).status).toBe(401);
  });

  test('does nothing for a page of somebody else', async () => {
    await tell();
    const link = await linkOf('/mute');
    expect((await web.post(link, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect(listSilences(web.world.db)).toEqual([]);
  });

  test('holds only as it was signed, for its own use, and until it is revoked', async () => {
    await tell();
    const link = await linkOf('/mute');
    const unsubscribe = await linkOf('/unsubscribe');
    const [body = '', mac = ''] = link.split('t=')[1]?.split('.') ?? [];
    const forged = Buffer.from(
      Buffer.from(body, 'base64url').toString().replace('"p1"', 'null'),
    ).toString('base64url');
    for (const bad of [
      `/tidemark/mute?t=${forged}.${mac}`,
      `/tidemark/mute?t=${body}`,
      '/tidemark/mute',
      unsubscribe.replace('/unsubscribe', '/mute'),
      link.replace('/mute', '/unsubscribe'),
    ])
      expect([bad, (await web.post(bad, { wish: 'end' })).status]).toEqual([bad, 403]);
    expect((await web.ask(link)).status).toBe(200);
    deleteKey(web.world.db, 'links');
    expect((await web.ask(link)).status).toBe(403);
    expect(listSilences(web.world.db)).toEqual([]);
  });

  test('ends in its time, and one from a clock that was ahead never holds', async () => {
    await tell();
    const link = await linkOf('/mute');
    web.world.clock.jump(29 * DAY_MS);
    expect((await web.ask(link)).status).toBe(200);
    web.world.clock.jump(2 * DAY_MS);
    expect(await (await web.ask(link)).text()).toContain('past its time');
    web.world.clock.jump(-365 * DAY_MS);
    expect((await web.post(link, {})).status).toBe(403);
    expect(listSilences(web.world.db)).toEqual([]);
  });
});

describe('List-Unsubscribe', () => {
  test('is one click where the page has HTTPS, and a page that asks elsewhere', async () => {
    await tell();
    const { headers } = await mailTo('ana@example.com');
    expect(smtp.mails[0]?.raw).toContain(`List-Unsubscribe-Post: ${ONE_CLICK}`);
    const list = headers.get('list') as { unsubscribe?: { url?: string; mail?: string } };
    expect(list.unsubscribe?.url).toContain(`${URL_OF_PAGE}/unsubscribe?t=`);
    expect(list.unsubscribe?.mail).toContain('alerts@example.com');
    web.close();
    await smtp.close();
    await tell('http://rank.lan:8710');
    expect(smtp.mails[0]?.raw).not.toContain('List-Unsubscribe-Post');
    expect(smtp.mails[0]?.raw).toContain('<http://rank.lan:8710/unsubscribe?t=');
  });

  /** As a mail program does it: no cookie, no origin. */
  const click = async (link: string, body = ONE_CLICK) =>
    web.ask(link, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  test('ends the alerts for that recipient alone; who runs this is told, and can undo it', async () => {
    await tell();
    const link = await linkOf('/unsubscribe');
    expect((await web.ask(link)).status).toBe(200);
    expect((await click(link, 'something=else')).status).toBe(400);
    expect(count('unsubscribed')).toBe(0);
    expect((await click(link)).status).toBe(200);
    expect((await click(link)).status).toBe(200);
    expect(listUnsubscribed(web.world.db)).toMatchObject([
      { channel: 'mail', recipient: 'ana@example.com', topic: 'alerts' },
    ]);
    smtp.mails.splice(0);
    await deliver();
    await web.world.pass(dayAt(1), fetchedList(products(10).reverse()));
    await deliver();
    const got = smtp.mails.map(({ to, raw }) => [to[0], /^Subject: (.*)/m.exec(raw)?.[1]]);
    expect(got).toEqual([
      ['bo@example.com', 'mail: a recipient has unsubscribed'],
      ['bo@example.com', expect.stringContaining('us-daily')],
    ]);
    const told = await mailTo('bo@example.com', 0);
    expect(told.text).toContain('tidemark channels subscribe mail');
    const ended = web.world.db.raw
      .prepare("SELECT reason FROM deliveries WHERE state = 'cancelled'")
      .pluck()
      .get();
    expect(ended).toContain('has unsubscribed');

    const io = memoryIo();
    const deps = { ...web.deps(), channels: web.world.config.channels, timezone: 'UTC' };
    expect(runChannelsSubscribe(io, { name: 'mail', recipient: 'ana@example.com' }, deps)).toBe(0);
    expect(count('unsubscribed')).toBe(0);
    await web.world.pass(dayAt(2), fetchedList(products(10)));
    smtp.mails.splice(0);
    await deliver();
    expect(smtp.mails.map(({ to }) => to[0])).toContain('ana@example.com');
  });

  test('can be taken back by whoever did it, on the same page', async () => {
    await tell();
    const link = await linkOf('/unsubscribe');
    expect(await (await web.ask(link)).text()).toContain('No more of the alerts of the channel');
    expect(await (await web.post(link, { wish: 'end' })).text()).toContain('Get it again');
    expect(await (await web.post(link, { wish: 'again' })).text()).toContain('No more of it');
    expect(count('unsubscribed')).toBe(0);
  });

  test('of a digest ends that digest, and trouble is told to everybody still', async () => {
    await tell();
    const { db, clock, config } = web.world;
    const [channel] = config.channels;
    if (channel === undefined) throw new Error('no channel');
    const digest = makeDigest();
    const message = messageOf(factsOf(web.world, digest, periodOfDays(0, 1)));
    const send = (key: string) =>
      db.transaction(() => enqueue(db, { key, channel, message, now: clock.now() }));
    send('one');
    await deliver();
    const mail = await mailTo('ana@example.com');
    const [link = ''] = linksIn(mail).filter((one) => one.includes('/unsubscribe'));
    expect(linksIn(mail).some((one) => one.includes('/tidemark/watches/us-daily'))).toBe(true);
    expect((await click(pathOf(link))).status).toBe(200);
    expect(listUnsubscribed(db)).toMatchObject([{ topic: `digest ${digest.name}` }]);
    smtp.mails.splice(0);
    send('two');
    await deliver();
    const digests = smtp.mails.filter(({ raw }) => !raw.includes('has unsubscribed'));
    expect(digests.map(({ to }) => to[0])).toEqual(['bo@example.com']);
    // Its own news went to the other recipient, as there is no other channel.
    expect(smtp.mails.map(({ to }) => to[0])).not.toContain('ana@example.com');
  });
});

test('a signed link says what it was signed with, for any text', () => {
  const key = Buffer.alloc(32, 7);
  const link = {
    kind: 'mute',
    rule: 'a "rule", of\n€',
    watch: null,
    product: 'ผลิตภัณฑ์/../',
    recipient: "o'neil+x@example.com",
  } as const;
  const at = Date.parse('2026-11-23T11:00:41.000Z');
  const text = signLink(key, link, at);
  expect(text).toMatch(/^[\w.-]+$/);
  expect(readLink(key, text, at)).toEqual(link);
  expect(readLink(Buffer.alloc(32, 8), text, at)).toBe('unknown');
  expect(readLink(undefined, text, at)).toBe('unknown');
});
