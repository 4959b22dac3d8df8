import { afterEach, describe, expect, test } from 'vitest';
import { runAlerts, runAlertsShow } from '../../src/commands/reading/alerts.ts';
import { runSilenceAdd } from '../../src/commands/reading/silence.ts';
import type { AppError } from '../../src/lib/errors.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';
import { json, run } from '../support/run-command.ts';

let world: World;
afterEach(() => world.close());

type Printed = {
  id: number;
  rule: string;
  watch: string;
  state: string;
  quiet: string | null;
  product: { id: string };
  slot_at: string;
  resolved_at: string | null;
};
const listed = (args: Parameters<typeof runAlerts>[1] = {}) =>
  (json(run(runAlerts, { ...args, json: true }, world)) as Printed[]).map(
    ({ rule, product, state, quiet }) =>
      `${rule} ${product.id} ${state}${quiet === null ? '' : ` ${quiet}`}`,
  );

const rotated = (by: number): string[] => [
  ...products(30).slice(-by),
  ...products(30).slice(0, -by),
];

/** Two watches. Day 0 adopts p1 of top1; day 1 p30 takes its place; on day 2 p29 does, while top1 is silenced in gb. */
async function threeDays(): Promise<void> {
  world = makeWorld({
    watches: [makeWatch(), makeWatch({ name: 'gb-daily', region: 'GB' })],
    rules: [
      makeRule({
        name: 'top1',
        description: 'Leads the list',
        when: 'rank <= 1',
        severity: 'critical',
      }),
      makeRule({ name: 'leap', when: 'rank_gain >= 29', watches: ['us-daily'] }),
    ],
  });
  const us = async (day: number, list: string[]) => world.pass(dayAt(day), fetchedList(list));
  const gb = async (day: number, list: string[]) =>
    world.pass(dayAt(day) + 1, fetchedList(list), { watch: 'gb-daily', origin: 'manual' });
  await us(0, products(30));
  await gb(0, [...products(29, 'g'), 'x\u001b[31m\u202e']);
  await us(1, rotated(1));
  await gb(1, ['x\u001b[31m\u202e', ...products(29, 'g')]);
  run(runSilenceAdd, { watch: 'gb-daily', rule: 'top1', reason: 'sale' }, world);
  await us(2, rotated(2));
  await gb(2, products(29, 'g'));
}

describe('alerts', () => {
  test('lists those that were told, the newest first, in 80 columns', async () => {
    await threeDays();
    const { code, out, err } = run(runAlerts, {}, world);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "5 alerts. Slots in UTC; ranks as it fired.

      id  fired             watch     rule  severity  product          rank  state
      ──  ────────────────  ────────  ────  ────────  ─────────────  ──────  ────────
       7  2026-01-03 06:00  us-daily  leap  info      Product p29    30 → 1  firing
       6  2026-01-03 06:00  us-daily  top1  critical  Product p29    30 → 1  firing
       5  2026-01-02 06:00  gb-daily  top1  critical  Product x[31m  30 → 1  resolved
       4  2026-01-02 06:00  us-daily  leap  info      Product p30    30 → 1  resolved
       3  2026-01-02 06:00  us-daily  top1  critical  Product p30    30 → 1  resolved
      "
    `);
    expect(err).toMatchInlineSnapshot(`
      "Not listed: 3 quiet alerts (2 adopted, 1 silenced), of which nobody was told. --all lists them too.
      What one is based on: tidemark alerts show 7
      "
    `);
  });

  test('in 60 columns leaves out what is least needed, and cuts nothing else', async () => {
    await threeDays();
    for (const args of [{}, { all: true }]) {
      const lines = run(runAlerts, args, world, { columns: 60 }).out.trimEnd().split('\n');
      expect(lines.filter((text) => text.length > 60)).toEqual([]);
      expect(lines.find((text) => text.startsWith(' 7'))).toMatch(/leap .*Product p29 .* 30 → 1/);
    }
  });

  test('on a terminal wraps its remark between words, and elsewhere leaves it whole', async () => {
    await threeDays();
    const { err } = run(runAlerts, {}, world, { isTerminal: true, columns: 80 });
    const lines = err.split('\n');
    expect(lines.filter((text) => text.length > 80)).toEqual([]);
    expect(lines.slice(0, 2).join(' ')).toBe(run(runAlerts, {}, world).err.split('\n')[0]);
  });

  test('can be asked for by watch, rule, state, time and whether somebody was told', async () => {
    await threeDays();
    expect(listed()).toEqual([
      'leap p29 firing',
      'top1 p29 firing',
      'top1 x\u001b[31m\u202e resolved',
      'leap p30 resolved',
      'top1 p30 resolved',
    ]);
    expect(listed({ watch: 'us-daily', rule: 'top1' })).toEqual([
      'top1 p29 firing',
      'top1 p30 resolved',
    ]);
    expect(listed({ state: 'firing' })).toEqual(['leap p29 firing', 'top1 p29 firing']);
    expect(listed({ state: 'resolved', watch: 'us-daily' })).toEqual([
      'leap p30 resolved',
      'top1 p30 resolved',
    ]);
    expect(listed({ severity: 'info' })).toEqual(['leap p29 firing', 'leap p30 resolved']);
    expect(() => listed({ severity: 'high' })).toThrow('critical');
    expect(listed({ since: '2026-01-03' })).toEqual(['leap p29 firing', 'top1 p29 firing']);
    expect(listed({ since: '1h' })).toEqual(['leap p29 firing', 'top1 p29 firing']);
    expect(listed({ quiet: true })).toEqual([
      'top1 g1 firing silenced',
      'top1 g1 resolved adopted',
      'top1 p1 resolved adopted',
    ]);
    expect(listed({ all: true, watch: 'us-daily' })).toEqual([
      'leap p29 firing',
      'top1 p29 firing',
      'leap p30 resolved',
      'top1 p30 resolved',
      'top1 p1 resolved adopted',
    ]);
    expect(listed({ limit: 1 })).toEqual(['leap p29 firing']);
  });

  test('says how many are not listed, and shows why nobody was told', async () => {
    await threeDays();
    expect(run(runAlerts, { limit: 2 }, world).out).toContain('The newest 2 of 5 alerts. ');
    const { out, err } = run(runAlerts, { all: true, watch: 'gb-daily' }, world);
    expect(out).toMatch(/rule +severity +product +rank +state +quiet\n/);
    expect(out).toMatch(/top1 +critical +Product g1 +2 → 1 +firing +silenced\n/);
    expect(err).not.toContain('Not listed');
  });
});

test('JSON has the shape of webhooks, with the watch and when it resolved', async () => {
  await threeDays();
  const [firing] = json(
    run(runAlerts, { json: true, state: 'firing', rule: 'top1' }, world),
  ) as Printed[];
  expect(firing).toMatchObject({
    id: expect.any(Number) as number,
    rule: 'top1',
    description: 'Leads the list',
    severity: 'critical',
    state: 'firing',
    event: 'fired',
    watch: 'us-daily',
    quiet: null,
    fired_at: '2026-01-03T06:00:00.000Z',
    slot_at: '2026-01-03T06:00:00.000Z',
    resolved_at: null,
    resolved_slot_at: null,
    product: { id: 'p29', name: 'Product p29', category_l1: 'Beauty', category_l2: 'Makeup' },
    change: { rank: 1, rank_before: 30, rank_gain: 29, status: 'stayed', slots_on_list: 3 },
    baseline_at: '2026-01-02T06:00:00.000Z',
    gap_days: 1,
    when: 'rank <= 1',
    clear: null,
  });
  expect(firing).not.toHaveProperty('change.product_id');
  const [resolved] = json(
    run(runAlerts, { json: true, state: 'resolved', watch: 'us-daily', rule: 'top1' }, world),
  ) as Printed[];
  // The change row stays the one it fired on.
  expect(resolved).toMatchObject({
    state: 'resolved',
    event: 'resolved',
    slot_at: '2026-01-02T06:00:00.000Z',
    resolved_at: '2026-01-03T06:00:00.000Z',
    resolved_slot_at: '2026-01-03T06:00:00.000Z',
    product: { id: 'p30' },
    change: { rank: 1, rank_before: 30 },
  });
});

test('an alert closed by an edit of its rule is resolved, at no slot', async () => {
  await threeDays();
  world.configure({ rules: [makeRule({ name: 'top1', when: 'rank <= 2' })] });
  await world.pass(dayAt(3), fetchedList(rotated(3)));
  expect(
    json(run(runAlerts, { json: true, watch: 'us-daily', rule: 'top1', limit: 1 }, world)),
  ).toMatchObject([
    {
      product: { id: 'p29' },
      state: 'resolved',
      resolved_at: '2026-01-04T06:00:00.000Z',
      resolved_slot_at: null,
    },
  ]);
});

describe('alerts show', () => {
  test('prints what fired, why, from which snapshots, every value, who was told, and how it resolved', async () => {
    world = makeWorld({
      rules: [
        makeRule({
          name: 'leap',
          description: 'Climbs\u001b[2J far',
          when: 'rank_gain >= 29',
          clear: 'rank > 1',
          resolved: true,
        }),
      ],
    });
    const list = (ids: string[], ctr = 1.93) =>
      fetchedList(
        ids.map((id) => ({
          id,
          name: `Lamps \u202e${id}`,
          posts: id === 'p30' ? 1234 : 10,
          ctr,
        })),
      );
    await world.pass(dayAt(0), list(products(30)));
    await world.pass(dayAt(1), list(rotated(1)));
    const shown = run(runAlertsShow, { id: 1 }, world).out;
    const sql = run(runAlertsShow, { id: 1, sql: true }, world).out;
    expect(shown).toMatchInlineSnapshot(`
      "Alert 1: leap (info) on us-daily, Lamps p30 (p30)
      Fired at the slot Fri 2026-01-02 06:00 UTC. It still fires.

      Why
      rule     leap, revision 1: Climbs[2J far
      when     rank_gain >= 29
      clear    rank > 1
      compare  previous

      From
      snapshot  2, slot Fri 2026-01-02 06:00 UTC, complete
      baseline  1, slot Thu 2026-01-01 06:00 UTC, complete

      Values it fired on
      value   now  before  difference  percent
      ─────  ────  ──────  ──────────  ───────
      rank      1      30          29        –
      posts  1234    1234           0        0
      ctr    1.93    1.93           0        0

      status         stayed
      rank_best      1
      slots_on_list  2
      first_seen_at  2026-01-01T06:00:00.000Z
      streak         1
      gap_days       1

      Told
      event  to    state    when
      ─────  ────  ───────  ────────────────────────
      fired  hook  pending  Fri 2026-01-02 06:00 UTC

      The SQL that comes to the same decision:  tidemark alerts show 1 --sql
      "
    `);
    expect(world.db.raw.prepare(sql.slice(sql.indexOf('WITH'))).all()).toEqual([
      {
        decision: 'fires',
        slot_at: '2026-01-02T06:00:00.000Z',
        product: 'Lamps p30',
        rank: 1,
        rank_gain: 29,
        baseline_at: '2026-01-01T06:00:00.000Z',
        when: 1,
        clear: 0,
      },
    ]);
    // Another day's figures: the very list of the first day would be an older list served again.
    await world.pass(dayAt(2), list(products(30), 1.9));
    const { code, out, err } = run(runAlertsShow, { id: 1 }, world);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(
      'Fired at the slot Fri 2026-01-02 06:00 UTC; resolved at the slot Sat 2026-01-03 06:00 UTC (cleared).\n',
    );
    expect(out).toContain('resolved  hook  pending  Sat 2026-01-03 06:00 UTC\n');
    expect(out.slice(out.indexOf('Values it resolved on'))).toMatch(
      /snapshot {2}3, slot Sat 2026-01-03 06:00 UTC, complete\nbaseline {2}2, .*\n(.*\n){2}rank +30 +1 +-29 +–\n/,
    );
  });

  test('says why nobody was told', async () => {
    await threeDays();
    const adopted = run(runAlertsShow, { id: 1 }, world).out;
    expect(adopted).toContain(
      'quiet (adopted); resolved at the slot Fri 2026-01-02 06:00 UTC (cleared).\n',
    );
    expect(adopted).toContain('Told\nNobody: adopted.\n');
    expect(adopted).toContain('baseline  none\n');
  });

  test('prints the alert with its evidence and its messages as JSON', async () => {
    await threeDays();
    expect(json(run(runAlertsShow, { id: 3, json: true }, world))).toMatchObject({
      id: 3,
      rule: 'top1',
      watch: 'us-daily',
      state: 'resolved',
      product: { id: 'p30' },
      evidence: {
        rule: 'top1',
        rule_revision: 1,
        when: 'rank <= 1',
        compare: 'previous',
        snapshot: { slot_at: '2026-01-02T06:00:00.000Z', status: 'complete' },
        change: { product_id: 'p30', rank: 1 },
      },
      resolved_evidence: { change: { product_id: 'p30', rank: 2 } },
      told: [
        {
          event: 'fired',
          channel: 'hook',
          recipient: null,
          state: 'pending',
          created_at: '2026-01-02T06:00:00.000Z',
          delivered_at: null,
        },
      ],
    });
  });

  test('says that there is no such alert', () => {
    world = makeWorld();
    expect(() => run(runAlertsShow, { id: 7 }, world)).toThrow(
      expect.objectContaining({
        code: 'not_found',
        message: 'there is no alert 7',
        hint: 'tidemark alerts --all lists them',
      }) as AppError,
    );
  });
});

describe('the command below one alert', () => {
  const called = { program: 'tidemark', config: '/etc/tidemark/lists.yaml' };
  const last = (overrides: Parameters<typeof run>[3]) =>
    run(runAlertsShow, { id: 1 }, world, { called, ...overrides })
      .out.trimEnd()
      .split('\n\n')
      .at(-1);

  test('has a line of its own where a terminal is too narrow, so that it can be copied', async () => {
    await threeDays();
    const command = 'tidemark --config /etc/tidemark/lists.yaml alerts show 1 --sql';
    const what = 'The SQL that comes to the same decision:';
    expect(last({ isTerminal: true, columns: 80 })).toBe(`${what}\n  ${command}`);
    expect(last({ isTerminal: true, columns: 120 })).toBe(`${what}  ${command}`);
    expect(last({ isTerminal: false, columns: 80 })).toBe(`${what}  ${command}`);
  });
});

describe('alerts where there are none', () => {
  const err = (args: Parameters<typeof runAlerts>[1] = {}) => run(runAlerts, args, world).err;

  test('says why', async () => {
    world = makeWorld();
    expect(err()).toBe('No alert yet: the config has no rules.\n');
    world.configure({ rules: [makeRule({ name: 'top1', when: 'rank <= 1' })] });
    expect(err()).toBe('No alert has fired yet.\n');
    await world.pass(dayAt(0), fetchedList(products(3)));
    expect(err()).toBe(
      'No alert has fired yet.\nNot listed: 1 quiet alert (1 adopted), of which nobody was told. --all lists them too.\n',
    );
    expect(err({ state: 'resolved' })).toBe('No alert matches.\n');
    expect(run(runAlerts, { json: true }, world)).toEqual({ code: 0, out: '[]\n', err: '' });
  });

  test.each([
    [{ watch: 'us-dialy' }, 'not_found', 'there is no watch "us-dialy"', 'did you mean us-daily?'],
    [{ rule: 'top2' }, 'not_found', 'there is no rule "top2"', 'did you mean top1?'],
    [
      { quiet: true, all: true },
      'usage',
      '--quiet shows only quiet alerts, --all shows both: give one of them',
      undefined,
    ],
  ])('%j is an error', (args, code, message, hint) => {
    world = makeWorld({ rules: [makeRule({ name: 'top1' })] });
    expect(() => err(args)).toThrow(expect.objectContaining({ code, message, hint }) as AppError);
  });
});
