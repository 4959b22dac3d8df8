// Every number and date of a message goes through the one writer. Readers of Arabic have digits of their own: a digit of
// ours in a message to them has gone another way.
import { afterEach, describe, expect, test } from 'vitest';
import { digestLetter } from '../../src/delivery/digest/chat-letter.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterContent } from '../../src/delivery/render/email-content.ts';
import { cutEntries } from '../../src/delivery/render/fit.ts';
import type { LetterContext } from '../../src/delivery/render/letter.ts';
import { writerOf } from '../../src/words/writer.ts';
import type { DigestFacts } from '../../src/message/digest.ts';
import type { Message } from '../../src/message/message.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from '../digest/small-week.ts';
import type { World } from '../support/world.ts';
import { aChange, alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const LOCALE = 'ar-EG';

/**
 * The lines in which there is a digit of ours. Left out is what must stay as it is, to be copied or looked up: commands,
 * ids, expressions, names with a number in them, and the reason that is stored with a snapshot.
 */
const linesWithDigits = (text: string): string[] =>
  text
    .replace(/ \\\n +/g, ' ')
    .replace(/<style>[\s\S]*?<\/style>|<code[\s\S]*?<\/code>|<(?!img)[^>]*>/g, '\n')
    .replace(/<img[^>]*alt="([^"]*)"[^>]*>/g, '$1')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/tidemark (alerts|silence|digest|movers|status|channels|check)\b.*/g, '')
    .replace(/[<>]?=\s+\d+|[<>]\s+\d+|HTTP[\s\u2068\u2069]+\d+|page\s+\d+/g, '')
    .replace(/id [a-z]+ · alert \d+|top-3|Chargers <65W>/g, '')
    .split('\n')
    .filter((line) => /[0-9]/.test(line));

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

const CONTEXT: LetterContext = {
  channel: 'hook',
  timezone: 'UTC',
  locale: LOCALE,
  ranks: new Map([['perfume', [48, 40, 12]]]),
};

const product = { id: 'perfume', name: 'Perfume', category_l1: 'Beauty', category_l2: null };
const MESSAGES: Record<string, Message> = {
  'of alerts of every kind': alertsMessage(
    [
      anAlert({ product }),
      anAlert({ product, when: 'posts_pct >= 20 and streak > 1', gap_days: 1.25 }),
      anAlert({ product, when: 'ctr_delta < 0 and cost > 1 and rank_best < 20' }),
      anAlert({ product, when: 'posts_z > 2 and slots_on_list > 3' }),
      anAlert({ product, change: aChange({ status: 'new', rank_before: null }) }),
      anAlert({ product, change: aChange({ status: 'left', rank: null, posts: null }) }),
      anAlert({ product, change: aChange({ status: 'returned', rank_before: null }) }),
      anAlert({ product, event: 'reminder' }),
      anAlert({
        product,
        event: 'resolved',
        state: 'resolved',
        resolved_slot_at: '2026-11-26T11:00:00.000Z',
        slot_at: '2026-11-21T11:00:00.000Z',
      }),
    ].map((alert) => ({ ...alert, description: null })),
    { truncated: 1_500 },
  ),
  'of a storm': alertsMessage([anAlert({ product, description: null })], {
    storm: true,
    summary: Array.from({ length: 20 }, () => ({
      rule: 'breakout',
      fired: 1_500,
      reminders: 2,
      resolved: 1,
    })),
  }),
  'of trouble': troubleMessage(),
  'of trouble with figures in its text': troubleMessage({
    text: 'The last 1500 snapshots failed. The latest: page 3 missing, 20 of 500 products seen, no complete answer within 30s, 1d 12h before, stopped after 12.5 MB, 13 % of them; HTTP 503. Since 2026-11-20T11:00:00.000Z. To try it: tidemark check --connect',
  }),
  'of a test': testMessage(),
};

describe.each(Object.entries(MESSAGES))('a message %s', (_name, message) => {
  test('has all its numbers from the writer, in a mail and in a chat', () => {
    const letter = composeLetter(message, CONTEXT);
    const { subject, text, html } = letterContent(letter);
    expect(linesWithDigits(subject)).toEqual([]);
    expect(linesWithDigits(text)).toEqual([]);
    expect(linesWithDigits(html)).toEqual([]);
    const { locale: _locale, ...words } = cutEntries(letter, 3);
    expect(textsOf(words).flatMap(linesWithDigits)).toEqual([]);
  });
});

describe('a digest', () => {
  let world: World;
  afterEach(() => world.close());

  const check = (facts: DigestFacts) => {
    const message = messageOf(facts);
    const { subject, text, html } = digestMail(message, 'mail');
    expect(linesWithDigits(subject)).toEqual([]);
    expect(linesWithDigits(text)).toEqual([]);
    expect(linesWithDigits(html)).toEqual([]);
    const { locale: _locale, ...letter } = digestLetter(message, CONTEXT);
    expect(textsOf(letter).flatMap(linesWithDigits)).toEqual([]);
  };

  test('has all its numbers from the writer', async () => {
    world = makeSmallWorld({ locale: LOCALE });
    await takeSmallDays(world);
    const facts = factsOf(world, makeDigest({ top: 2 }), periodOfDays(LAST_DAY - 7, LAST_DAY));
    check(facts);
    check({ ...facts, periods: 1_500, credits: { used: 1_500, left: 2_500 } });
    const [watch] = facts.watches;
    if (watch === undefined) throw new Error('no watch');
    // Of many lists, some without a baseline or a list, and much that is not told.
    const missing = { kind: 'no_complete', at: facts.since_at } as const;
    check({
      ...facts,
      compare: '7d',
      watches: [
        ...Array.from({ length: 12 }, () => ({ ...watch, time_scope: 7 })),
        ...Array.from({ length: 12 }, () => ({
          ...watch,
          snapshot: null,
          baseline: null,
          missing,
        })),
      ],
    });
  });
});

test('a writer writes as its readers do', () => {
  const en = writerOf({ timezone: 'America/New_York' });
  expect([
    en.count(1_500, 'product'),
    en.rank(12),
    en.money(48_200),
    en.money(1.9),
    en.compact(11_600),
    en.compactMoney(48_200),
    en.percent(1.93),
    en.percentChange(26.37),
    en.difference(-0.1),
    en.gap(1.25),
    en.instant('2026-11-23T11:00:00Z'),
  ]).toEqual([
    '1,500 products',
    '#12',
    '$48,200',
    '$1.90',
    '11.6k',
    '$48.2k',
    '1.93\u00a0%',
    '+26.4\u00a0%',
    '−0.1',
    '1d 6h',
    '23 Nov 2026, 06:00 America/New_York',
  ]);
  expect(en.told('since 2026-11-20T11:00:00.000Z, until 2026-11-23T04:30:00Z')).toBe(
    'since 20 Nov 2026, 06:00, until 22 Nov 2026, 23:30',
  );
  expect(
    en.told(
      '1500 of 2000 rows (HTTP 503 after 1d 3h), "4000 x", 12345.5 times; a7 4-5 1.2.3.4 ::1 x2 3/4. Run: tidemark top us --limit 5000',
    ),
  ).toBe(
    '1,500 of 2,000 rows (HTTP 503 after 1d 3h), "4000 x", 12,345.5 times; a7 4-5 1.2.3.4 ::1 x2 3/4. Run: tidemark top us --limit 5000',
  );
  const de = writerOf({ locale: 'de', timezone: 'Europe/Berlin' });
  expect([
    de.number(1_500.5),
    de.count(1, 'Tag', 'Tage'),
    de.instant('2026-11-23T11:00:00Z'),
    de.compact(11_600),
    de.percentChange(26.37),
  ]).toEqual(['1.500,5', '1 Tag', '23. Nov. 2026, 12:00 Europe/Berlin', '11.600', '+26,4\u00a0%']);
});
