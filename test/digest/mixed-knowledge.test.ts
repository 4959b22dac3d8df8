// A metric that the baseline did not know of every product, and nothing that changed: no digest may
// make growth of that, neither in its totals nor in a category, in a mail nor in a chat.
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { WebhookFormat } from '../../src/config/channels/webhook.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import type { DigestMessage } from '../../src/message/digest.ts';
import {
  makeHook,
  makeMail,
  makeNtfy,
  makeTelegram,
  UNUSED_URL,
} from '../delivery/outbox-world.ts';
import { payloadText } from '../delivery/payload-text.ts';
import {
  dayAt,
  fetchedList,
  makeWatch,
  makeWorld,
  type RowSpec,
  type World,
} from '../support/world.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from './market-world.ts';

let world: World;
beforeEach(() => (world = makeWorld({ watches: [makeWatch({ depth: 20 })] })));
afterEach(() => world.close());

const LAST_DAY = 7;
/** Twelve products of three categories; of the first `unknown` of each nothing is known. */
const list = (day: number, unknown: number): RowSpec[] =>
  Array.from({ length: 12 }, (_, index) => {
    const isKnown = index >= unknown * 3;
    return {
      // One that comes for one that goes: of a quiet week no categories are shown.
      id: index === 11 && day === LAST_DAY ? 'newcomer' : `p${index}`,
      name: `Product ${index}`,
      l1: ['Beauty', 'Toys', 'Pets'][index % 3] ?? '',
      // Likes differ from day to day: a list that is the same row for row would be stale.
      likes: day,
      posts: isKnown ? 9_000 - index * 100 : null,
      impressions: isKnown ? 1_000_000 : null,
      cost: isKnown ? 500 : null,
    };
  });

async function digest(before: number, now: number): Promise<DigestMessage> {
  for (let day = 0; day <= LAST_DAY; day++)
    await world.pass(dayAt(day), fetchedList(list(day, day < LAST_DAY ? before : now)));
  const compare = { kind: 'ago', ms: 7 * DAY_MS, text: '7d' } as const;
  return messageOf(
    factsOf(world, makeDigest({ compare, detail: 'full' }), periodOfDays(0, LAST_DAY)),
  );
}

/** What readers see; of a mail its text. */
async function shown(channel: Channel, message: DigestMessage): Promise<string> {
  const body = await payloadText(channel, message);
  if (channel.kind === 'email') return (await simpleParser(body)).text ?? '';
  return body.replaceAll('\\', '');
}

const hook = (format: WebhookFormat) => makeHook(UNUSED_URL, { format });
const CHANNELS: [name: string, channel: Channel][] = [
  ['a mail', makeMail()],
  ['Slack', hook('slack')],
  ['Discord', hook('discord')],
  ['Teams', hook('teams')],
  ['ntfy', makeNtfy(UNUSED_URL)],
  ['Telegram', makeTelegram(UNUSED_URL)],
];
/** `+33 %`, `(-8%)`, `up 12`: of a metric, as nothing moved. */
const GROWTH = /[+−-]\s?\d[\d.,]*\s?%/;

test.each([
  ['was not known of some before', 2, 0],
  ['is not known of some now', 0, 2],
  ['is not known of other numbers of them', 1, 2],
])(
  'a metric that %s compares like with like, and says of how many it is not known',
  async (_name, before, now) => {
    const message = await digest(before, now);
    const [watch] = message.data.watches;
    expect(watch?.totals).toMatchObject({
      posts: {
        compared: 11 - 3 * Math.max(before, now),
        unknown: 3 * now,
        unknown_before: 3 * before,
        pct: 0,
        about_same: true,
      },
    });
    for (const category of watch?.categories.rows ?? [])
      expect(category).toMatchObject({
        posts: { unknown: now, unknown_before: before, pct: 0, about_same: true },
      });
    for (const [name, channel] of CHANNELS) {
      const body = await shown(channel, message);
      expect(GROWTH.exec(body)?.[0] ?? null, `${name}: ${body}`).toBeNull();
      expect(body, name).toContain('Not known: ');
      if (channel.kind === 'email')
        expect(body.match(/posts not known of/g), 'in each category').toHaveLength(3);
      if (now > 0) expect(body, name).toContain(`posts of ${3 * now} of 12 products`);
      if (before > 0) expect(body, name).toContain(`posts of ${3 * before} of 12 before`);
    }
  },
);
