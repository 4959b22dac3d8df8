// Whatever a message tells of, each format keeps its limit, and every part of it keeps a share of the room.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { WebhookFormat } from '../../src/config/channels/webhook.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterContent } from '../../src/delivery/render/email-content.ts';
import type { AlertFact } from '../../src/message/alerts.ts';
import type { DigestFacts, DigestRow } from '../../src/message/digest.ts';
import type { Message } from '../../src/message/message.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from '../digest/small-week.ts';
import { makeHook, makeNtfy, makeTelegram, T0, UNUSED_URL } from './outbox-world.ts';
import { alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const CONTEXT = { timezone: 'UTC', ranks: new Map<string, number[]>() };

const written = async (channel: Channel, message: Message): Promise<string> =>
  (
    await makePayload({
      message,
      channel,
      recipient: '',
      messageId: 'msg_1',
      createdAt: T0,
      smtp: null,
      context: CONTEXT,
    })
  ).toString();

const bodyOf = (format: WebhookFormat, message: Message): Promise<string> =>
  written(makeHook(UNUSED_URL, { format }), message);

const mailOf = (message: Message) =>
  message.type === 'digest.ready'
    ? digestMail(message, 'mail')
    : letterContent(composeLetter(message, { ...CONTEXT, channel: 'mail' }));

type SlackBody = {
  text: string;
  blocks: { type: string; text?: { text: string }; elements?: { text: string }[] }[];
};
type DiscordBody = {
  content: string;
  embeds: {
    title: string;
    description: string;
    fields: { name: string; value: string }[];
    footer?: { text: string };
  }[];
};

/** Every chat's text as its reader sees it, by the name of the chat. */
async function expectLimits(message: Message): Promise<Record<string, string>> {
  const mail = mailOf(message);
  expect([...mail.subject].length).toBeLessThanOrEqual(78);
  expect(Buffer.byteLength(mail.html)).toBeLessThanOrEqual(80_000);
  expect(Buffer.byteLength(mail.text)).toBeLessThanOrEqual(80_000);
  expect(mail.pictures.length).toBeLessThanOrEqual(20);
  expect(Buffer.byteLength(await bodyOf('standard', message))).toBeLessThanOrEqual(20_000);
  expect(Buffer.byteLength(await bodyOf('teams', message))).toBeLessThanOrEqual(28_000);

  const slack = await bodyOf('slack', message);
  expect(slack.length).toBeLessThanOrEqual(13_000);
  const { blocks } = JSON.parse(slack) as SlackBody;
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const { type, text, elements = [] } of blocks) {
    const max = type === 'header' ? 150 : 3_000;
    for (const one of text === undefined ? elements : [text, ...elements])
      expect(one.text.length).toBeLessThanOrEqual(max);
    expect(elements.length).toBeLessThanOrEqual(10);
  }

  const ntfy = await written(makeNtfy(UNUSED_URL), message);
  const notification = JSON.parse(ntfy) as { title: string; message: string };
  expect(Buffer.byteLength(notification.message)).toBeLessThanOrEqual(4_096);
  // The topic is put in when it is sent: at most 64 characters.
  expect(Buffer.byteLength(ntfy)).toBeLessThanOrEqual(8_192 - 100);

  const bot = await written(makeTelegram(UNUSED_URL), message);
  const { text: sent, entities } = JSON.parse(bot) as {
    text: string;
    entities: { offset: number; length: number }[];
  };
  expect(sent.length).toBeLessThanOrEqual(4_096);
  expect(entities.length).toBeLessThanOrEqual(100);
  for (const { offset, length } of entities)
    expect([length > 0, offset + length <= sent.length]).toEqual([true, true]);

  const { content, embeds } = JSON.parse(await bodyOf('discord', message)) as DiscordBody;
  expect(content.length).toBeLessThanOrEqual(2_000);
  expect(embeds.length).toBeLessThanOrEqual(10);
  const texts = embeds.flatMap(({ title, description, fields, footer }) => {
    expect([title.length <= 256, description.length <= 4_096]).toEqual([true, true]);
    expect([fields.length <= 25, (footer?.text.length ?? 0) <= 2_048]).toEqual([true, true]);
    for (const { name, value } of fields)
      expect([name.length <= 256, value.length <= 1_024]).toEqual([true, true]);
    return [title, description, footer?.text ?? '', ...fields.flatMap((one) => Object.values(one))];
  });
  expect(texts.join('').length).toBeLessThanOrEqual(6_000);
  const shown = (body: string) => textsOf(JSON.parse(body)).join('\n');
  return {
    mail: mail.text,
    slack: shown(slack),
    discord: texts.join('\n').replace(/\\([^\w\s])/g, '$1'),
    teams: shown(await bodyOf('teams', message)),
    ntfy: notification.message,
    telegram: sent,
  };
}

/** Every text in a JSON value. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

/** Runs of every property: what is random must not be luck. */
const RUNS = { numRuns: 50 };
/** Each run writes one message eight times over; on a busy machine that takes its time. */
const LONG_MS = 120_000;

/** The longest and the dearest there are: escaped in HTML, Slack, Discord and JSON, in four bytes, from right to left. */
const worstName = fc.oneof(
  fc.constantFrom(
    '&'.repeat(300),
    '<">\''.repeat(75),
    '*_~`|['.repeat(50),
    '\\"'.repeat(150),
    '👩‍👩‍👧'.repeat(60),
    'می‌روم '.repeat(50),
    'Ü'.repeat(300),
    'Perfume',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const ruleName = (index: number) => `${'r'.repeat(58)}-${index}`;
const watchName = (index: number) => `${'w'.repeat(58)}-${index}`;

const productOf = (name: string, index: number) => ({
  id: `${index}${name}`.slice(0, 64),
  name,
  category_l1: name,
  category_l2: name,
});

const alertsOf = (
  rules: number,
  count: number,
  ends: number,
  name: string,
  when: string,
): Message => {
  const alert = (index: number, event: AlertFact['event']) =>
    anAlert({
      id: index,
      rule: ruleName(index % rules),
      event,
      state: event === 'resolved' ? 'resolved' : 'firing',
      resolved_at: event === 'resolved' ? '2026-11-23T11:00:41.120Z' : null,
      when,
      clear: when,
      description: name,
      product: productOf(name, index),
    });
  return alertsMessage([
    ...Array.from({ length: count }, (_, index) => alert(index, 'fired')),
    ...Array.from({ length: ends }, (_, index) => alert(count + index, 'resolved')),
  ]);
};

/** How many sections begin with their rule; in a mail the heading is underlined. */
const headingsIn = (text: string, chat: string): number =>
  (
    text.match(chat === 'mail' ? /^r{58}-\d+( resolved)?\n-+$/gm : /^r{58}-\d+( resolved)?$/gm) ??
    []
  ).length;

/** How many sections are not shown, but named or counted. */
function namedIn(text: string): number {
  const [, also = ''] =
    /\+\d+ more, also of (.*?): tidemark alerts/.exec(text.replace(/\s+/g, ' ')) ?? [];
  const others = /(\d+) others?$/.exec(also)?.[1] ?? '0';
  return (also.match(/r{58}-\d+/g) ?? []).length + Number(others);
}

describe('a message about alerts', () => {
  test(
    'keeps every limit, and names every end, however many rules there are and whatever they say',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 200 }),
          fc.integer({ min: 0, max: 80 }),
          fc.integer({ min: 0, max: 30 }),
          worstName,
          fc.constantFrom(1, 10, 100, 250),
          async (rules, count, ends, name, parts) => {
            if (count + ends === 0) return;
            const when = Array.from({ length: parts }, () => "product <> '&<>'").join(' and ');
            const message = alertsOf(rules, count, ends, name, when);
            for (const [chat, text] of Object.entries(await expectLimits(message))) {
              const all = Math.min(rules, count) + Math.min(rules, ends);
              expect(headingsIn(text, chat) + namedIn(text), `${chat} of ${all}`).toBe(all);
              expect(text, chat).toContain('You get this because');
            }
            const { data } = JSON.parse(await bodyOf('standard', message)) as {
              data: { alerts: AlertFact[]; ended?: object[]; truncated: number };
            };
            expect(data.alerts.length).toBeGreaterThan(0);
            expect(data.alerts.length + (data.ended ?? []).length + data.truncated).toBe(
              count + ends,
            );
            const named = data.alerts.filter(({ event }) => event === 'resolved').length;
            expect(named + (data.ended ?? []).length).toBe(ends);
          },
        ),
        RUNS,
      );
    },
    LONG_MS,
  );

  test('says what a rule means once, when it is too long to be said in every alert', async () => {
    const when = `rank <= 3${' or rank <= 3'.repeat(400)}`;
    const message = alertsOf(1, 8, 0, 'Perfume', when);
    const { data } = JSON.parse(await bodyOf('standard', message)) as {
      data: { alerts: AlertFact[]; rules: { rule: string; when: string }[] };
    };
    expect(data.alerts).toHaveLength(8);
    expect(data.rules).toHaveLength(1);
    expect(data.rules[0]?.when).toMatch(/^rank <= 3 or rank/);
    expect(data.alerts[0]).not.toHaveProperty('when');
    // Where there is room, every alert says it.
    const short = JSON.parse(
      await bodyOf('standard', alertsOf(1, 3, 0, 'Perfume', 'rank <= 3')),
    ) as {
      data: { alerts: AlertFact[]; rules?: unknown };
    };
    expect([short.data.rules, short.data.alerts[0]?.when]).toEqual([undefined, 'rank <= 3']);
  });

  test('counts what Slack counts: the characters after escaping', async () => {
    const slack = await bodyOf('slack', alertsOf(1, 1, 0, '&'.repeat(300), "product = '&'"));
    for (const { text } of (JSON.parse(slack) as SlackBody).blocks)
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
  });
});

describe('a message about trouble', () => {
  test(
    'keeps every limit, and says first what happened and last what to do, however long it is',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          worstName,
          fc.integer({ min: 0, max: 200 }),
          fc.constantFrom('source.trouble', 'rule.trouble', 'channel.trouble' as const),
          fc.constantFrom('trouble', 'recovered' as const),
          async (reason, repeats, type, state) => {
            const text = `It does not answer: ${reason.repeat(repeats)}. Mend it, and then run: tidemark channels test x`;
            const message = {
              ...troubleMessage({ text, state, subject: watchName(1) }),
              type,
            } as Message;
            const shown = Object.entries(await expectLimits(message));
            const standard = JSON.parse(await bodyOf('standard', message)) as {
              data: { text: string };
            };
            for (const [chat, told] of [...shown, ['standard', standard.data.text] as const]) {
              const words = told.replaceAll(/[\u2060\u2068\u2069]/g, '').replace(/\s+/g, ' ');
              expect(words, chat).toContain('It does not answer:');
              expect(words, chat).toContain('run: tidemark channels test x');
            }
          },
        ),
        RUNS,
      );
    },
    LONG_MS,
  );

  test('of 30 kB was a standard webhook of 31,589 bytes', async () => {
    const message = troubleMessage({ text: 'Ü'.repeat(15_700) });
    expect(Buffer.byteLength(await bodyOf('standard', message))).toBeLessThanOrEqual(20_000);
  });
});

test('a test message keeps every limit', async () => {
  await expectLimits(testMessage());
});

describe('a digest', () => {
  let small: DigestFacts;
  beforeAll(async () => {
    const world = makeSmallWorld();
    await takeSmallDays(world);
    small = factsOf(world, makeDigest(), periodOfDays(LAST_DAY - 7, LAST_DAY));
    world.close();
  });

  const digestOf = (watches: number, rules: number, rows: number, name: string): DigestFacts => {
    const [watch] = small.watches;
    const [rule] = small.alerts;
    const [row] = small.climbers.rows;
    if (watch === undefined || rule === undefined || row === undefined) throw new Error('no facts');
    const rowOf = (one: DigestRow, index: number): DigestRow => ({
      ...one,
      watch: watchName(index % watches),
      product: productOf(name, index),
    });
    const list = { total: 500, rows: Array.from({ length: rows }, (_, at) => rowOf(row, at)) };
    return {
      ...small,
      watches: Array.from({ length: watches }, (_, index) => ({
        ...watch,
        watch: watchName(index),
        top_mover: rowOf(row, index),
        health: {
          ...watch.health,
          troubles: Array.from({ length: 10 }, (__, day) => ({
            slot_at: `2026-01-0${(day % 9) + 1}T06:00:00.000Z`,
            status: 'failed' as const,
            reason: `${day} ${name}`,
          })),
        },
        chart:
          index < 3 && watch.chart !== null
            ? { ...watch.chart, rows: watch.chart.rows.map(rowOf) }
            : null,
        // As build.ts makes them: of the first watches only.
        categories:
          index < 3
            ? {
                total: 30,
                rows: watch.categories.rows.map((category) => ({ ...category, category_l1: name })),
              }
            : { total: 0, rows: [] },
      })),
      alerts: Array.from({ length: rules }, (_, index) => ({
        ...rule,
        rule: ruleName(index),
        fired: 20,
        alerts: Array.from({ length: 5 }, (__, at) => ({
          id: at,
          watch: watchName(index % watches),
          product: productOf(name, at),
          event: 'fired' as const,
          at: small.slot_at,
          rank: 1,
          rank_before: 40,
        })),
      })),
      climbers: list,
      fallers: list,
      entered: list,
      returned: list,
      left: list,
      records: list,
      streaks: list,
    };
  };

  test(
    'keeps every limit, and shows something of every part, however much there is',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 200 })),
          fc.oneof(fc.constantFrom(1, 2, 6), fc.integer({ min: 1, max: 100 })),
          fc.oneof(fc.constantFrom(1, 4, 12), fc.integer({ min: 1, max: 30 })),
          worstName,
          fc.constantFrom('short', 'full' as const),
          async (watches, rules, rows, name, detail) => {
            const facts = { ...digestOf(watches, rules, rows, name), detail };
            const message = messageOf(facts);
            for (const [chat, text] of Object.entries(await expectLimits(message)))
              for (const part of ['Alerts: ', '(500)', 'You get this because'])
                expect(text, chat).toContain(part);
            const { data } = JSON.parse(await bodyOf('standard', message)) as {
              data: DigestFacts & { truncated?: { watches: number; rules: number } };
            };
            expect(data.watches.length).toBeGreaterThan(0);
            expect(data.watches.length + (data.truncated?.watches ?? 0)).toBe(watches);
            expect(data.alerts.length + (data.truncated?.rules ?? 0)).toBe(rules);
            expect([data.alerts.length > 0, data.climbers.rows.length > 0]).toEqual([true, true]);
            const { text, html } = digestMail(message, 'mail');
            for (const part of [text, html])
              for (const heading of ['Alerts: ', 'Climbers (500)', 'Longest streaks (500)'])
                expect(part).toContain(heading);
            for (const part of watches === 1 ? ['Totals'] : ['Lists', watchName(0)])
              expect(text).toContain(part);
          },
        ),
        RUNS,
      );
    },
    LONG_MS,
  );

  test('counts the lists and rules that it has no room for', () => {
    const { text, html } = digestMail(messageOf(digestOf(200, 100, 20, 'Perfume')), 'mail');
    for (const part of [text, html]) {
      expect(part).toMatch(/and \d+ more: tidemark status/);
      expect(part).toMatch(/and \d+ more: tidemark alerts/);
    }
  });
});
