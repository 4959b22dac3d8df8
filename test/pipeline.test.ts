import { afterEach, describe, expect, test } from 'vitest';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from './support/world.ts';

let world: World;
afterEach(() => world.close());

const alertLog = () =>
  world.db.raw
    .prepare(
      'SELECT rule, product_id, state, quiet, slot_at, resolved_slot_at FROM alert_log ORDER BY alert_id',
    )
    .all();
const messages = () =>
  (
    world.db.raw.prepare('SELECT message FROM notifications ORDER BY id').pluck().all() as string[]
  ).map(
    (text) =>
      JSON.parse(text) as {
        type: string;
        data: { summary: unknown; alerts: { product: { id: string } }[] };
      },
  );

describe('a pass', () => {
  test('stores a list, adopts what holds at first, and tells what changes later', async () => {
    world = makeWorld({ rules: [makeRule({ name: 'top3', when: 'rank <= 3', resolved: true })] });
    const first = await world.pass(dayAt(0), fetchedList(products(30)));
    expect(first).toMatchObject({
      status: 'complete',
      reason: null,
      rows: 30,
      pages: 2,
      credits: 4,
      fired: 0,
      resolved: 0,
    });
    expect(alertLog()).toHaveLength(3);
    expect(messages()).toEqual([]);

    const [a, b, c, d, ...rest] = products(30);
    const second = await world.pass(dayAt(1), fetchedList([d, a, b, c, ...rest] as string[]));
    expect(second).toMatchObject({ status: 'complete', fired: 1, resolved: 1 });
    // The resolve of the adopted alert is not told: its firing was not.
    expect(messages()).toHaveLength(1);
    expect(messages()[0]).toMatchObject({
      type: 'alerts.fired',
      data: {
        summary: [{ rule: 'top3', fired: 1, reminders: 0, resolved: 0 }],
        alerts: [
          {
            product: { id: 'p4' },
            change: { rank: 1, rank_before: 4, rank_gain: 3, status: 'stayed', streak: 1 },
            gap_days: 1,
          },
        ],
      },
    });

    await world.pass(dayAt(2), fetchedList(products(30)));
    expect(messages()[1]).toMatchObject({
      type: 'alerts.fired',
      data: {
        alerts: [
          { product: { id: 'p3' }, state: 'firing' },
          { product: { id: 'p4' }, state: 'resolved' },
        ],
      },
    });
  });

  test('changes nothing when it is run again for the same slot', async () => {
    world = makeWorld({ rules: [makeRule({ when: "status = 'new'" })] });
    await world.pass(dayAt(0), fetchedList(products(30)));
    const dump = () =>
      [
        'snapshots',
        'observations',
        'alerts',
        'notifications',
        'deliveries',
        'rule_states',
        'rule_watermarks',
        'product_records',
      ].map((table) => world.db.raw.prepare(`SELECT * FROM ${table}`).all());
    await world.pass(dayAt(1), fetchedList([...products(29), 'x1']));
    const before = dump();
    expect(await world.pass(dayAt(1), fetchedList(products(30).reverse()))).toMatchObject({
      rows: 30,
      status: 'complete',
    });
    expect(dump()).toEqual(before);
    expect(messages()).toHaveLength(1);
  });

  test('does not believe the list of another region, also when it tracks fewer ranks of it', async () => {
    const watches = [
      makeWatch({ depth: 100 }),
      makeWatch({ name: 'vn', region: 'VN', depth: 60 }),
      makeWatch({ name: 'vn-week', region: 'VN', timeScope: 7, depth: 60 }),
    ];
    world = makeWorld({ watches, rules: [makeRule({ when: "status = 'new'" })] });
    const list = (day: number, region: number) =>
      Array.from({ length: 100 }, (_, index) => ({
        id: `p${((index * 7 + region) % 100) + 1}`,
        posts: 10_000 - index * 50 + region,
        likes: index * 13 + day + region,
      }));
    for (const day of [0, 1])
      for (const [region, { name, depth }] of watches.entries())
        await world.pass(
          dayAt(day),
          fetchedList(list(day, region).slice(0, depth), { total: 100 }),
          { watch: name },
        );
    await world.pass(dayAt(2), fetchedList(list(2, 0)));
    expect(
      await world.pass(dayAt(2), fetchedList(list(2, 0).slice(0, 60), { total: 100 }), {
        watch: 'vn',
      }),
    ).toMatchObject({
      status: 'suspect',
      reason: 'identical to the list of us-daily (US): the source may have ignored the region',
      fired: 0,
    });
    // One metric of one product is another, and so is the window.
    const other = list(2, 0)
      .slice(0, 60)
      .map((row, index) => (index === 30 ? { ...row, likes: 1 } : row));
    expect(
      await world.pass(dayAt(3), fetchedList(other, { total: 100 }), { watch: 'vn' }),
    ).toMatchObject({ status: 'complete' });
    expect(
      await world.pass(dayAt(2), fetchedList(list(2, 0).slice(0, 60), { total: 100 }), {
        watch: 'vn-week',
      }),
    ).toMatchObject({ status: 'complete' });
  });

  test('does not say that a product left when its page was missing', async () => {
    world = makeWorld({
      rules: [
        makeRule({ name: 'gone', when: "status = 'left'" }),
        makeRule({ name: 'top', when: 'rank <= 25', resolved: true }),
      ],
    });
    await world.pass(dayAt(0), fetchedList(products(60)));
    const partial = await world.pass(dayAt(1), fetchedList(products(60), { missing: [2] }));
    expect(partial).toMatchObject({ status: 'partial', fired: 0, resolved: 0, rows: 40 });
    expect(partial.reason).toBe(
      '40 of 60 products seen; page 2 missing (timeout: no answer within 30s)',
    );
    // Ranks of the page after the missing one are not shifted.
    expect(
      world.db.raw
        .prepare("SELECT rank FROM history WHERE product_id = 'p41' AND snapshot_id = 2")
        .pluck()
        .get(),
    ).toBe(41);
    await world.pass(dayAt(2), fetchedList(products(59)));
    expect(messages()).toHaveLength(1);
    expect(messages()[0]?.data.alerts.map(({ product }) => product.id)).toEqual(['p60']);
  });
});
