import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/lib/text-width.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { digestBody } from '../../src/delivery/digest/webhook-body.ts';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import type { EmailContent } from '../../src/delivery/render/email-content.ts';
import { runDueDigests } from '../../src/digest/run-due.ts';
import { DAY_MS, HOUR_MS } from '../../src/lib/clock.ts';
import type { DigestFigure, DigestMessage } from '../../src/message/digest.ts';
import { REGIONS } from '../../src/sandbox/regions.ts';
import { startReceiver } from '../delivery/http-receiver.ts';
import { makeHook, makeSmtp } from '../delivery/outbox-world.ts';
import { startSmtp } from '../delivery/smtp-receiver.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, fetchedList, makeRule, makeWatch, type World } from '../support/world.ts';
import { factsOf, makeDigest, messageOf, periodOfDays, takeDays } from './market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from './small-week.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Widths of PNGs are in their first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });
/** The page as it is read: without the escapes. */
const decoded = (html: string) =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
const cids = ({ html }: EmailContent) =>
  [...html.matchAll(/src="cid:([^"]+)"/g)].map(([, cid]) => cid);

/** What every mail keeps, whatever is in it. */
function expectSound(mail: EmailContent): void {
  expect(Buffer.byteLength(mail.html)).toBeLessThanOrEqual(80_000);
  expect(mail.pictures.length).toBeLessThanOrEqual(20);
  expect(cids(mail)).toEqual(mail.pictures.map(({ cid }) => cid));
  expect([...mail.subject].length).toBeLessThanOrEqual(78);
  expect(mail.text.split('\n').filter((line) => widthOf(line) > 72)).toEqual([]);
  for (const image of mail.html.matchAll(/<img[^>]*>/g)) expect(image[0]).toMatch(/ alt="[^"]+"/);
}

describe('one list of 500', () => {
  let world: World;
  let message: DigestMessage;
  let mail: EmailContent;
  beforeAll(async () => {
    world = makeSmallWorld({
      watches: [makeWatch({ depth: 500 })],
      rules: [makeRule({ name: 'breakout', when: 'rank_gain >= 40 and rank <= 200' })],
    });
    await takeDays(world, 0, 14, { 11: 'failed' });
    message = messageOf(factsOf(world, makeDigest({ detail: 'full' }), periodOfDays(7, 14)));
    mail = digestMail(message, 'team-mail');
  });
  afterAll(() => world.close());

  test('is a mail of at most 80 KB and 20 pictures, with text of 72 columns', () => {
    expectSound(mail);
    expect(mail.pictures.length).toBe(19);
  });

  test('its pictures are PNGs twice as large as they are shown', () => {
    const [chart, ...ranks] = mail.pictures.map(({ draw }) => sizeOf(draw()));
    expect(chart).toEqual({ width: 480, height: 616 });
    expect(new Set(ranks.map(({ width, height }) => `${width}x${height}`))).toEqual(
      new Set(['192x56']),
    );
  });

  test('what a picture shows is in its alternative text', () => {
    const rows = [
      ...message.data.climbers.rows.slice(0, 9),
      ...message.data.fallers.rows.slice(0, 9),
    ];
    const shown = rows.filter(({ ranks }) => ranks.filter((rank) => rank !== null).length > 1);
    const alts = [...mail.html.matchAll(/<img class="spark"[^>]*alt="([^"]+)"/g)].map(
      ([, alt]) => alt,
    );
    expect(alts).toEqual(
      shown.map(({ ranks }) => `ranks ${ranks.map((rank) => rank ?? '–').join(' ')}`),
    );
    const chart = message.data.watches[0]?.chart;
    const top = /<img class="bump"[^>]*alt="([^"]+)"/.exec(mail.html)?.[1] ?? '';
    for (const { product, ranks } of chart?.rows ?? [])
      expect(decoded(top)).toContain(
        `${product.name} ${ranks.map((rank) => rank ?? '–').join(' ')}`,
      );
  });

  test('both parts name the same products, in the same lists', () => {
    const { data } = message;
    for (const list of [
      data.climbers,
      data.fallers,
      data.entered,
      data.returned,
      data.left,
      data.records,
      data.streaks,
    ]) {
      for (const { product } of list.rows) {
        expect(mail.text).toContain(product.name);
        expect(decoded(mail.html)).toContain(product.name);
      }
    }
    for (const heading of [
      'Climbers',
      'Fallers',
      'New on the list',
      'Back on the list',
      'Left the list',
      'New best ranks',
      'Longest streaks',
      'Categories',
      'Totals',
      'Top 10',
    ]) {
      expect(mail.text).toContain(`\n${heading}`);
      expect(mail.html).toContain(`<h2>${heading}`);
    }
  });

  test('says its health before anything else, and why it came at the end', () => {
    const order = [
      '6 of 7 snapshots complete: 1 failed.',
      'Alerts: ',
      'Totals',
      'Top 10',
      'Climbers',
      'Fallers',
      'New on the list',
      'Back on the list',
      'Left the list',
      'New best ranks',
      'Longest streaks',
      'Categories',
      'You get this because',
      'To mute',
      'tidemark digest weekly --period',
    ];
    for (const part of [
      mail.text,
      mail.html
        .replace(/<div style="display:none.*?<\/div>/, '')
        .replace(/<span style="white-space:nowrap">(.*?)<\/span>/g, '$1'),
    ]) {
      const places = order.map((text) => part.indexOf(text));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  test('a top of 100 is cut to what fits, and counted', () => {
    const long = digestMail(
      messageOf(factsOf(world, makeDigest({ top: 100, detail: 'full' }), periodOfDays(7, 14))),
      'team-mail',
    );
    expectSound(long);
    const shown = /\nClimbers \((\d+)\)\n.*?\nand (\d+) more/s.exec(long.text);
    const rows = (
      long.text
        .split('\nClimbers (')[1]
        ?.split('\nFallers (')[0]
        ?.match(/^#\d+ +▲ from/gm) ?? []
    ).length;
    expect(rows).toBeGreaterThan(20);
    expect(Number(shown?.[1])).toBe(rows + Number(shown?.[2]));
  });

  test('is short by default: five rows of each section, the others counted', () => {
    const short = messageOf(factsOf(world, makeDigest(), periodOfDays(7, 14)));
    const { data } = short;
    const { text, html } = digestMail(short, 'team-mail');
    expectSound(digestMail(short, 'team-mail'));
    for (const [heading, list] of [
      ['Climbers', data.climbers],
      ['Fallers', data.fallers],
      ['New on the list', data.entered],
      ['Left the list', data.left],
      ['New best ranks', data.records],
    ] as const) {
      const [, block = ''] = text.split(`\n${heading} (${list.total})\n`);
      const [section = ''] = block.split('\n\n');
      expect(section.match(/^[#–]\S* +[▲▼] /gm), heading).toHaveLength(5);
      expect(section, heading).toMatch(new RegExp(`^and ${list.total - 5} more`, 'm'));
      expect(html).toContain(`and ${list.total - 5} more`);
    }
    expect(text).toContain('\nTop 5\n');
    expect((text.match(/^ {2}[▲▼•] .* · \d+ Jan$/gm) ?? []).length).toBeLessThanOrEqual(5);
    expect(text).toContain('tidemark digest weekly --period 2026-01-15T08:00:00Z --full');
    // Programs get all that `top` says.
    expect(data.climbers.rows).toHaveLength(20);
    expect(data.detail).toBe('short');
  });

  test('as it was written by an earlier version it is shown in full', () => {
    const { detail: _detail, ...data } = message.data;
    expect(digestMail({ ...message, data }, 'team-mail').text).toBe(mail.text);
  });

  test('as a webhook it is at most 20 kB: pictures go first, then the ends of lists, whose totals stay', () => {
    const full = JSON.stringify(message).length;
    const body = digestBody(message, 20_000);
    expect(full).toBeGreaterThan(20_000);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    const { type, data } = JSON.parse(body) as DigestMessage;
    expect(type).toBe('digest.ready');
    expect(data.climbers.total).toBe(message.data.climbers.total);
    expect(data.climbers.rows.length).toBeGreaterThan(3);
    expect(data.climbers.rows.map(({ product }) => product.id)).toEqual(
      message.data.climbers.rows
        .slice(0, data.climbers.rows.length)
        .map(({ product }) => product.id),
    );
    expect(data.climbers.rows[0]?.ranks).toEqual([]);
    expect(JSON.parse(digestBody(message, 10_000_000))).toEqual(
      JSON.parse(JSON.stringify(message)),
    );
  });
});

describe('sixty watches', () => {
  let world: World;
  beforeAll(async () => {
    const watches = Array.from({ length: 60 }, (_, index) =>
      makeWatch({
        name: `list-${index}`,
        region: REGIONS[index % REGIONS.length] ?? 'US',
        timeScope: index % 2 === 0 ? 1 : 7,
        depth: 20 + index,
      }),
    );
    world = makeSmallWorld({ watches, rules: [makeRule({ when: 'rank_gain >= 3' })] });
    for (const day of [0, 1, 2, 3]) await takeDays(world, day, day);
  });
  afterAll(() => world.close());

  test('are one mail, with a row for each, charts of the first three, and the greatest news of all', () => {
    const message = messageOf(
      factsOf(
        world,
        makeDigest({ compare: { kind: 'ago', ms: 2 * DAY_MS, text: '2d' }, detail: 'full' }),
        periodOfDays(0, 3),
      ),
    );
    const mail = digestMail(message, 'team-mail');
    expectSound(mail);
    for (let index = 0; index < 60; index++)
      expect(mail.text).toMatch(new RegExp(`^list-${index} `, 'm'));
    expect(mail.text.match(/^Top 10 of /gm)).toHaveLength(3);
    expect(mail.text).toContain('60 of 60 lists compared with those of Fri 2 Jan.');
    expect(
      (mail.text.split('\nClimbers (')[1]?.match(/^#\d+ +▲ from/gm) ?? []).length,
    ).toBeGreaterThan(1);
    expect(digestBody(message, 20_000).length).toBeLessThan(90_000);
  });
});

test('names from upstream stay text, and cannot break out of it', async () => {
  const world = makeSmallWorld();
  await takeSmallDays(world, 0, 7);
  const hostile = [
    `<script>alert(1)</script>`,
    `" onerror="x`,
    `\u202eevil\u0007\r\nBcc: x@example.com`,
    `cid:top-1@tidemark`,
    '[link](http://x) @everyone',
    '',
    'x'.repeat(5_000),
  ];
  await world.pass(
    dayAt(8),
    fetchedList([
      ...hostile.map((name, index) => ({
        id: `h${index}`,
        name,
        l1: '<b>l1</b>',
        l2: name,
        posts: 5_000 - index,
      })),
      { id: 'perfume', name: 'Perfume', posts: 7 },
    ]),
  );
  const message = messageOf(
    factsOf(
      world,
      makeDigest({ compare: { kind: 'ago', ms: DAY_MS, text: '1d' }, detail: 'full' }),
      periodOfDays(7, 8),
    ),
  );
  // Whatever the snapshot was judged to be: the rows are what a digest must survive.
  for (const [index, name] of hostile.entries())
    message.data.entered.rows.push({
      ...rowOf(message, index),
      product: { id: `h${index}`, name, category_l1: '<b>l1</b>', category_l2: name },
    });
  message.data.entered.total = hostile.length;
  message.data.quiet = false;
  const mail = digestMail(message, 'team-mail');
  expectSound(mail);
  expect(mail.html).not.toMatch(/<script|<b>l1| onerror="x/);
  expect(mail.html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
  expect(mail.text + mail.subject).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(mail.text).toContain('(no name)');
  expect(mail.text).not.toContain('x'.repeat(61));
  world.close();
});

const rowOf = (
  message: DigestMessage,
  index: number,
): DigestMessage['data']['entered']['rows'][number] & { posts: DigestFigure } => ({
  watch: 'us-daily',
  product: { id: '', name: '', category_l1: null, category_l2: null },
  status: 'new',
  rank: index + 1,
  rank_before: null,
  rank_gain: null,
  posts: { now: 5, before: null, pct: null, about_same: false },
  rank_best: 1,
  rank_best_before: null,
  slots_on_list: 1,
  streak: 0,
  last_seen: null,
  ranks: message.data.watches[0]?.chart?.slots.map(() => 3) ?? [],
});

describe('words', () => {
  test('a percentage on a tiny base is not told, and a difference within the rounding is about the same', async () => {
    const world = makeSmallWorld();
    await takeSmallDays(world);
    const { text } = digestMail(
      messageOf(
        factsOf(world, makeDigest({ detail: 'full' }), periodOfDays(LAST_DAY - 7, LAST_DAY)),
      ),
      'team-mail',
    );
    // 9,120 → 9,130 is one step of the third digit.
    expect(text).toContain('9.13k posts, about the same · Beauty & Personal Care › Skincare');
    expect(text).toContain('3.03k posts, +635\u00a0%');
    world.close();
    const small = makeSmallWorld();
    await small.pass(
      dayAt(0),
      fetchedList([
        { id: 'a', posts: 40 },
        { id: 'b', posts: 17 },
        { id: 'c', posts: 10 },
      ]),
    );
    await small.pass(
      dayAt(1),
      fetchedList([
        { id: 'b', posts: 52 },
        { id: 'a', posts: 40 },
        { id: 'c', posts: 10 },
      ]),
    );
    const tiny = digestMail(
      messageOf(factsOf(small, makeDigest({ compare: { kind: 'previous' } }), periodOfDays(0, 1))),
      'team-mail',
    );
    expect(tiny.text).toContain('52 posts, from 17');
    expect(tiny.text).not.toContain('%');
    small.close();
  });

  test('products that share a name are told apart by their categories', async () => {
    const world = makeSmallWorld();
    await takeSmallDays(world);
    const { text } = digestMail(
      messageOf(factsOf(world, makeDigest(), periodOfDays(LAST_DAY - 7, LAST_DAY))),
      'team-mail',
    );
    expect(text).toMatch(/#5 ▼ from #3 .*T-Shirts\n.*Women's Tops/);
    expect(text).toMatch(/#8 ▼ from #5 .*T-Shirts\n.*Men's Tops/);
    world.close();
  });
});

test('a digest that is due arrives by mail and webhook, over real servers', async () => {
  const [smtp, receiver] = await Promise.all([startSmtp(), startReceiver()]);
  const world = makeSmallWorld({
    rules: [],
    smtp: makeSmtp(smtp.url),
    channels: [
      { kind: 'email', name: 'mail', to: ['ana@example.com'] },
      makeHook(receiver.url),
      makeHook(receiver.url, { name: 'slack', format: 'slack' }),
    ],
    digests: [makeDigest({ schedule: '0 8 * * *', notify: ['mail', 'hook', 'slack'] })],
  });
  await takeSmallDays(world, 0, LAST_DAY - 1);
  runDueDigests({ db: world.db, config: world.config, clock: world.clock, log: SILENT });
  await takeSmallDays(world, LAST_DAY);
  const clock = manualClock(dayAt(LAST_DAY) + 2 * HOUR_MS, { auto: true });
  expect(runDueDigests({ db: world.db, config: world.config, clock, log: SILENT })).toBe(1);
  await deliverDue({
    db: world.db,
    channels: world.config.channels,
    smtp: world.config.smtp,
    timezone: 'UTC',
    clock,
    random: () => 0.5,
    log: SILENT,
  });

  const mail = await simpleParser(smtp.mails[0]?.raw ?? '');
  expect(smtp.mails).toHaveLength(1);
  expect(mail.subject).toBe('weekly: Perfume #6 → #1, 1 new, 2 left, Face Serum #1 → #2');
  expect(mail.text).toContain(
    'You get this because the digest weekly notifies the channel "mail".',
  );
  expect(
    mail.attachments.every(({ related, contentType }) => related && contentType === 'image/png'),
  ).toBe(true);
  expect(mail.attachments.length).toBeGreaterThan(3);
  const bodies = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(bodies.find((body) => 'type' in body)).toMatchObject({
    type: 'digest.ready',
    data: { digest: 'weekly', climbers: { total: 3 } },
  });
  expect(JSON.stringify(bodies.find((body) => 'blocks' in body))).toContain(
    'weekly: Perfume #6 → #1',
  );
  world.close();
  await Promise.all([smtp.close(), receiver.close()]);
});
