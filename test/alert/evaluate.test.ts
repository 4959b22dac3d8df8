// What the whole engine does with rules that are edited, slots that are taken twice, imports, and rules side by side.
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Rule } from '../../src/config/config.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const LIST = products(10);
/** The first ten products, with one moved to a rank. */
const withAt = (product: string, rank: number): string[] => {
  const others = LIST.filter((id) => id !== product);
  return [...others.slice(0, rank - 1), product, ...others.slice(rank - 1)];
};
const without = (product: string): string[] => [...LIST.filter((id) => id !== product), 'x'];

/** `product quiet-or-told resolved-reason` of every alert, in the order they fired. */
const log = (rule = 'rule'): string[] =>
  world.db.raw
    .prepare(
      "SELECT product_id || ' ' || coalesce(quiet, 'told') || ' ' || coalesce(resolved_reason, 'firing') FROM alert_log WHERE rule = ? ORDER BY alert_id",
    )
    .pluck()
    .all(rule) as string[];
const dump = () =>
  [
    'snapshots',
    'observations',
    'alerts',
    'notifications',
    'notification_alerts',
    'deliveries',
    'rule_states',
    'rule_watermarks',
    'product_records',
  ].map((table) => world.db.raw.prepare(`SELECT * FROM ${table}`).all());
const count = (table: string): number =>
  world.db.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

describe('edits', () => {
  const start = async (rule: Partial<Rule> = {}) => {
    world = makeWorld({
      rules: [makeRule({ when: 'rank <= 2', ...rule })],
      channels: [makeHook(), makeHook({ name: 'ops' })],
    });
    await world.pass(dayAt(0), fetchedList(LIST));
    await world.pass(dayAt(1), fetchedList(withAt('p5', 1)));
  };
  const edit = (changes: Partial<Rule>) =>
    world.configure({ rules: world.config.rules.map((rule) => ({ ...rule, ...changes })) });

  test.each<[what: string, changes: Partial<Rule>]>([
    ['when', { when: 'rank <= 3' }],
    ['clear', { clear: 'rank > 5' }],
    ['compare', { compare: { kind: 'ago', ms: 7 * DAY_MS, text: '7d' } }],
    ['for', { for: 2 }],
    ['clear_for', { clearFor: 2 }],
    ['watches', { watches: ['us-daily'] }],
  ])(
    'editing `%s` closes its alerts without a word, adopts what holds, and makes a new revision',
    async (_, changes) => {
      await start({ resolved: true });
      expect(log()).toEqual(['p1 adopted firing', 'p2 adopted cleared', 'p5 told firing']);
      const sent = count('notifications');
      edit(changes);
      const result = await world.pass(dayAt(2), fetchedList([...withAt('p5', 1).slice(0, 9), 'y']));
      expect(result).toMatchObject({ status: 'complete', fired: 0, resolved: 0 });
      expect(log().slice(0, 3)).toEqual([
        'p1 adopted rule_changed',
        'p2 adopted cleared',
        'p5 told rule_changed',
      ]);
      expect(log().slice(3)).toEqual(
        changes.when === undefined
          ? ['p1 adopted firing', 'p5 adopted firing']
          : ['p1 adopted firing', 'p2 adopted firing', 'p5 adopted firing'],
      );
      expect(count('notifications')).toBe(sent);
      expect(world.db.raw.prepare('SELECT revision FROM rules').pluck().get()).toBe(2);
      expect(
        world.db.raw.prepare('SELECT DISTINCT rule_revision FROM alerts ORDER BY 1').pluck().all(),
      ).toEqual([1, 2]);
    },
  );

  test.each<[what: string, changes: Partial<Rule>]>([
    ['description', { description: 'other words' }],
    ['severity', { severity: 'critical' }],
    ['notify', { notify: ['ops'] }],
    ['cooldown', { cooldownMs: DAY_MS }],
    ['repeat', { repeatMs: 30 * DAY_MS }],
    ['resolved', { resolved: true }],
    ['max_gap', { maxGapMs: 9 * DAY_MS }],
    ['on_first', { onFirst: 'notify' }],
    ['the layout of `when`', { when: '  rank <= 2\n' }],
  ])('editing `%s` keeps its alerts and its revision', async (_, changes) => {
    await start();
    edit(changes);
    await world.pass(dayAt(2), fetchedList([...withAt('p5', 1).slice(0, 9), 'y']));
    expect(log()).toEqual(['p1 adopted firing', 'p2 adopted cleared', 'p5 told firing']);
    expect(world.db.raw.prepare('SELECT revision FROM rules').pluck().get()).toBe(1);
  });

  test('a rule that is removed closes its alerts, and adopts anew when it is back', async () => {
    await start();
    const { rules } = world.config;
    world.configure({ rules: [] });
    await world.pass(dayAt(2), fetchedList(withAt('p6', 1)));
    world.configure({ rules });
    await world.pass(dayAt(3), fetchedList(withAt('p7', 1)));
    await world.pass(dayAt(4), fetchedList(withAt('p8', 1)));
    expect(log()).toEqual([
      'p1 adopted rule_removed',
      'p2 adopted cleared',
      'p5 told rule_removed',
      'p1 adopted firing',
      'p7 adopted cleared',
      'p8 told firing',
    ]);
  });

  test('a watch that asks for another list adopts that, and never compares the two', async () => {
    await start({ watches: null });
    world.configure({ watches: [makeWatch({ keyword: 'soap' })] });
    await world.pass(dayAt(2), fetchedList(['a', 'b', 'c']));
    await world.pass(dayAt(3), fetchedList(['c', 'a', 'b']));
    expect(log()).toEqual([
      'p1 adopted watch_changed',
      'p2 adopted cleared',
      'p5 told watch_changed',
      'a adopted firing',
      'b adopted cleared',
      'c told firing',
    ]);
    expect(
      world.db.raw
        .prepare("SELECT DISTINCT status FROM changes WHERE slot_at = '2026-01-03T06:00:00.000Z'")
        .pluck()
        .all(),
    ).toEqual([null]);
  });

  test('a cooldown that is set later counts from tellings before it', async () => {
    await start();
    await world.pass(dayAt(2), fetchedList(withAt('p6', 1)));
    edit({ cooldownMs: 4 * DAY_MS });
    await world.pass(dayAt(3), fetchedList(withAt('p5', 1)));
    expect(log()).toEqual([
      'p1 adopted firing',
      'p2 adopted cleared',
      'p5 told cleared',
      'p6 told cleared',
      'p5 cooldown firing',
    ]);
  });

  test('reminders and resolves go only to the channels that were told of the firing', async () => {
    await start({ resolved: true, repeatMs: DAY_MS });
    edit({ notify: ['hook', 'ops'] });
    await world.pass(dayAt(2), fetchedList(withAt('p6', 1)));
    await world.pass(dayAt(3), fetchedList(withAt('p7', 1)));
    const told = world.db.raw
      .prepare(
        'SELECT n.channel, l.event, p.upstream_id FROM notification_alerts l JOIN notifications n ON n.id = l.notification_id JOIN alerts a ON a.id = l.alert_id JOIN products p ON p.id = a.product_id ORDER BY n.id, l.event, 3',
      )
      .raw()
      .all();
    expect(told).toEqual([
      ['hook', 'fired', 'p5'],
      ['hook', 'fired', 'p6'],
      ['hook', 'resolved', 'p5'],
      ['ops', 'fired', 'p6'],
      ['hook', 'fired', 'p7'],
      ['hook', 'resolved', 'p6'],
      ['ops', 'fired', 'p7'],
      ['ops', 'resolved', 'p6'],
    ]);
  });
});

describe('rules side by side', () => {
  const away = makeRule({ name: 'away', when: "status = 'left'" });
  const open = makeRule({ name: 'open', when: 'rank <= 10', clear: 'rank > 20', clearFor: 9 });

  test('a product that one rule tracks is no business of another', async () => {
    // Without a baseline, only `open` looks at what is away: `away` never knew of it.
    world = makeWorld({ rules: [open, { ...away, maxGapMs: DAY_MS / 2 }] });
    await world.pass(dayAt(0), fetchedList(LIST));
    await world.pass(dayAt(20), fetchedList(without('p3')));
    expect(log('open')).toContain('p3 adopted firing');
    expect(log('away')).toEqual([]);
  });

  test('`left` holds for as long as it stays away, and the next time it leaves is another alert', async () => {
    world = makeWorld({ rules: [away] });
    await world.pass(dayAt(0), fetchedList(LIST));
    await world.pass(dayAt(1), fetchedList(without('p3')));
    await world.pass(dayAt(2), fetchedList([...without('p3'), 'y']));
    await world.pass(dayAt(30), fetchedList([...without('p3'), 'z']));
    expect(log('away')).toEqual(['p3 told firing']);
    await world.pass(dayAt(31), fetchedList(LIST));
    await world.pass(dayAt(32), fetchedList(without('p3')));
    expect(log('away')).toEqual([
      'p3 told cleared',
      'x told cleared',
      'z told firing',
      'p3 told firing',
    ]);
  });

  test('each rule gives alone what it gives among others', async () => {
    const rules = [
      open,
      away,
      makeRule({ name: 'moves', when: 'rank_gain > 0', cooldownMs: 2 * DAY_MS }),
      makeRule({
        name: 'week',
        when: 'rank_gain <> 0',
        compare: { kind: 'ago', ms: 2 * DAY_MS, text: '2d' },
      }),
    ];
    const lists = [
      LIST,
      without('p3'),
      withAt('p9', 1),
      without('p1'),
      withAt('p2', 6),
      LIST,
      without('p3'),
      withAt('p9', 1),
    ];
    const alertsOf = async (some: readonly Rule[]): Promise<string[][]> => {
      world = makeWorld({ rules: some });
      for (const [day, list] of lists.entries()) await world.pass(dayAt(day), fetchedList(list));
      const found = rules.map(({ name }) => log(name));
      world.close();
      return found;
    };
    const together = await alertsOf(rules);
    for (const [i, rule] of rules.entries())
      expect((await alertsOf([rule]))[i]).toEqual(together[i]);
    expect(await alertsOf([...rules].reverse())).toEqual(together);
    expect(together.every((alerts) => alerts.length > 2)).toBe(true);
    world = makeWorld();
  });
});

describe('the same again', () => {
  const rules = [
    makeRule({ name: 'top', when: 'rank <= 3', clearFor: 2, resolved: true }),
    makeRule({ name: 'moves', when: 'rank_gain > 0', for: 2, repeatMs: DAY_MS }),
  ];
  const lists = fc.array(fc.shuffledSubarray(LIST, { minLength: 7 }), {
    minLength: 1,
    maxLength: 8,
  });

  test('a slot that is evaluated twice adds nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (days) => {
        world = makeWorld({ rules });
        for (const [day, list] of days.entries()) {
          await world.pass(dayAt(day), fetchedList(list));
          const before = dump();
          await world.pass(dayAt(day), fetchedList([...list].reverse()));
          expect(dump()).toEqual(before);
        }
        world.close();
      }),
      { numRuns: 15, seed: 1 },
    );
    world = makeWorld();
  });

  test('the order in which products became known does not matter', async () => {
    const alertsAfter = async (days: readonly string[][], known: readonly string[]) => {
      world = makeWorld({ rules });
      const insert = world.db.raw.prepare(
        "INSERT INTO products (upstream_id, name, updated_at) VALUES (?, '', 0)",
      );
      for (const id of known) insert.run(id);
      for (const [day, list] of days.entries()) await world.pass(dayAt(day), fetchedList(list));
      const alerts = world.db.raw
        .prepare(
          'SELECT rule, product_id, quiet, slot_at, told_slot_at, resolved_slot_at, rank, rank_before FROM alert_log ORDER BY 1, 4, 2',
        )
        .all();
      const messages = (
        world.db.raw
          .prepare('SELECT message FROM notifications ORDER BY id')
          .pluck()
          .all() as string[]
      ).map(
        (text) =>
          JSON.parse(text, (key, value: unknown) =>
            key === 'id' && typeof value === 'number' ? null : value,
          ) as unknown,
      );
      world.close();
      return {
        alerts,
        messages: messages.map(
          (message) => (message as { data: { summary: unknown } }).data.summary,
        ),
      };
    };
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.shuffledSubarray(LIST, { minLength: LIST.length }),
        async (days, known) => {
          expect(await alertsAfter(days, known)).toEqual(await alertsAfter(days, []));
        },
      ),
      { numRuns: 15, seed: 2 },
    );
    world = makeWorld();
  });

  test('imported history fires nothing, tells nothing, and is what the first live snapshot is compared with', async () => {
    world = makeWorld({
      rules: [...rules, makeRule({ name: 'first', when: 'rank_gain >= 5', onFirst: 'notify' })],
    });
    for (let day = 0; day < 5; day++)
      await world.pass(dayAt(day), fetchedList(withAt('p9', day + 1)), { origin: 'import' });
    expect([
      count('alerts'),
      count('notifications'),
      count('deliveries'),
      count('rule_watermarks'),
    ]).toEqual([0, 0, 0, 0]);
    await world.pass(dayAt(5), fetchedList(withAt('p10', 1)));
    expect(log('first')).toEqual(['p10 told firing']);
    expect(log('top')).toEqual(['p1 adopted firing', 'p2 adopted firing', 'p10 adopted firing']);
  });
});
