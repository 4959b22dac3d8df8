// One row per attack and channel: upstream names are hostile, and reach readers as harmless text.
import { simpleParser } from 'mailparser';
import { beforeAll, describe, expect, it } from 'vitest';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { runDeliveries, runDeliveriesShow } from '../../src/commands/delivering/deliveries.ts';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { DigestFacts } from '../../src/message/digest.ts';
import type { Message } from '../../src/message/message.ts';
import { factsOf, makeDigest, messageOf, periodOfDays } from '../digest/market-world.ts';
import { LAST_DAY, makeSmallWorld, takeSmallDays } from '../digest/small-week.ts';
import {
  makeHook,
  makeMail,
  makeNtfy,
  makeOutbox,
  makeTelegram,
  UNUSED_URL,
} from './outbox-world.ts';
import { payloadText } from './payload-text.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';
import { makeIo } from './memory-io.ts';

const ATTACKS: Record<string, string> = {
  HTML: `<script>alert(1)</script><img src=x onerror="alert(1)">`,
  'HTML that closes an attribute': `"><a href="https://evil.example">x</a>`,
  'an HTML entity': '&lt;b&gt; &amp; &#60;i&#62;',
  'CR LF and a header': 'Perfume\r\nBcc: evil@evil.example\r\nSubject: owned',
  'a second MIME part': 'x\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>evil</b>',
  'an encoded word': '=?utf-8?B?PHNjcmlwdD4=?=',
  'ANSI escapes': '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J',
  'C1 controls': '\u009b31mred\u0085next',
  'bidi overrides': 'abc\u202egnp.exe\u2066x\u2069',
  'zero width': 'Per\u200bfume\ufeff\u2060',
  'a Slack mention': '<!channel> <!here|x> <@U012AB3CD> <https://evil.example|click>',
  'a Discord mention': '@everyone @here <@123456789> <@&987654321> <#555>',
  Markdown: '[click](https://evil.example) **bold** _it_ ~~no~~ `code` # head\n> quote',
  'a Teams mention': '<at>Everyone</at>',
  'a formula': '=HYPERLINK("https://evil.example")',
  'a template': '${process.env.SECRET} {{7*7}} #{7*7} %s %n',
  '10 kB': 'A'.repeat(10_240),
  '10 kB of combining marks': `Z${'\u0301'.repeat(10_240)}`,
  NUL: 'a\u0000b',
  'a lone surrogate': 'a\ud800b',
  'nothing but blanks': ' \t\r\n\u00a0 ',
  'a shell command': `x'; rm -rf / #`,
};

const hostileMessage = (text: string) =>
  alertsMessage([
    anAlert({ product: { id: text, name: text, category_l1: text, category_l2: text } }),
  ]);

const CONTROLS =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const payloadFor = (channel: Channel, attack: string): Promise<string> =>
  payloadText(channel, hostileMessage(ATTACKS[attack] ?? ''));

/** What an app would make a link, a mention, a hashtag or a command of. */
const LINKED = /@\w|#\p{L}|(?<![\p{L}\p{N}/])\/\w|\S\.\p{L}|:\/\//u;
/** Word joiners, which we put in ourselves, so that nothing is linked; line breaks are ours, too. */
const withoutJoiners = (text: string): string => text.replace(/[\u2060\n]/g, '');
/** Made to be copied: an app shows them as they are. */
const withoutCommands = (text: string): string => text.replace(/^tidemark .*$/gm, '');

/** Every text in a JSON value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe.each(Object.keys(ATTACKS))('a product named with %s', (attack) => {
  it('is JSON in a standard webhook, and nothing else', async () => {
    const body = await payloadFor(makeHook(UNUSED_URL), attack);
    const parsed = JSON.parse(body) as { data: { alerts: { product: { name: string } }[] } };

    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(textsOf(parsed).filter((text) => CONTROLS.test(text))).toEqual([]);
    expect([...(parsed.data.alerts[0]?.product.name ?? '')].length).toBeLessThanOrEqual(200);
  });

  it('is plain text in Slack: no mark-up, no mention', async () => {
    const message = JSON.parse(
      await payloadFor(makeHook(UNUSED_URL, { format: 'slack' }), attack),
    ) as {
      text: string;
      blocks: {
        text?: { type: string; text: string };
        elements?: { type: string; text: string }[];
      }[];
    };
    const objects = message.blocks.flatMap(({ text, elements = [] }) =>
      text ? [text, ...elements] : elements,
    );

    expect(objects.every(({ type }) => type === 'plain_text')).toBe(true);
    for (const text of [message.text, ...objects.map((object) => object.text)])
      expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(textsOf(message).filter((text) => CONTROLS.test(text))).toEqual([]);
    expect(objects.every(({ text }) => text.length > 0 && text.length <= 3_000)).toBe(true);
  });

  it('is escaped in Discord: no mark-up, no mention', async () => {
    const message = JSON.parse(
      await payloadFor(makeHook(UNUSED_URL, { format: 'discord' }), attack),
    ) as {
      content: string;
      allowed_mentions: unknown;
      embeds: { title: string; description: string; fields: { name: string; value: string }[] }[];
    };
    const texts = [
      message.content,
      ...message.embeds.flatMap(({ title, description, fields }) => [
        title,
        description,
        ...fields.flatMap(({ name, value }) => [name, value]),
      ]),
    ];

    expect(message.allowed_mentions).toEqual({ parse: [] });
    // What is left without its backslash has no meaning in Markdown.
    for (const text of texts)
      expect(text.replace(/\\[^A-Za-z0-9\s]/g, '')).not.toMatch(/[\\*_~`|#<>@[\]()]/);
    expect(textsOf(message).filter((text) => CONTROLS.test(text))).toEqual([]);
  });

  it('is a text run in Teams: no Markdown, no mention', async () => {
    const message = JSON.parse(
      await payloadFor(makeHook(UNUSED_URL, { format: 'teams' }), attack),
    ) as {
      attachments: {
        content: { body: { type: string; inlines: { type: string }[] }[]; msteams: object };
      }[];
    };
    const card = message.attachments[0]?.content;

    expect(
      new Set(
        card?.body.flatMap(({ type, inlines }) => [type, ...inlines.map((inline) => inline.type)]),
      ),
    ).toEqual(new Set(['RichTextBlock', 'TextRun']));
    expect(card?.msteams).toEqual({ width: 'Full' });
    expect(textsOf(message).filter((text) => CONTROLS.test(text))).toEqual([]);
  });

  it('is plain text in ntfy, in which nothing is linked', async () => {
    const body = await payloadFor(makeNtfy(UNUSED_URL), attack);
    const { title, message, ...rest } = JSON.parse(body) as { title: string; message: string };

    expect(Object.keys(rest).sort()).toEqual(['priority', 'tags']);
    for (const text of [title, withoutCommands(message)]) expect(text).not.toMatch(LINKED);
    expect(CONTROLS.test(withoutJoiners(title + message))).toBe(false);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4_096);
  });

  it('is plain text in Telegram, in which nothing is linked', async () => {
    const sent = JSON.parse(await payloadFor(makeTelegram(UNUSED_URL), attack)) as {
      text: string;
      entities: { type: string; offset: number; length: number }[];
    };

    expect(Object.keys(sent).sort()).toEqual(['entities', 'link_preview_options', 'text']);
    expect(new Set(sent.entities.map(({ type }) => type))).toEqual(new Set(['bold', 'code']));
    expect(withoutCommands(sent.text)).not.toMatch(LINKED);
    for (const { type, offset, length } of sent.entities)
      if (type === 'code') expect(sent.text.slice(offset, offset + length)).toMatch(/^tidemark /);
    expect(CONTROLS.test(withoutJoiners(sent.text))).toBe(false);
    expect(sent.text.length).toBeLessThanOrEqual(4_096);
  });

  it('is harmless in every part of a mail', async () => {
    const raw = await payloadFor(makeMail(), attack);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    const mail = await simpleParser(raw);

    expect(
      head
        .split('\r\n')
        .filter((line) => !/^\s/.test(line))
        .map((line) => line.slice(0, line.indexOf(':')))
        .sort(),
    ).toEqual([
      'Auto-Submitted',
      'Content-Type',
      'Date',
      'From',
      'In-Reply-To',
      'List-ID',
      'List-Unsubscribe',
      'MIME-Version',
      'Message-ID',
      'References',
      'Subject',
      'To',
      'X-Auto-Response-Suppress',
    ]);
    expect(mail.subject?.length).toBeLessThanOrEqual(78);
    expect(mail.to).toMatchObject({ value: [{ address: 'ana@example.com' }] });
    expect(mail.attachments).toEqual([]);
    expect(CONTROLS.test(mail.subject ?? '') || CONTROLS.test(mail.text ?? '')).toBe(false);
    const html = typeof mail.html === 'string' ? mail.html : '';
    // Our own page has these elements; whatever upstream wrote is none.
    expect(
      new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name?.toLowerCase())),
    ).toEqual(
      new Set([
        'html',
        'head',
        'meta',
        'title',
        'style',
        'body',
        'div',
        'table',
        'tr',
        'td',
        'h1',
        'h2',
        'p',
        'span',
        'br',
        'code',
      ]),
    );
    expect(html).not.toMatch(/<[^>]*\s(on\w+|href|src)\s*=/i);
    expect(Buffer.byteLength(html)).toBeLessThan(80_000);
  });

  it('is one word of a command made to be copied', () => {
    const letter = composeLetter(hostileMessage(ATTACKS[attack] ?? ''), {
      channel: 'mail',
      timezone: 'UTC',
      ranks: new Map(),
    });
    const commands = letter.footer.flatMap(({ command }) => (command === null ? [] : [command]));

    expect(commands.length).toBeGreaterThan(1);
    // All that a shell reads outside single quotes is harmless.
    for (const command of commands)
      expect(command.replace(/'[^']*'|\\'/g, '')).toMatch(/^tidemark [A-Za-z0-9_.,:@%+/ -]*$/);
  });

  it('is harmless in a terminal', async () => {
    const hook = makeHook(UNUSED_URL);
    const world = makeOutbox([hook]);
    world.put(hook, { message: hostileMessage(ATTACKS[attack] ?? '') });
    const io = makeIo();

    await runDeliveries(io, {}, world.deps);
    await runDeliveriesShow(io, { id: 1 }, world.deps);
    world.close();

    expect(CONTROLS.test(io.out + io.err)).toBe(false);
    expect(io.out.length).toBeLessThan(10_000);
  });
});

describe('a digest', () => {
  let facts: DigestFacts;
  beforeAll(async () => {
    const world = makeSmallWorld();
    await takeSmallDays(world);
    facts = factsOf(world, makeDigest(), periodOfDays(LAST_DAY - 7, LAST_DAY));
    world.close();
  });

  /** The digest, with every name that upstream gives, and every reason, replaced. */
  const hostile = (text: string): Message => {
    const UPSTREAM = ['name', 'category_l1', 'category_l2', 'reason'];
    const replaced = JSON.stringify(facts, (key, value: unknown) =>
      UPSTREAM.includes(key) ? text : value,
    );
    return messageOf(JSON.parse(replaced) as DigestFacts);
  };

  it.each(Object.entries(ATTACKS))(
    'of products named with %s is harmless in every chat',
    async (_, text) => {
      const message = hostile(text);
      const chat = async (channel: Channel): Promise<unknown> =>
        JSON.parse(await payloadText(channel, message));
      const texts = textsOf(await chat(makeNtfy(UNUSED_URL)));
      const sent = (await chat(makeTelegram(UNUSED_URL))) as { text: string };
      for (const told of [...texts, sent.text])
        expect(withoutCommands(told).replaceAll('tidemark.yaml', '')).not.toMatch(LINKED);
      const slack = await chat(makeHook(UNUSED_URL, { format: 'slack' }));
      for (const told of textsOf(slack)) expect(told).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      const discord = (await chat(makeHook(UNUSED_URL, { format: 'discord' }))) as {
        content: string;
        embeds: { title: string; description: string; fields: { name: string; value: string }[] }[];
      };
      for (const told of textsOf([
        discord.content,
        discord.embeds.map(({ title, description, fields }) => [title, description, fields]),
      ]))
        expect(told.replace(/\\[^A-Za-z0-9\s]/g, '')).not.toMatch(/[\\*_~`|#<>@[\]()]/);
      const teams = await chat(makeHook(UNUSED_URL, { format: 'teams' }));
      for (const told of [...texts, sent.text, ...textsOf([slack, discord, teams])])
        expect(CONTROLS.test(withoutJoiners(told))).toBe(false);
    },
  );

  it.each(Object.entries(ATTACKS))(
    'of products named with %s is harmless in a mail',
    async (_, text) => {
      const mail = await simpleParser(await payloadText(makeMail(), hostile(text)));
      expect(CONTROLS.test((mail.subject ?? '') + (mail.text ?? '').replaceAll('\n', ''))).toBe(
        false,
      );
      const html = typeof mail.html === 'string' ? mail.html : '';
      expect(html).not.toMatch(/<(script|a|at|i)\b|<[^>]*\s(on\w+|href)\s*=/i);
      expect(html.match(/src="(?!data:image\/png|cid:)/g)).toBeNull();
    },
  );
});
