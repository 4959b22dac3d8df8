// Names of products lead to their pages at the source, where the list has these and readers have no page of ours.
import { describe, expect, test } from 'vitest';
import { discordBody } from '../../src/delivery/channels/webhook/discord.ts';
import { slackBody } from '../../src/delivery/channels/webhook/slack.ts';
import { makePayload } from '../../src/delivery/payload.ts';
import { chatLink } from '../../src/delivery/render/chat-link.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { storeList } from '../../src/list/stored.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { alertsMessage, anAlert } from './sample-messages.ts';
import { T0 } from './outbox-world.ts';
import { linkOf } from '../../src/list/link.ts';
import { PRODUCT_RANKING } from '../../src/list/product-ranking.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { writerOf } from '../../src/words/writer.ts';

test('a product of the ranking has a page at TikTok, by its id; a category has none', () => {
  expect(linkOf(PRODUCT_RANKING, {}, '1729383769606034185')).toBe(
    'https://www.tiktok.com/view/product/1729383769606034185',
  );
  expect(linkOf(TOP_PRODUCTS, {}, '601583')).toBeUndefined();
});

test('what stands in an id cannot leave the address, and $ in it means nothing', () => {
  expect(linkOf({ link: 'https://a.example/{id}' }, {}, '"><x $& a/b?c')).toBe(
    'https://a.example/%22%3E%3Cx%20%24%26%20a/b%3Fc',
  );
});

test('an amount of a currency that is not known has two decimals, or none, and no sign', () => {
  const { amount, compactAmount } = writerOf({ timezone: 'UTC' });
  expect([8.5, 41_582, 41_582.5].map(amount)).toEqual(['8.50', '41,582', '41,582.50']);
  expect([8, 8.5, 33_012.4].map(compactAmount)).toEqual(['8', '8.50', '33k']);
});

/** An alert of a product that a hostile source named. */
const hostile = (id: string) =>
  alertsMessage([
    anAlert({
      product: {
        id,
        name: '](https://evil.example) <!channel> *x*',
        category_l1: '',
        category_l2: '',
      },
    }),
  ]);
const ofShop = (id: string) => {
  const message = hostile(id);
  const declaration = storeList({ ...TOP_PRODUCTS, link: 'https://shop.example/p/{id}' });
  return { ...message, data: { ...message.data, list: 'mine', declaration } } as typeof message;
};
const letterOf = (id: string) =>
  composeLetter(ofShop(id), { timezone: 'UTC', channel: 'x', ranks: new Map() });

describe('in chats', () => {
  const EVIL = "a)](b)|c>d<e*f_g~h`i'j";
  const SAFE = /^https:\/\/shop\.example\/p\/[\w%./-]+$/;

  test('a link is an address without any character that could end it, beside the text', () => {
    const [entry] = letterOf(EVIL).sections.flatMap(({ entries }) => entries);
    if (entry === undefined) throw new Error('no entry');
    expect(chatLink(entry)?.url).toMatch(SAFE);
    expect(chatLink({ ...entry, link: 'javascript:alert(1)' })).toBeNull();
    expect(
      chatLink({ ...entry, pages: { product: 'https://me.example/x', alert: '', mute: '' } }),
    ).toEqual({ url: 'https://me.example/x', host: 'me.example' });
  });

  test('Slack has it as a field of its own, and no name in mark-up', () => {
    type Block = { text?: { type: string }; fields?: { type: string; text: string }[] };
    const { blocks } = JSON.parse(slackBody(letterOf(EVIL))) as { blocks: Block[] };
    const fields = blocks.flatMap((block) => block.fields ?? []);
    expect(fields).toHaveLength(1);
    const [, url = ''] = /^<([^|>]+)\|shop\.example>$/.exec(fields[0]?.text ?? '') ?? [];
    expect(url).toMatch(SAFE);
    expect(blocks.every(({ text }) => text === undefined || text.type === 'plain_text')).toBe(true);
  });

  test('Discord has it at the end of what is said, with names escaped', () => {
    const { embeds } = JSON.parse(discordBody(letterOf(EVIL))) as {
      embeds: { fields: { name: string; value: string }[] }[];
    };
    const [field] = embeds.flatMap(({ fields }) => fields);
    const [, url = ''] = /\n\[shop\\\.example\]\(([^)]+)\)$/.exec(field?.value ?? '') ?? [];
    expect(url).toMatch(SAFE);
    expect(field?.name).toContain('\\]\\(https\\://evil');
  });

  test('ntfy has a button for each of the first three', async () => {
    const message = ofShop('1');
    const [alert] = message.data.alerts;
    if (alert === undefined) throw new Error('no alert');
    const many = {
      ...message.data,
      alerts: ['1', '2', '3', '4'].map((id) => ({ ...alert, product: { ...alert.product, id } })),
    };
    const body = await makePayload({
      message: { ...message, data: many },
      channel: {
        ...{ kind: 'ntfy', name: 'n', server: 'https://ntfy.example', topic: makeSecret('t') },
        ...{ token: null, click: null, allowPrivate: false },
      },
      ...{ recipient: '', messageId: 'm', createdAt: T0, smtp: null },
      context: { timezone: 'UTC', ranks: new Map() },
    });
    const { actions } = JSON.parse(body.toString()) as { actions: Record<string, string>[] };
    expect(actions.map(({ action, url }) => [action, url])).toEqual(
      ['1', '2', '3'].map((id) => ['view', `https://shop.example/p/${id}`]),
    );
    expect(actions.every(({ label = '' }) => label.length > 0 && label.length <= 40)).toBe(true);
  });
});
