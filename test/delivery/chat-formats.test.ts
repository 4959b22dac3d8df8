import { describe, expect, it } from 'vitest';
import { makePayload, makePlainPayload } from '../../src/delivery/payload.ts';
import type { WebhookFormat } from '../../src/config/channels/webhook.ts';
import type { AlertFact } from '../../src/message/alerts.ts';
import type { Message } from '../../src/message/message.ts';
import { makeHook, T0, UNUSED_URL } from './outbox-world.ts';
import { alertsMessage, anAlert, testMessage, troubleMessage } from './sample-messages.ts';

const bodyOf = async (format: WebhookFormat, message: Message): Promise<string> =>
  (
    await makePayload({
      message,
      channel: makeHook(UNUSED_URL, { format }),
      recipient: '',
      messageId: 'msg_1',
      createdAt: T0,
      smtp: null,
      context: { timezone: 'UTC', ranks: new Map([['601583', [40, 12, 40]]]) },
    })
  ).toString();

/** As many and as long as upstream can make them; every third of another rule. */
const huge = (count: number): AlertFact[] =>
  Array.from({ length: count }, (_, index) =>
    anAlert({
      id: index + 1,
      rule: `rule-${index % 12}`,
      description: `**${'long '.repeat(80)}**`,
      product: {
        id: `${index}`,
        name: `${'(*Ä*) '.repeat(60)}${index}`,
        category_l1: '[Ö]'.repeat(100),
        category_l2: '_Ü_'.repeat(100),
      },
    }),
  );

const MESSAGES: [string, Message][] = [
  ['one alert', alertsMessage()],
  ['500 alerts', alertsMessage(huge(500))],
  ['a resolve', alertsMessage([anAlert({ event: 'resolved', state: 'resolved' })])],
  ['trouble', troubleMessage({ text: 'x'.repeat(5_000) })],
  ['a test', testMessage()],
];

describe.each(MESSAGES)('%s', (_name, message) => {
  it('keeps the limits of Slack', async () => {
    const body = JSON.parse(await bodyOf('slack', message)) as {
      text: string;
      blocks: { type: string; text?: { text: string }; elements?: { text: string }[] }[];
    };

    expect(body.blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(13_000);
    for (const { type, text, elements = [] } of body.blocks) {
      expect(text?.text.length ?? 1).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
      expect(elements.length).toBeLessThanOrEqual(10);
    }
  });

  it('keeps the limits of Discord', async () => {
    const body = JSON.parse(await bodyOf('discord', message)) as {
      content: string;
      embeds: {
        title: string;
        description: string;
        fields: { name: string; value: string }[];
        footer?: { text: string };
      }[];
    };

    expect(body.content.length).toBeLessThanOrEqual(2_000);
    expect(body.embeds.length).toBeLessThanOrEqual(10);
    for (const { title, description, fields, footer } of body.embeds) {
      expect(title.length).toBeLessThanOrEqual(256);
      expect(description.length).toBeLessThanOrEqual(4_096);
      expect(fields.length).toBeLessThanOrEqual(25);
      expect(footer?.text.length ?? 0).toBeLessThanOrEqual(2_048);
      for (const { name, value } of fields)
        expect([
          name.length <= 256,
          value.length <= 1_024,
          name.length > 0,
          value.length > 0,
        ]).toEqual([true, true, true, true]);
    }
    const texts = body.embeds.flatMap(({ title, description, fields, footer }) => [
      title,
      description,
      footer?.text ?? '',
      ...fields.flatMap(({ name, value }) => [name, value]),
    ]);
    expect(texts.join('').length).toBeLessThanOrEqual(6_000);
  });

  it('keeps the limits of Teams', async () => {
    const body = await bodyOf('teams', message);

    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(28_000);
    expect(JSON.parse(body)).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: { type: 'AdaptiveCard' },
        },
      ],
    });
  });

  it('keeps the limit of standard webhooks', async () => {
    expect(Buffer.byteLength(await bodyOf('standard', message))).toBeLessThanOrEqual(20_000);
  });
});

describe('a format', () => {
  it('standard is the message itself, as documented', async () => {
    expect(JSON.parse(await bodyOf('standard', alertsMessage()))).toEqual(alertsMessage());
  });

  it('standard counts the alerts it has no room for', async () => {
    const body = JSON.parse(
      await bodyOf('standard', alertsMessage(huge(100), { truncated: 3 })),
    ) as { data: { alerts: unknown[]; truncated: number } };

    expect(body.data.alerts.length).toBeGreaterThan(3);
    expect(body.data.alerts.length + body.data.truncated).toBe(103);
  });

  it.each<WebhookFormat>(['slack', 'discord', 'teams'])(
    '%s tells product, ranks, metrics, baseline, reason and how to mute',
    async (format) => {
      const body = (await bodyOf(format, alertsMessage()))
        .replaceAll('\\\\', '')
        .replaceAll('\\"', '"');

      for (const fact of [
        'us-daily: Perfume up 28 to #12',
        '#40 → #12, up 28',
        '▁█▁',
        '9,100 → 11,500 (+26.4\u00a0%)',
        '22 Nov 2026, 11:00, 1 day earlier',
        'You get this because',
        'tidemark silence add --rule breakout --watch us-daily',
      ]) {
        expect(body, fact).toContain(fact);
      }
    },
  );

  it.each<WebhookFormat>(['slack', 'discord', 'teams'])(
    '%s says how many alerts are not shown',
    async (format) => {
      const body = (
        await bodyOf(
          format,
          alertsMessage(Array.from({ length: 25 }, (_, index) => anAlert({ id: index }))),
        )
      ).replaceAll('\\\\', '');
      expect(body).toContain('+15 more: tidemark alerts');
    },
  );

  it('has a short form only where it is a chat', () => {
    const plain = (format: WebhookFormat) =>
      makePlainPayload(alertsMessage(huge(20)), makeHook(UNUSED_URL, { format }), {
        timezone: 'UTC',
        ranks: new Map(),
      });

    expect(plain('standard')).toBeNull();
    for (const format of ['slack', 'discord', 'teams'] as const)
      expect(plain(format)?.length ?? 0, format).toBeLessThan(2_500);
  });
});
