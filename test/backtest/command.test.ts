import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAlerts } from '../../src/commands/reading/alerts.ts';
import { json, run } from '../support/run-command.ts';
import { dayAt, fetchedList, products } from '../support/world.ts';
import { makeBacktestWorld, yamlConfig, type BacktestWorld } from './backtest-world.ts';

type Printed = Record<string, unknown> & { rule: string; slot_at: string; product: { id: string } };

const RULES =
  '{ top3: { when: "rank <= 3", resolved: true, notify: [hook] }, first: { when: "rank = 1", cooldown: 10d, notify: [hook] }, never: { when: "rank > 900", notify: [hook] } }';

/** `lead` is on top of a list of twenty. */
const ledBy = (...lead: string[]) =>
  fetchedList([...lead, ...products(20).filter((id) => !lead.includes(id))]);

const LEADERS = ['p1', 'p5', 'p1', 'p6', 'p5', 'p1'];

let made: BacktestWorld;
beforeEach(async () => {
  made = makeBacktestWorld(RULES);
  for (const [day, leader] of LEADERS.entries()) await made.world.pass(dayAt(day), ledBy(leader));
});
afterEach(() => made.close());

const alertsOf = (ran: { out: string }) => JSON.parse(ran.out) as Printed[];
const brief = (alerts: Printed[]) =>
  alerts.map(({ rule, product, slot_at }) => `${rule} ${product.id} ${slot_at.slice(5, 10)}`);

/** What `alerts --json` prints, without the ids: those are a database's own. */
const live = () =>
  (json(run(runAlerts, { json: true }, made.world)) as Printed[]).map(
    ({ id: _, ...alert }) => alert,
  );

describe('tidemark rules backtest', () => {
  test('prints as JSON what alerts prints, when the same rules ran live', async () => {
    const ran = await made.backtest({ json: true });
    expect(ran.code).toBe(0);
    const printed = alertsOf(ran);
    expect(printed.map(({ id: _, ...alert }) => alert)).toEqual(live());
    expect(printed.length).toBeGreaterThan(3);
    expect(Object.keys(printed[0] ?? {})).toEqual([
      'id',
      'rule',
      'description',
      'severity',
      'state',
      'event',
      'fired_at',
      'slot_at',
      'resolved_at',
      'resolved_slot_at',
      'product',
      'change',
      'baseline_at',
      'gap_days',
      'when',
      'clear',
      'watch',
      'quiet',
    ]);
  });

  test('fits its tables into 80 columns, and says what was not evaluated and why', async () => {
    await made.world.pass(
      dayAt(6),
      fetchedList(['p1', ...products(20).slice(1)], { missing: [1] }),
    );
    const ran = await made.backtest();
    expect(ran.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(ran.err.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(ran.out).toContain(
      '2026-01-01 to 2026-01-07 (UTC): 7 snapshots of us-daily, 6 evaluated.\nNot evaluated: 1 failed.\n',
    );
    expect(ran.out).toMatch(/^top3 +5 +4 +1 +3 +3 +3 +0$/m);
    expect(ran.out).toMatch(/^first +3 +3 +0 +1 +3 +1 +2$/m);
    expect(ran.out).toMatch(/^never +0 +0 +0 +0 +0 +0 +0$/m);
    expect(ran.out).toMatch(/^alerts per month +Jan 26$/m);
  });

  test('--since reports from then on, with states that go back to the beginning', async () => {
    const all = brief(alertsOf(await made.backtest({ json: true })));
    const since = brief(alertsOf(await made.backtest({ json: true, since: '2026-01-04' })));
    expect(since).toEqual(all.filter((alert) => alert.slice(-5) >= '01-04'));
    expect(since.length).toBeGreaterThan(0);
    expect((await made.backtest({ since: '2026-01-04' })).out).toContain(
      '2026-01-04 to 2026-01-06 (UTC): 3 snapshots of us-daily, all evaluated.',
    );
  });

  test('--rule tries one rule, and decides the same for it', async () => {
    const all = brief(alertsOf(await made.backtest({ json: true })));
    expect(brief(alertsOf(await made.backtest({ json: true, rule: 'first' })))).toEqual(
      all.filter((alert) => alert.startsWith('first')),
    );
    await expect(made.backtest({ rule: 'frist' })).rejects.toMatchObject({
      code: 'not_found',
      hint: 'did you mean first?',
    });
    await expect(made.backtest({ watch: 'us-dayly' })).rejects.toMatchObject({
      code: 'not_found',
      hint: 'did you mean us-daily?',
    });
  });

  test('--against shows what another version of the config changes', async () => {
    made.write(
      'other.yaml',
      yamlConfig(
        '{ top3: { when: "rank <= 3", resolved: true, notify: [hook] }, first: { when: "rank = 1", notify: [hook] } }',
      ),
    );
    const { only_here: here, only_there: there } = JSON.parse(
      (await made.backtest({ json: true, against: 'other.yaml' })).out,
    ) as { only_here: Printed[]; only_there: Printed[] };
    expect(here).toEqual([]);
    expect(brief(there)).toEqual(['first p1 01-06', 'first p5 01-05']);
    const ran = await made.backtest({ against: 'other.yaml' });
    expect(ran.out).toMatch(/^first +3 +0 +2$/m);
    expect(ran.out).toMatch(/^top3 +5 +0 +0$/m);
  });

  test('of two equal configs finds no difference', async () => {
    expect(JSON.parse((await made.backtest({ json: true, against: 'tidemark.yaml' })).out)).toEqual(
      { only_here: [], only_there: [] },
    );
  });

  test('tries rules that never ran', async () => {
    const config = made.write(
      'fresh.yaml',
      yamlConfig('{ fifth: { when: "rank = 5", on_first: notify, notify: [hook] } }'),
    );
    expect(brief(alertsOf(await made.backtest({ config, json: true }))).at(-1)).toBe(
      'fifth p5 01-01',
    );
    expect(made.world.db.raw.prepare('SELECT name FROM rules ORDER BY name').pluck().all()).toEqual(
      ['first', 'never', 'top3'],
    );
  });

  test.each([
    { name: 'config', rules: '{ bad: { when: "rnk <= 3", notify: [hook] } }' },
    { name: 'against', rules: '{ bad: { when: "rank <= ", notify: [hook] } }' },
  ])('refuses an invalid rule in --$name as a config error', async ({ name, rules }) => {
    const path = made.write('bad.yaml', yamlConfig(rules));
    await expect(made.backtest({ [name]: path })).rejects.toMatchObject({ code: 'config_invalid' });
  });

  test('says that it was stopped, and reports nothing half', async () => {
    expect(await made.backtest({ json: true }, { stop: AbortSignal.abort() })).toEqual({
      code: 1,
      out: '',
      err: 'Stopped half-way: nothing to report.\n',
    });
  });
});

describe('without history', () => {
  test.each([
    {
      name: 'for people',
      args: {},
      out: '',
      err: 'No history to try rules on: take a first snapshot, or import some.\n',
    },
    {
      name: 'since a later time',
      args: { since: '2027-01-01' },
      out: '',
      err: 'No history to try rules on since then.\n',
    },
    { name: 'as JSON', args: { json: true }, out: '[]\n', err: '' },
    {
      name: 'beside another config',
      args: { against: 'tidemark.yaml' },
      out: '',
      err: 'Nothing fires, with neither config.\n',
    },
    {
      name: 'beside another config, as JSON',
      args: { json: true, against: 'tidemark.yaml' },
      out: '{\n"only_here": [],\n"only_there": []\n}\n',
      err: '',
    },
  ])('there is nothing to report: $name', async ({ args, out, err }) => {
    const empty = makeBacktestWorld(RULES);
    try {
      expect(await empty.backtest(args)).toEqual({ code: 0, out, err });
    } finally {
      empty.close();
    }
  });

  test('there is no rule to try', async () => {
    const config = made.write('none.yaml', yamlConfig('{}'));
    expect(await made.backtest({ config })).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringContaining(
        'There is no rule to try: add one under rules in the config.\n',
      ) as string,
    });
  });

  test('a database that is not there is an error, and none is made', async () => {
    const config = made.write('elsewhere.yaml', yamlConfig(RULES, 'database: ./elsewhere.db'));
    await expect(made.backtest({ config })).rejects.toMatchObject({ code: 'database_unusable' });
    expect(() => rmSync(`${made.folder}/elsewhere.db`)).toThrow('ENOENT');
  });
});
