// The words and pages of digests, kept as files to be read: test/digest/golden/. `npx vitest run test/digest --update` writes them anew.
import { afterEach, expect, test } from 'vitest';
import type { Digest } from '../../src/config/config.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { digestLetter } from '../../src/delivery/digest/chat-letter.ts';
import { digestBody } from '../../src/delivery/digest/webhook-body.ts';
import { makeWatch, dayAt, type World } from '../support/world.ts';
import { factsOf, makeDigest, messageOf, periodOfDays, takeDays } from './market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from './small-week.ts';

let world: World;
afterEach(() => world.close());

const WEEK = periodOfDays(LAST_DAY - 7, LAST_DAY);
const messageFor = (digest: Partial<Digest> = {}, period = WEEK) =>
  messageOf(factsOf(world, makeDigest(digest), period));

async function keep(name: string, message = messageFor()): Promise<void> {
  const mail = digestMail(message, 'team-mail');
  await expect(`Subject: ${mail.subject}\n\n${mail.text}`).toMatchFileSnapshot(
    `golden/${name}.txt`,
  );
  await expect(mail.html).toMatchFileSnapshot(`golden/${name}.html`);
}

test('a week of one list, with a failed day, climbers, fallers, newcomers and alerts', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world);
  await keep('week');
  await expect(
    `${JSON.stringify(JSON.parse(digestBody(messageFor(), 20_000)), null, 2)}\n`,
  ).toMatchFileSnapshot('golden/week.json');
  await expect(
    `${JSON.stringify(digestLetter(messageFor(), { channel: 'chat', timezone: 'UTC', ranks: new Map() }), null, 2)}\n`,
  ).toMatchFileSnapshot('golden/week-chat.json');
});

test('the same week in full', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world);
  await keep('week-full', messageFor({ detail: 'full' }));
});

test('the same week as German readers write numbers and dates, by the clocks of Berlin', async () => {
  world = makeSmallWorld({ locale: 'de' });
  await takeSmallDays(world);
  await keep('week-de', messageFor({ timezone: 'Europe/Berlin' }));
});

test('several lists, one of which has no complete snapshot', async () => {
  world = makeSmallWorld({
    watches: [
      makeWatch({ name: 'us-daily', depth: 40 }),
      makeWatch({ name: 'gb-week', region: 'GB', timeScope: 7, depth: 30 }),
    ],
    rules: [],
  });
  await takeDays(world, 0, LAST_DAY);
  world.configure({
    watches: [
      ...world.config.watches,
      makeWatch({ name: 'de-new', region: 'DE', depth: 30, schedule: '0 7 * * *' }),
    ],
  });
  await takeDays(world, LAST_DAY, LAST_DAY);
  await keep('lists', messageFor({ top: 3 }));
});

test('an all-quiet week', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 6);
  await keep(
    'quiet',
    messageFor({ compare: { kind: 'ago', ms: 5 * 86_400_000, text: '5d' } }, periodOfDays(1, 6)),
  );
});

test('a history that has just begun', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 0);
  await keep('first', messageFor({}, periodOfDays(-7, 0)));
});

test('a period with nothing but failed snapshots', async () => {
  world = makeSmallWorld();
  await takeSmallDays(world, 0, 3);
  await takeDays(world, 4, 9, {
    4: 'failed',
    5: 'failed',
    6: 'failed',
    7: 'missed',
    8: 'failed',
    9: 'failed',
  });
  await keep('failed', messageFor({}, periodOfDays(3, 9)));
});

test('no history at all', async () => {
  world = makeSmallWorld();
  await keep('empty');
});

test('one product', async () => {
  world = makeSmallWorld({ watches: [makeWatch({ depth: 1 })] });
  await takeDays(world, 0, 8);
  await keep('one-product', messageFor({}, periodOfDays(1, 8)));
  expect(
    world.db.raw.prepare('SELECT count(*) FROM snapshots WHERE slot_at = ?').pluck().get(dayAt(8)),
  ).toBe(1);
});
