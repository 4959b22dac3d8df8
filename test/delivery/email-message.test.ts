import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/lib/text-width.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import type { Message } from '../../src/message/message.ts';
import { makeMail, makeSmtp, T0 } from './outbox-world.ts';
import { aChange, alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const RANKS = [48, 44, 46, null, 41, 43, 40, 12];
const LONG_NAME =
  'Hair Straighteners & Curling Irons With Interchangeable Ceramic Attachments and a Very Long Name';

const manyAlerts = (count: number, name = LONG_NAME) =>
  Array.from({ length: count }, (_, index) =>
    anAlert({
      id: index + 1,
      product: {
        id: `60${index}`,
        name: `${name} ${index}`,
        category_l1: 'Beauty & Personal Care',
        category_l2: 'Haircare & Styling Appliances',
      },
    }),
  );

const build = (
  message: Message,
  overrides: {
    messageId?: string;
    recipient?: string;
    ranks?: ReadonlyMap<string, readonly (number | null)[]>;
  } = {},
): Promise<Buffer> =>
  makePayload({
    message,
    channel: makeMail(),
    recipient: overrides.recipient ?? 'ana@example.com',
    messageId: overrides.messageId ?? 'msg_1',
    createdAt: T0,
    smtp: makeSmtp('smtp://127.0.0.1:9'),
    context: {
      timezone: 'America/New_York',
      ranks: overrides.ranks ?? new Map([['601583', RANKS]]),
    },
  });

const head = (raw: Buffer, name: string): string =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'm')
    .exec(raw.toString())?.[1]
    ?.replace(/\r\n\s+/g, ' ') ?? '';

const namedProduct = (name: string) => ({
  id: '1',
  name,
  category_l1: name,
  category_l2: null,
});

describe('a mail', () => {
  it('is text and HTML, with its pictures inside', async () => {
    const raw = (await build(alertsMessage())).toString();

    expect([...raw.matchAll(/^Content-Type: ([^;\r]+)/gm)].map(([, type]) => type)).toEqual([
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
    ]);
    expect(raw).toContain('Content-ID: <rank-1@tidemark>');
    const parsed = await simpleParser(raw, { skipImageLinks: true });
    expect(parsed.html).toContain('src="cid:rank-1@tidemark"');
    expect(parsed.attachments[0]?.content.subarray(1, 4).toString()).toBe('PNG');
    // Twice as many pixels as are shown.
    expect([
      parsed.attachments[0]?.content.readUInt32BE(16),
      parsed.attachments[0]?.content.readUInt32BE(20),
    ]).toEqual([264, 72]);
  });

  it('is the same, byte for byte, whenever it is built', async () => {
    expect(await build(alertsMessage(manyAlerts(5)))).toEqual(
      await build(alertsMessage(manyAlerts(5))),
    );
  });

  it('says in its head what machines ask', async () => {
    const raw = await build(alertsMessage());

    expect(head(raw, 'From')).toBe('Tidemark <alerts@example.com>');
    expect(head(raw, 'To')).toBe('ana@example.com');
    expect(head(raw, 'Subject')).toBe('us-daily: Perfume up 28 to #12');
    expect(head(raw, 'Message-ID')).toBe('<msg_1@example.com>');
    expect(head(raw, 'Date')).toBe('Mon, 23 Nov 2026 11:00:41 +0000');
    expect(head(raw, 'Auto-Submitted')).toBe('auto-generated');
    expect(head(raw, 'List-ID')).toBe('<mail.tidemark.example.com>');
    expect(head(raw, 'List-Unsubscribe')).toBe(
      '<mailto:alerts@example.com?subject=unsubscribe%20mail>',
    );
    // Without a public HTTPS form there is no one-click unsubscribe to promise.
    expect(head(raw, 'List-Unsubscribe-Post')).toBe('');
  });

  it('belongs to the thread of its rule and watch, whatever else it says', async () => {
    const root = async (message: Message) => head(await build(message), 'References');
    const today = await root(alertsMessage());

    expect(today).toMatch(/^<thread\.[0-9a-f]{24}@example\.com>$/);
    expect(head(await build(alertsMessage()), 'In-Reply-To')).toBe(today);
    expect(
      await root(
        alertsMessage(
          [
            anAlert({
              id: 98,
              product: { id: '1', name: 'Other', category_l1: null, category_l2: null },
            }),
          ],
          { slot_at: '2026-11-24T11:00:00.000Z' },
        ),
      ),
    ).toBe(today);
    expect(await root(alertsMessage([anAlert({ rule: 'top-10' })]))).not.toBe(today);
    expect(await root(alertsMessage([anAlert()], { watch: 'gb-daily' }))).not.toBe(today);
  });

  it.each([1, 20, 21, 200])(
    'about %i alerts has at most 20 pictures and less than 80 KB of HTML, and counts the others',
    async (count) => {
      const alerts = manyAlerts(count);
      const raw = await build(alertsMessage(alerts, { truncated: 7 }), {
        ranks: new Map(alerts.map(({ product }) => [product.id, RANKS])),
      });
      const { html, text, attachments } = await simpleParser(raw);

      expect(attachments).toHaveLength(Math.min(20, count));
      expect(Buffer.byteLength(html || '')).toBeLessThan(80_000);
      const more = `+${7 + Math.max(0, count - 20)} more: tidemark alerts`;
      expect(text).toContain(more);
      expect(html).toContain(more);
    },
  );

  it('breaks long words on a narrow screen, wherever they stand', async () => {
    const word = 'req_0123456789abcdef'.repeat(4);
    const mails = [
      troubleMessage({ text: `It answers ${word}.`, subject: word }),
      alertsMessage([anAlert({ rule: word, description: word, product: namedProduct(word) })]),
    ];
    for (const message of mails) {
      const { html } = await simpleParser(await build(message));
      const [, page = ''] = (html || '').split('<body');
      const around = [...page.matchAll(/<(h1|h2|p|td)\b([^>]*)>(?=[^<]*req_)/g)];
      expect(around.length).toBeGreaterThan(1);
      for (const [, tag, attributes] of around)
        expect(attributes, tag).toMatch(/word-break:break-word/);
    }
  });

  it('has lines of at most 72 columns in its text, commands included', async () => {
    const { text } = await simpleParser(await build(alertsMessage(manyAlerts(8))));

    expect((text ?? '').split('\n').filter((line) => widthOf(line) > 72)).toEqual([]);
  });
});

describe('both parts of a mail tell the same facts', () => {
  const LETTERS: { name: string; message: Message; facts: string[] }[] = [
    {
      name: 'a climb',
      message: alertsMessage(),
      facts: [
        'us-daily: 1 alert fired',
        'Top products of US over 1 day, 23 Nov 2026, 06:00 America/New_York.',
        'breakout',
        'Climbs 20 places into the top 100',
        'Fires when rank_gain >= 20 and rank <= 100',
        'Compared with 22 Nov 2026, 06:00, 1 day earlier',
        'Perfume',
        '#40 → #12, up 28',
        '9,100 → 11,500 (+26.4 %)',
        'Beauty & Personal Care › Makeup & Perfume · id 601583 · alert 97',
        'You get this because the rule breakout of us-daily tells the channel "mail".',
        'tidemark silence add --rule breakout --watch us-daily --until 7d --reason known',
        'tidemark silence add --product 601583 --until 7d --reason known',
        'tidemark alerts show 97',
      ],
    },
    {
      name: 'a fall',
      message: alertsMessage([
        anAlert({ change: aChange({ rank: 60, rank_before: 40, rank_gain: -20 }) }),
      ]),
      facts: ['#40 → #60, down 20'],
    },
    {
      name: 'a best',
      message: alertsMessage([anAlert({ change: aChange({ rank_best: 12 }) })]),
      facts: ['#40 → #12, up 28, its best so far'],
    },
    {
      name: 'a new product',
      message: alertsMessage([
        anAlert({
          change: aChange({
            status: 'new',
            rank_before: null,
            rank_gain: null,
            posts_before: null,
            posts_pct: null,
            slots_on_list: 1,
            rank_best: 12,
          }),
        }),
      ]),
      facts: ['new at #12', '11,500'],
    },
    {
      name: 'a product that is back',
      message: alertsMessage([
        anAlert({ change: aChange({ status: 'returned', rank_before: null, rank_gain: null }) }),
      ]),
      facts: ['back at #12'],
    },
    {
      name: 'a product that left',
      message: alertsMessage([
        anAlert({ change: aChange({ status: 'left', rank: null, rank_gain: null, posts: null }) }),
      ]),
      facts: ['left the list, was #40', '9,100 before'],
    },
    {
      name: 'an unmoved rank, and the metrics the rule names',
      message: alertsMessage([
        anAlert({
          when: "ctr_delta <= -0.1 and cost > 100 and product <> 'likes'",
          change: aChange({ rank_before: 12, rank_gain: 0 }),
        }),
      ]),
      facts: [
        '#12, unmoved',
        '1.93 % → 1.83 % (−0.1 points)',
        '$40,100 → $48,200 (+20.2 %)',
        '9,100 → 11,500 (+26.4 %)',
      ],
    },
    {
      name: 'a rule on a record',
      message: alertsMessage([anAlert({ when: 'streak >= 3 and slots_on_list > 30' })]),
      facts: ['3 × better in a row', '41'],
    },
    {
      name: 'no baseline',
      message: alertsMessage([
        anAlert({
          baseline_at: null,
          gap_days: null,
          change: aChange({
            status: null,
            rank_before: null,
            rank_gain: null,
            posts_before: null,
            posts_pct: null,
          }),
        }),
      ]),
      facts: ['No baseline to compare with', '#12'],
    },
    {
      name: 'baselines that differ within a rule',
      message: alertsMessage([
        anAlert(),
        anAlert({ id: 98, baseline_at: '2026-11-16T11:00:00.000Z', gap_days: 7 }),
      ]),
      facts: [
        'compared with 22 Nov 2026, 06:00, 1 day earlier',
        'compared with 16 Nov 2026, 06:00, 7 days earlier',
      ],
    },
    {
      name: 'a resolve',
      message: alertsMessage([
        anAlert({
          event: 'resolved',
          state: 'resolved',
          clear: 'rank > 120',
          slot_at: '2026-11-19T11:00:00.000Z',
          resolved_slot_at: '2026-11-23T11:00:00.000Z',
        }),
      ]),
      facts: [
        'us-daily: 1 resolved',
        'breakout resolved',
        'Clears when rank > 120',
        '19 Nov 2026, 06:00, for 4d',
      ],
    },
    {
      name: 'a reminder',
      message: alertsMessage([
        anAlert({ event: 'reminder', severity: 'warning', slot_at: '2026-11-19T11:00:00.000Z' }),
      ]),
      facts: [
        'us-daily: 1 alert still firing',
        'breakout still firing (warning)',
        '19 Nov 2026, 06:00',
      ],
    },
    {
      name: 'a storm in a partial list',
      message: alertsMessage([anAlert()], {
        storm: true,
        snapshot: { id: 1, taken_at: '', status: 'partial' },
      }),
      facts: [
        'may be an event of the source',
        'The snapshot is partial: what it does not show is unknown, not gone.',
      ],
    },
    {
      name: 'trouble',
      message: troubleMessage(),
      facts: [
        'us-daily: trouble with the source: unauthorised',
        'The source does not accept the token.',
        'Since 22 Nov 2026, 06:00 America/New_York.',
        'tidemark status',
      ],
    },
    {
      name: 'recovery',
      message: troubleMessage({ state: 'recovered' }),
      facts: [
        'us-daily: the source works again',
        'It had trouble since 22 Nov 2026, 06:00 America/New_York.',
      ],
    },
    {
      name: 'a test',
      message: testMessage(),
      facts: [
        'Test of the channel team-mail',
        'If you can read this, the channel works.',
        '#40 → #12, up 28',
        'tidemark channels test team-mail',
      ],
    },
  ];
  /** On one line, commands as a shell takes them. */
  const squeezed = (text: string) => text.replace(/ \\\r?\n/g, ' ').replace(/\s+/g, ' ');

  it.each(LETTERS)('of $name', async ({ message, facts }) => {
    const { text, html } = await simpleParser(await build(message));
    const page = (html || '')
      .replace(/<(style|title)>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

    for (const fact of facts) {
      expect(squeezed(text ?? ''), `text: ${fact}`).toContain(fact);
      expect(squeezed(page), `HTML: ${fact}`).toContain(fact);
    }
  });
});
