import { afterEach, describe, expect, test } from 'vitest';
import type { Rule } from '../../src/config/config.ts';
import { composeLetter } from '../../src/delivery/render/compose.ts';
import { cutEntries } from '../../src/delivery/render/fit.ts';
import { standardBody } from '../../src/delivery/channels/webhook/standard.ts';
import { alertsSubject } from '../../src/delivery/render/subject.ts';
import { writerOf } from '../../src/words/writer.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import { insertSilence } from '../../src/store/alerts/silences.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const start = async (rules: Partial<Rule>[], list: readonly string[]) => {
  world = makeWorld({
    rules: rules.map((rule, i) => makeRule({ name: `r${i}`, ...rule })),
    channels: [makeHook(), makeHook({ name: 'ops' })],
  });
  await world.pass(dayAt(0), fetchedList(list));
};
const messages = () =>
  (
    world.db.raw.prepare('SELECT channel, message FROM notifications ORDER BY id').raw().all() as [
      string,
      string,
    ][]
  ).map(([channel, text]) => ({ channel, message: JSON.parse(text) as AlertsMessage }));
const last = () => messages().at(-1)?.message.data;
/** The list of `count` products with the last `moved` of them at its head. */
const withLastFirst = (count: number, moved: number): string[] => [
  ...products(count).slice(-moved),
  ...products(count).slice(0, -moved),
];

describe('one message per channel and pass', () => {
  test('tells of every rule of the channel, the gravest and the largest moves first, and what is over last', async () => {
    await start(
      [
        { when: 'rank <= 4', resolved: true },
        { when: 'rank_gain >= 30', severity: 'critical', notify: ['hook', 'ops'] },
      ],
      products(60),
    );
    await world.pass(dayAt(1), fetchedList(withLastFirst(60, 2)));
    await world.pass(dayAt(2), fetchedList(products(60)));
    const told = messages().map(({ channel, message: { type, data } }) => ({
      channel,
      type,
      summary: data.summary,
      alerts: data.alerts.map(({ event, rule, product }) => `${event} ${rule} ${product.id}`),
    }));
    expect(told).toEqual([
      {
        channel: 'hook',
        type: 'alerts.fired',
        summary: [
          { rule: 'r0', fired: 2, reminders: 0, resolved: 0 },
          { rule: 'r1', fired: 2, reminders: 0, resolved: 0 },
        ],
        alerts: ['fired r1 p59', 'fired r1 p60', 'fired r0 p59', 'fired r0 p60'],
      },
      {
        channel: 'ops',
        type: 'alerts.fired',
        summary: [{ rule: 'r1', fired: 2, reminders: 0, resolved: 0 }],
        alerts: ['fired r1 p59', 'fired r1 p60'],
      },
      // p3 and p4 come back, and p59 and p60 go: what began was adopted, so only the end of what was told is told.
      {
        channel: 'hook',
        type: 'alerts.fired',
        summary: [{ rule: 'r0', fired: 2, reminders: 0, resolved: 2 }],
        alerts: ['fired r0 p3', 'fired r0 p4', 'resolved r0 p59', 'resolved r0 p60'],
      },
    ]);
  });

  test('is of the type alerts.resolved when nothing but ends is told', async () => {
    await start([{ when: 'rank_gain >= 20', resolved: true }], products(30));
    await world.pass(dayAt(1), fetchedList(withLastFirst(30, 1)));
    await world.pass(dayAt(2), fetchedList(['p30', 'p2', 'p1', ...products(29).slice(2)]));
    expect(messages().map(({ message: { type, data } }) => [type, data.summary])).toEqual([
      ['alerts.fired', [{ rule: 'r0', fired: 1, reminders: 0, resolved: 0 }]],
      ['alerts.resolved', [{ rule: 'r0', fired: 0, reminders: 0, resolved: 1 }]],
    ]);
  });

  test('lists at most 20 alerts of a rule, counts all of them, and keeps the best ranks', async () => {
    await start([{ when: "status = 'new'" }, { when: 'rank <= 3' }], products(100));
    await world.pass(dayAt(1), fetchedList([...products(25, 'n'), ...products(100)]));
    const data = last();
    expect(data?.summary).toEqual([
      { rule: 'r0', fired: 25, reminders: 0, resolved: 0 },
      { rule: 'r1', fired: 3, reminders: 0, resolved: 0 },
    ]);
    expect(data?.truncated).toBe(5);
    expect(
      data?.alerts.filter(({ rule }) => rule === 'r0').map(({ product }) => product.id),
    ).toEqual(products(20, 'n'));
    expect(data?.alerts).toHaveLength(23);
    // Those that are not listed are told of all the same: their ends, too, will be told here.
    expect(
      world.db.raw
        .prepare("SELECT count(*) FROM notification_alerts WHERE event = 'fired'")
        .pluck()
        .get(),
    ).toBe(28);
  });
});

describe('ends', () => {
  /** `count` products are new, then gone again while `news` others come. */
  const end = async (count: number, news: number, channels = [makeHook()]) => {
    world = makeWorld({
      rules: [
        makeRule({ name: 'r0', when: "rank <= 60 and product_id not like 'p%'", resolved: true }),
      ],
      channels,
    });
    await world.pass(dayAt(0), fetchedList(products(200)));
    await world.pass(dayAt(1), fetchedList([...products(count, 'x'), ...products(200 - count)]));
    await world.pass(dayAt(2), fetchedList([...products(news, 'y'), ...products(200 - news)]));
    return messages().slice(channels.length);
  };
  const namesOf = (body: string, event: string) => {
    const { data } = JSON.parse(body) as {
      data: AlertsMessage['data'] & { ended?: { product: { id: string } }[] };
    };
    const listed = data.alerts.filter((alert) => alert.event === event);
    return [...listed, ...(event === 'resolved' ? (data.ended ?? []) : [])].map(
      ({ product }) => product.id,
    );
  };

  test('are named in the body of a standard webhook, however many firings there are', async () => {
    const [told, ...others] = await end(3, 25);
    expect(others).toEqual([]);
    const body = standardBody(told?.message as AlertsMessage);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
    expect(namesOf(body, 'resolved').sort()).toEqual(['x1', 'x2', 'x3']);
    const { data } = JSON.parse(body) as { data: { ended: object[] } };
    expect(data.ended[0]).toEqual({
      id: expect.any(Number) as number,
      rule: 'r0',
      product: { id: 'x1', name: 'Product x1' },
      fired_at: expect.stringMatching(/^2026/) as string,
      slot_at: '2026-01-02T06:00:00.000Z',
      resolved_at: expect.stringMatching(/^2026/) as string,
      resolved_slot_at: '2026-01-03T06:00:00.000Z',
    });
  });

  test('without room come in further messages, each complete in itself', async () => {
    const told = await end(60, 60);
    const ends = told.map(({ message }) => namesOf(standardBody(message), 'resolved'));
    expect(ends.map((names) => names.length)).toEqual([30, 30]);
    expect(new Set(ends.flat())).toEqual(new Set(products(60, 'x')));
    expect(told.map(({ message: { type, data } }) => [type, data.summary, data.truncated])).toEqual(
      [
        ['alerts.fired', [{ rule: 'r0', fired: 60, reminders: 0, resolved: 30 }], 40],
        ['alerts.resolved', [{ rule: 'r0', fired: 0, reminders: 0, resolved: 30 }], 0],
      ],
    );
    expect(
      world.db.raw
        .prepare(
          "SELECT count(DISTINCT alert_id) FROM notification_alerts WHERE event = 'resolved'",
        )
        .pluck()
        .get(),
    ).toBe(60);
  });

  test('are named for people too, in one message', async () => {
    const told = await end(60, 60, [makeHook({ format: 'slack' })]);
    expect(told).toHaveLength(1);
    const message = told[0]?.message as AlertsMessage;
    const letter = cutEntries(
      composeLetter(message, { channel: 'slack', timezone: 'UTC', ranks: new Map() }),
      10,
    );
    expect(letter.sections.map(({ heading }) => heading)).toEqual(['r0', 'r0 resolved']);
    expect(letter.sections[1]?.notes.at(-1)).toMatch(/^Over as well: Product x2, Product x3, /);
    // 120 events: 10 with all their facts, 12 by name.
    expect(letter.more.count).toBe(98);
  });
});

describe('a storm', () => {
  const fire = async (news: number, rules: Partial<Rule>[] = [{ when: "status = 'new'" }]) => {
    await start(rules, products(90));
    await world.pass(dayAt(1), fetchedList([...products(news, 'n'), ...products(90 - news)]));
    return messages().map(({ message: { data } }) => data.storm);
  };

  test('is when more than a third of the list fires at once, and is one message', async () => {
    expect(await fire(31)).toEqual([true]);
    expect(last()).toMatchObject({ truncated: 11, summary: [{ rule: 'r0', fired: 31 }] });
  });

  test('is not yet at a third', async () => {
    expect(await fire(30)).toEqual([false]);
  });

  test('counts products, whatever the number of rules that fire for them', async () => {
    expect(
      await fire(20, [{ when: "status = 'new'" }, { when: "status = 'new' and rank > 0" }]),
    ).toEqual([false]);
  });

  test('counts what is told, not what was adopted or is quiet', async () => {
    await start([{ when: 'rank <= 60' }, { when: 'rank = 90' }], products(90));
    await world.pass(dayAt(1), fetchedList(withLastFirst(90, 1)));
    expect(
      messages().map(({ message: { data } }) => [
        data.storm,
        data.summary.map(({ fired }) => fired),
      ]),
    ).toEqual([[false, [1, 1]]]);
  });

  test('is none below ten: two of five can be told one by one', async () => {
    await start([{ when: "status = 'new'" }], products(20));
    await world.pass(dayAt(1), fetchedList([...products(9, 'n'), ...products(11)]));
    expect(last()).toMatchObject({ storm: false, summary: [{ fired: 9 }] });
  });

  test('is one of a message, not of a pass: a channel that hears of one alert hears of that', async () => {
    await start(
      [
        { when: "status = 'new'" },
        { when: "status = 'new' and rank = 1", severity: 'critical', notify: ['ops'] },
      ],
      products(90),
    );
    await world.pass(dayAt(1), fetchedList([...products(40, 'n'), ...products(50)]));
    const told = messages().map(({ channel, message }) => [
      channel,
      message.data.storm,
      alertsSubject(message, writerOf({ timezone: 'UTC' })),
    ]);
    expect(told).toEqual([
      ['hook', true, 'us-daily: 40 alerts at once, which looks like an event of the source'],
      ['ops', false, '[critical] us-daily: Product n1 new at #1'],
    ]);
  });

  test('never hides a critical alert', async () => {
    await start(
      [{ when: "status = 'new'" }, { when: "status = 'new' and rank = 30", severity: 'critical' }],
      products(90),
    );
    await world.pass(dayAt(1), fetchedList([...products(40, 'n'), ...products(50)]));
    const [message] = messages().map((one) => one.message);
    expect(message?.data.storm).toBe(true);
    expect(message && alertsSubject(message, writerOf({ timezone: 'UTC' }))).toBe(
      '[critical] us-daily: Product n30 new at #30, and 40 more',
    );
    expect(message?.data.alerts[0]).toMatchObject({ severity: 'critical' });
  });

  test('counts what is told late, when a long silence has ended', async () => {
    await start([{ when: "product_id like 'n%'" }], products(90));
    insertSilence(
      world.db,
      {
        rule: null,
        watch: 'us-daily',
        product: null,
        reason: 'a holiday',
        untilAt: dayAt(1) + 3_600_000,
      },
      world.clock.now(),
    );
    const list = [...products(40, 'n'), ...products(50)];
    await world.pass(dayAt(1), fetchedList(list));
    expect(messages()).toEqual([]);
    await world.pass(dayAt(2), fetchedList([...list.slice(1, 41), 'n1', ...list.slice(41)]));
    expect(last()).toMatchObject({ storm: true, summary: [{ fired: 40 }] });
  });

  test('is also when a third of the list is gone', async () => {
    await start([{ when: "status = 'left'" }], products(90));
    await world.pass(dayAt(1), fetchedList([...products(55), ...products(35, 'n')]));
    expect(last()).toMatchObject({ storm: true, summary: [{ rule: 'r0', fired: 35 }] });
  });
});

test('an end goes where the firing was told, though the rule tells another channel by now', async () => {
  await start([{ when: 'rank <= 4', resolved: true }], products(60));
  await world.pass(dayAt(1), fetchedList(withLastFirst(60, 1)));
  world.configure({
    rules: [makeRule({ name: 'r0', when: 'rank <= 4', resolved: true, notify: ['ops'] })],
  });
  await world.pass(dayAt(2), fetchedList(products(60)));

  const told = messages().map(({ channel, message: { data } }) => [
    channel,
    ...data.alerts.map(({ event, product }) => `${event} ${product.id}`),
  ]);
  expect(told).toEqual([
    ['hook', 'fired p60'],
    ['hook', 'resolved p60'],
    ['ops', 'fired p4'],
  ]);
});
