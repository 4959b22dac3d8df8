import { afterEach, describe, expect, test } from 'vitest';
import type { Rule } from '../../src/config/config.ts';
import type { AlertsMessage } from '../../src/model.ts';
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

  test('is also when a third of the list is gone', async () => {
    await start([{ when: "status = 'left'" }], products(90));
    await world.pass(dayAt(1), fetchedList([...products(55), ...products(35, 'n')]));
    expect(last()).toMatchObject({ storm: true, summary: [{ rule: 'r0', fired: 35 }] });
  });
});
