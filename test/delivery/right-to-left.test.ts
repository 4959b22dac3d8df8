// Names that are written from right to left must not turn round what stands beside them. What a reader sees is asked of
// an implementation of the Unicode bidirectional algorithm.
import bidiFactory from 'bidi-js';
import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/config/channels/kinds.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { alertsSubject } from '../../src/delivery/render/subject.ts';
import { writerOf } from '../../src/words/writer.ts';
import { cleanText, endIsolates, isolated, truncate } from '../../src/lib/text.ts';
import type { Message } from '../../src/message/message.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';
import { makeHook, makeMail, makeNtfy, makeTelegram, UNUSED_URL } from './outbox-world.ts';
import { payloadText } from './payload-text.ts';
import { aChange, alertsMessage, anAlert } from './sample-messages.ts';

const bidi = bidiFactory();

/** A text as it is seen, line by line, in a page whose direction follows its first letter. */
const seen = (text: string): string =>
  text
    .split('\n')
    .map((line) => bidi.getReorderedString(line, bidi.getEmbeddingLevels(line, 'auto')))
    .join('\n')
    .replaceAll('\u00a0', ' ')
    .replace(/[\u2066-\u2069\u200e\u200f\u061c]/g, '');

/** Every text in a JSON value. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

/** The text of a page: a `<bdi>` is an isolate, and every block a paragraph. */
const pageText = (html: string): string =>
  html
    .replace(/<(style|title)>[\s\S]*?<\/\1>/g, '')
    .replaceAll('<bdi>', '\u2068')
    .replaceAll('</bdi>', '\u2069')
    .replace(/\s+/g, ' ')
    .replace(/<\/?(span|b|small|code)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

const NAMES = {
  Hebrew: 'בושם לנשים',
  Arabic: 'عطر نسائي',
  'Arabic with digits': 'عطر ٥٠ مل',
  'Hebrew that ends in a number': 'בושם 12',
  'Latin and Hebrew': 'Perfume בושם',
  Persian: 'می\u200cروم',
  'digits of Arabic alone': '٢٠',
};

const messageWith = (name: string): Message =>
  alertsMessage([
    anAlert({
      product: { id: '601583', name, category_l1: name, category_l2: name },
      change: aChange({ rank_best: 12 }),
    }),
    anAlert({
      id: 98,
      event: 'resolved',
      state: 'resolved',
      product: { id: '601584', name, category_l1: null, category_l2: null },
    }),
  ]);

const CHATS: [string, Channel][] = [
  ['slack', makeHook(UNUSED_URL, { format: 'slack' })],
  ['discord', makeHook(UNUSED_URL, { format: 'discord' })],
  ['teams', makeHook(UNUSED_URL, { format: 'teams' })],
  ['ntfy', makeNtfy(UNUSED_URL)],
  ['telegram', makeTelegram(UNUSED_URL)],
];

/** All that a chat shows, as it is seen. Discord shows no backslash before punctuation. */
async function seenIn(channel: Channel, message: Message): Promise<string> {
  const texts = textsOf(JSON.parse(await payloadText(channel, message)));
  return texts.map((text) => seen(text.replace(/\\([^\w\s])/g, '$1'))).join('\n');
}

const FACTS = ['#40 → #12, up 28', '9,100 → 11,500 (+26.4 %)', 'id 601583 · alert 97'];

describe.each(Object.entries(NAMES))('a name in %s', (_name, name) => {
  test('leaves the subject of an alert as it was written', () => {
    const message = messageWith(name);
    if (message.type !== 'alerts.fired') throw new Error('no alerts');
    const subject = seen(alertsSubject(message, writerOf({ timezone: 'UTC' })));
    expect(subject).toMatch(/^us-daily: .* up 28 to #12, and 1 more$/);
  });

  test('leaves ranks and figures in both parts of a mail as they were written', async () => {
    const mail = await simpleParser(await payloadText(makeMail(), messageWith(name)));
    expect(seen(mail.subject ?? '')).toMatch(/ up 28 to #12, and 1 more$/);
    for (const fact of FACTS) {
      expect(seen(mail.text ?? ''), fact).toContain(fact);
      expect(seen(pageText(mail.html || '')), fact).toContain(fact);
    }
    expect(mail.html).toContain(`<bdi>${name}</bdi>`);
    expect((mail.html || '').match(/<bdi>/g)?.length).toBe(
      (mail.html || '').match(/<\/bdi>/g)?.length,
    );
  });

  test.each(CHATS)(
    'leaves ranks and figures in %s as they were written',
    async (_chat, channel) => {
      const shown = await seenIn(channel, messageWith(name));
      for (const fact of FACTS) expect(shown, fact).toContain(fact);
    },
  );
});

describe('a digest of names from right to left', () => {
  let world: World;
  afterEach(() => world.close());

  test('shows ranks as they are, in its subject, its text and its page', async () => {
    const names = ['עטר', 'بخور', 'قميص 5', 'שמלה', 'حذاء', 'כובע'];
    world = makeWorld({ rules: [makeRule({ name: 'top', when: 'rank <= 2' })] });
    for (const [day, order] of [
      [0, [0, 1, 2, 3, 4, 5]],
      [7, [5, 0, 1, 2, 4]],
    ] as const)
      await world.pass(
        dayAt(day),
        fetchedList(
          order.map((one) => ({
            id: `id${one}`,
            name: names[one] ?? '',
            l1: names[one] ?? '',
            l2: names[one] ?? '',
            posts: 1_000 + day + one,
          })),
        ),
      );
    const facts = factsOf(world, makeDigest(), periodOfDays(0, 7));
    for (const [chat, channel] of CHATS) {
      const shown = await seenIn(channel, messageOf(facts));
      expect(shown, chat).toContain('#6 → #1, 1 left');
      expect(shown, chat).toMatch(/#1 from #6/);
      expect(shown, chat).toMatch(/1,010 posts|1.01k posts/);
    }
    const mail = digestMail(messageOf(facts), 'team-mail');

    expect(seen(mail.subject)).toContain('#6 → #1, 1 left');
    expect(seen(mail.text)).toMatch(/ #1 · 8 Jan/);
    expect(seen(mail.text)).toMatch(/#1 +▲ from #6/);
    const page = seen(pageText(mail.html));
    expect(page).toMatch(/ #1 · 8 Jan/);
    expect(page).toMatch(/1,010 posts|1.01k posts/);
    for (const name of names.slice(0, 2)) expect(mail.html).toContain(`<bdi>${name}</bdi>`);
  });
});

test('without its isolate the same name turns the ranks round', () => {
  expect(seen('us: עטר #40 → #12')).not.toContain('#40 → #12');
  expect(seen(`us: ${isolated('עטר')} #40 → #12`)).toContain('#40 → #12');
});

test('an isolate that is cut is ended, within the length asked for', () => {
  const text = `us-daily: ${isolated('עטר ארוך מאוד')} up 28`;
  for (let length = 1; length <= [...text].length; length++) {
    const cut = truncate(text, length);
    expect([...cut].length).toBeLessThanOrEqual(length);
    expect(endIsolates(cut)).toBe(cut);
  }
  expect(cleanText('\u2068x\u2069')).toBe('x');
});
