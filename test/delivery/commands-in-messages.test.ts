// Commands in messages are typed by whoever reads them, in a shell that knows nothing of the daemon's.
import { expect, test } from 'vitest';
import { standardBody } from '../../src/delivery/channels/webhook/standard.ts';
import { digestLetter } from '../../src/delivery/digest/chat-letter.ts';
import { digestMail } from '../../src/delivery/digest/mail.ts';
import { messageAsCalled } from '../../src/delivery/message-as-called.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { letterContent } from '../../src/delivery/render/email-content.ts';
import { moreText } from '../../src/delivery/render/lines.ts';
import type { Message } from '../../src/message/message.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from '../digest/small-week.ts';
import { makeRule } from '../support/world.ts';
import { alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const CALLED = { program: 'node /opt/tidemark/dist/cli.js', config: '/srv/my lists/tidemark.yaml' };
const PREFIX = `node /opt/tidemark/dist/cli.js --config '/srv/my lists/tidemark.yaml'`;

/** Commands in a text, and in HTML, that are not as they have to be typed. */
const bareIn = (text: string) =>
  text
    .replaceAll('&#39;', "'")
    .match(/(?<![\w/.-])tidemark (?:alerts|channels|check|digest|movers|silence|status)\b.*/g) ??
  [];
const unbroken = (text: string) => text.replace(/ \\\n\s*/g, ' ');

const MESSAGES: [string, Message][] = [
  ['alerts', alertsMessage([anAlert(), anAlert({ id: 8 })], { truncated: 30 })],
  ['trouble', troubleMessage({ text: 'It failed. To try the source: tidemark check --connect' })],
  ['a test', testMessage()],
];

test.each(MESSAGES)('%s: every command is as it has to be typed', (_, plain) => {
  const message = messageAsCalled(CALLED, plain);
  const context = { channel: 'team', timezone: 'UTC', ranks: new Map<string, number[]>() };
  const letter = composeLetter(message, { ...context, called: CALLED });
  const { text, html } = letterContent(letter);
  expect([text, html, JSON.stringify(letter), moreText(letter) ?? ''].flatMap(bareIn)).toEqual([]);
  expect(unbroken(text)).toContain(PREFIX);
  // Of a trouble as a program gets it.
  expect(bareIn(standardBody(message))).toEqual([]);
  // Without knowledge of the call all is as it was.
  expect(composeLetter(plain, context)).toEqual(
    composeLetter(plain, { ...context, called: undefined }),
  );
  expect(bareIn(JSON.stringify(composeLetter(plain, context)))).not.toEqual([]);
});

test('a digest: every command is as it has to be typed, in a mail and in a chat', async () => {
  const world = makeSmallWorld({
    rules: Array.from({ length: 40 }, (_, at) => makeRule({ name: `r${at}`, when: 'rank <= 3' })),
  });
  await takeSmallDays(world);
  const facts = factsOf(world, makeDigest({ top: 2 }), periodOfDays(LAST_DAY - 7, LAST_DAY));
  const message = messageOf({ ...facts, detail: 'short' });
  const { text, html } = digestMail(message, 'team', undefined, CALLED);
  const context = { channel: 'team', timezone: 'UTC', ranks: new Map<string, number[]>() };
  const chat = JSON.stringify(digestLetter(message, { ...context, called: CALLED }));
  expect([text, html, chat].flatMap(bareIn)).toEqual([]);
  // More rules than it names, and where they are.
  expect(unbroken(text)).toContain(`${PREFIX} alerts`);
  expect(unbroken(text)).toContain(`${PREFIX} digest`);
  world.close();
});
