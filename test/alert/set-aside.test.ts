import { afterEach, describe, expect, test } from 'vitest';
import type { TroubleMessage } from '../../src/message/trouble.ts';
import { listAlerts } from '../../src/store/alerts/alert-log.ts';
import { countOpenAlerts } from '../../src/store/reading/status.ts';
import { listRuleTroubles } from '../../src/store/alerts/troubles.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  type World,
} from '../support/world.ts';

let world: World;
afterEach(() => world.close());

/** Fails on the product p50 alone: SQLite says so only when it comes to it. */
const FAILS =
  "product like case when product_id = 'p50' then product else '%' end escape iif(product_id = 'p50', 'ab', '!')";
const FAILING = makeRule({ name: 'failing', when: `rank <= 3 and ${FAILS}` });
const SOUND = makeRule({ name: 'sound', when: 'rank <= 1', onFirst: 'notify' });

const told = () =>
  (
    world.db.raw
      .prepare("SELECT message FROM notifications WHERE type = 'rule.trouble' ORDER BY id")
      .pluck()
      .all() as string[]
  ).map((text) => {
    const { data } = JSON.parse(text) as TroubleMessage;
    return `${data.subject} ${data.kind} ${data.state}: ${data.text}`;
  });
const watermarks = () =>
  world.db.raw
    .prepare(
      'SELECT r.name, last_slot_at FROM rule_watermarks JOIN rules r ON r.id = rule_id ORDER BY 1',
    )
    .raw()
    .all();

describe('a rule that fails while it is evaluated', () => {
  test('is set aside for that pass and told once: the list is stored, and the others go on', async () => {
    world = makeWorld({ rules: [FAILING, SOUND] });
    await world.pass(dayAt(0), fetchedList(['a', 'b', 'c']));
    const list = ['p50', 'a', 'b'];
    expect(await world.pass(dayAt(1), fetchedList(list))).toMatchObject({
      status: 'complete',
      fired: 1,
    });
    await world.pass(dayAt(2), fetchedList([...list].reverse()));
    expect(told()).toEqual([
      expect.stringMatching(
        /^failing rule_failing trouble: The rule failing cannot be evaluated on us-daily: ESCAPE expression must be a single character\./,
      ),
    ]);
    expect(watermarks()).toEqual([
      ['failing', dayAt(0)],
      ['sound', dayAt(2)],
    ]);
    expect(listRuleTroubles(world.db)).toMatchObject([
      { rule: 'failing', watch: 'us-daily', sinceSlotAt: dayAt(1) },
    ]);

    world.db.raw.exec("UPDATE deliveries SET state = 'delivered'");
    await world.pass(dayAt(3), fetchedList(['x', 'a', 'b']));
    expect(told()).toHaveLength(2);
    expect(told()[1]).toBe(
      'failing rule_failing recovered: The rule failing is evaluated on us-daily again.',
    );
    expect(watermarks()[0]).toEqual(['failing', dayAt(3)]);
    expect(listRuleTroubles(world.db)).toEqual([]);
  });

  test('leaves its alerts as they are, and is one trouble on several watches', async () => {
    const watches = [makeWatch(), makeWatch({ name: 'gb', region: 'GB' })];
    world = makeWorld({ watches, rules: [FAILING] });
    for (const { name } of watches) {
      const rest = [`${name}-b`, `${name}-c`];
      await world.pass(dayAt(0), fetchedList([`${name}-a`, ...rest]), { watch: name });
      await world.pass(dayAt(1), fetchedList(['p50', ...rest]), { watch: name });
    }
    expect(told()).toHaveLength(1);
    expect(countOpenAlerts(world.db)).toEqual({
      told: 0,
      quiet: 4,
      left: 2,
      critical: 0,
      warning: 0,
    });
    // An edit begins anew: it is told again where it still fails.
    world.configure({ rules: [{ ...FAILING, when: `${FAILING.when} and 1` }] });
    await world.pass(dayAt(2), fetchedList(['p50', 'b', 'd']));
    expect(told()).toHaveLength(2);
  });
});

test('the evidence of others is whole when the first alert ever was taken back', async () => {
  const rule = { for: 2, onFirst: 'notify' } as const;
  world = makeWorld({
    rules: [
      makeRule({ ...rule, name: 'failing', when: 'rank <= 2', clear: FAILS }),
      makeRule({ ...rule, name: 'sound', when: 'rank <= 1' }),
    ],
  });
  await world.pass(dayAt(0), fetchedList(['a', 'p50', 'b']));
  await world.pass(dayAt(1), fetchedList(['a', 'b', 'p50']));
  expect(told()).toHaveLength(1);
  expect(listAlerts(world.db, {}).map(({ evidence }) => evidence)).toMatchObject([
    { rule: 'sound', when: 'rank <= 1', change: { product_id: 'a', rank: 1, rank_before: 1 } },
  ]);
});

test('alerts of products that left are counted apart', async () => {
  const firing = { told: 1, quiet: 0, left: 2, critical: 0, warning: 1 };
  const gone = makeRule({ when: "status = 'left'", severity: 'critical' });
  world = makeWorld({ rules: [gone, { ...SOUND, severity: 'warning' }] });
  await world.pass(dayAt(0), fetchedList(['a', 'b', 'c', 'd']));
  await world.pass(dayAt(1), fetchedList(['a', 'b', 'e', 'f']));
  expect(countOpenAlerts(world.db)).toEqual(firing);
  await world.pass(dayAt(2), fetchedList(['a', 'c', 'e', 'f']));
  expect(countOpenAlerts(world.db)).toEqual(firing);
});
