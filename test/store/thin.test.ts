import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reproductionSql } from '../../src/store/alerts/reproduce.ts';
import { DAY_MS, HOUR_MS, type Clock } from '../../src/lib/clock.ts';
import { getAlert } from '../../src/store/alerts/alerts.ts';
import type { Db } from '../../src/store/file/open.ts';
import { pruneRawPages } from '../../src/store/snapshots/raw-pages.ts';
import { thinHistory } from '../../src/store/snapshots/thin.ts';
import { findSlotRecord } from '../../src/store/series/slots.ts';
import { dailyUpkeep } from '../../src/store/upkeep.ts';
import { manualClock } from '../support/manual-clock.ts';
import { listOfDay, takeDays } from '../support/history-file.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  // Day 0 is Thursday, 1 January 2026: the first whole week begins on day 4.
  world = makeWorld({
    rules: [
      makeRule({
        name: 'visitor',
        when: "rank <= 60 and product_id = 'visitor'",
        for: 2,
        resolved: true,
      }),
    ],
  });
});
afterEach(() => world.close());

const thin = (before: number, { dryRun = false } = {}) =>
  thinHistory(world.db, before, { dryRun, clock: manualClock(0) });

const slots = () =>
  world.db.raw
    .prepare('SELECT (slot_at - ?) / ? FROM snapshots ORDER BY 1')
    .pluck()
    .all(dayAt(0), DAY_MS) as number[];
const dump = (...tables: string[]) =>
  tables.map((table) => world.db.raw.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
const EVERYTHING = [
  'snapshots',
  'observations',
  'product_records',
  'alerts',
  'notifications',
  'requests',
  'raw_pages',
];

/** Forty days; a visitor is on the list from day 16 to 19, so that an alert fires on 17 (for: 2) and resolves on 20. */
async function takeFortyDays() {
  for (let day = 0; day < 40; day++)
    await world.pass(
      dayAt(day),
      fetchedList([...listOfDay(day), ...(day >= 16 && day < 20 ? ['visitor'] : [])]),
    );
}

const decisionOf = (id: number) => {
  const alert = getAlert(world.db, id);
  if (alert === undefined) throw new Error('no alert');
  return world.db.raw.prepare(reproductionSql(world.db, alert).replace(/;$/, '')).all();
};

describe('thinning', () => {
  test('leaves the last complete snapshot of each whole week, everything younger, and what alerts were decided on', async () => {
    await takeFortyDays();
    const [alert] = world.db.raw.prepare<[], { id: number }>('SELECT id FROM alerts').all();
    const before = {
      alert: getAlert(world.db, alert?.id ?? 0),
      decision: decisionOf(alert?.id ?? 0),
      tables: dump('product_records', 'alerts', 'notifications'),
      requests: world.db.raw.prepare('SELECT count(*) FROM requests').pluck().get(),
    };

    // Day 32 is a Monday, so that the week of days 25 to 31 is over; the next one is not.
    const report = await thin(dayAt(32) + DAY_MS);

    // Sundays are 3, 10, 17 …; fired on 17 with 16 counted and 15 its baseline, resolved on 20 against 19.
    expect(slots()).toEqual([
      3,
      10,
      15,
      16,
      17,
      19,
      20,
      24,
      31,
      ...Array.from({ length: 8 }, (_, index) => 32 + index),
    ]);
    expect(report).toEqual([
      {
        watch: 'us-daily',
        snapshots: 23,
        rows: 23 * 40 + 1,
        fromAt: dayAt(0),
        toAt: dayAt(30),
        keptForAlerts: 4,
      },
    ]);
    expect({
      alert: getAlert(world.db, alert?.id ?? 0),
      decision: decisionOf(alert?.id ?? 0),
      tables: dump('product_records', 'alerts', 'notifications'),
      requests: world.db.raw.prepare('SELECT count(*) FROM requests').pluck().get(),
    }).toEqual(before);
    expect(world.db.raw.pragma('foreign_key_check')).toEqual([]);
  });

  test('leaves what is decided on while it goes on, and lets others write between its turns', async () => {
    await takeFortyDays();
    const idOf = (day: number) =>
      world.db.raw.prepare('SELECT id FROM snapshots WHERE slot_at = ?').pluck().get(dayAt(day));
    const [alert] = world.db.raw.prepare('SELECT * FROM alerts').all() as object[];
    const late = {
      ...alert,
      id: 77,
      baseline_id: idOf(29),
      slot_at: dayAt(39),
      snapshot_id: idOf(39),
    };
    const decide = () =>
      world.db.raw
        .prepare(
          `INSERT INTO alerts (${Object.keys(late).join(', ')})
          VALUES (${Object.keys(late)
            .map((name) => `@${name}`)
            .join(', ')})`,
        )
        .run(late);
    // Each look at the clock finds it 70 ms later, so that every step ends a turn.
    let ms = 0;
    let pauses = 0;
    const slow: Clock = {
      ...manualClock(0),
      monotonicMs: () => (ms += 70),
      sleep: () => {
        if (++pauses === 2) decide();
        return Promise.resolve();
      },
    };
    const report = await thinHistory(world.db, dayAt(35), { dryRun: false, clock: slow });
    expect(pauses).toBeGreaterThan(3);
    expect(slots()).toEqual(expect.arrayContaining([15, 16, 17, 19, 20, 29]));
    expect(report).toMatchObject([{ snapshots: 22, keptForAlerts: 5 }]);
    expect(world.db.raw.pragma('foreign_key_check')).toEqual([]);
  });

  test('that is told to stop ends after its turn, and the rest goes the next time', async () => {
    await takeFortyDays();
    const whole = await thin(dayAt(35), { dryRun: true });
    const stop = new AbortController();
    let ms = 0;
    const slow: Clock = {
      ...manualClock(0),
      monotonicMs: () => (ms += 70),
      sleep: () => Promise.resolve(stop.abort()),
    };
    const first = await thinHistory(world.db, dayAt(35), {
      dryRun: false,
      clock: slow,
      signal: stop.signal,
    });
    const second = await thin(dayAt(35));
    const count = (of: typeof whole) => of.reduce((sum, { snapshots }) => sum + snapshots, 0);
    expect(count(first)).toBe(5);
    expect(count(first) + count(second)).toBe(count(whole));
  });

  test('asked for dry says the same, and changes nothing', async () => {
    await takeFortyDays();
    const before = dump(...EVERYTHING);
    const dry = await thin(dayAt(35), { dryRun: true });
    expect(dump(...EVERYTHING)).toEqual(before);
    expect(await thin(dayAt(35))).toEqual(dry);
  });

  test('done again finds nothing more', async () => {
    await takeFortyDays();
    await thin(dayAt(35));
    const after = dump(...EVERYTHING);
    expect(await thin(dayAt(35))).toEqual([
      expect.objectContaining({ snapshots: 0, rows: 0, fromAt: null }),
    ]);
    expect(dump(...EVERYTHING)).toEqual(after);
  });

  test('keeps the fullest of a week without a complete snapshot, and of slots that failed only the newest of the watch', async () => {
    world.configure({ rules: [] });
    await takeDays(world, 4);
    for (let day = 4; day < 12; day++)
      await world.pass(
        dayAt(day),
        fetchedList(day === 5 || day === 11 ? [] : listOfDay(day, 60), {
          missing: day === 7 ? [2] : [1, 2],
        }),
      );
    const due = () => findSlotRecord(world.db, 'us-daily', dayAt(20));
    const before = due();
    expect(await thin(dayAt(20))).toMatchObject([{ snapshots: 9, rows: 3 * 40 + 5 * 20 }]);
    expect(due()).toEqual(before);
    await thin(dayAt(20));
    expect(
      world.db.raw
        .prepare('SELECT (slot_at - ?) / ?, status, "rows" FROM snapshots ORDER BY 1')
        .raw()
        .all(dayAt(0), DAY_MS),
    ).toEqual([
      [3, 'complete', 40],
      [7, 'partial', 40],
      [11, 'failed', 0],
    ]);
  });

  test('takes slots without rows, failed and missed alike, of weeks that are over, and a week without a list has none', async () => {
    await takeDays(world, 4);
    const insert = world.db.raw.prepare(
      `INSERT INTO snapshots (watch_id, series_id, slot_at, taken_at, status, reason, origin, "rows", interval_ms)
      VALUES (1, 1, @slotAt, iif(@status = 'missed', NULL, @slotAt), @status, 'not there', 'schedule', 0, ${DAY_MS})`,
    );
    // Weeks begin on days 4, 11, 18 and 25.
    for (let day = 4; day < 27; day++)
      insert.run({ slotAt: dayAt(day), status: day % 3 === 0 ? 'failed' : 'missed' });
    await world.pass(dayAt(27), fetchedList(listOfDay(27)));
    const before = findSlotRecord(world.db, 'us-daily', dayAt(28));

    expect(await thin(dayAt(25))).toMatchObject([{ snapshots: 3 + 20, rows: 3 * 40 }]);
    // The newest scheduled one before the border stays: slots are due after it.
    expect(slots()).toEqual([3, 24, 25, 26, 27]);
    expect(findSlotRecord(world.db, 'us-daily', dayAt(28))).toEqual(before);
    expect(world.db.raw.pragma('foreign_key_check')).toEqual([]);
  });

  test('leaves the numbers of later snapshots as they were', async () => {
    await takeFortyDays();
    const later = () =>
      world.db.raw
        .prepare(
          'SELECT product_id, rank, rank_best, slots_on_list, first_seen_at, streak, rank_z, posts_z, status, rank_before FROM leaderboard ORDER BY 1',
        )
        .all();
    const before = later();
    await thin(dayAt(35));
    expect(later()).toEqual(before);
    await world.pass(dayAt(40), fetchedList(listOfDay(40)));
    expect(world.db.raw.prepare('SELECT max(slots_on_list) FROM leaderboard').pluck().get()).toBe(
      41,
    );
  });
});

describe('after thinning', () => {
  /** What is stored of each product after a day, but for the day that is imported. */
  const standings = (after: number) =>
    world.db.raw
      .prepare(
        `SELECT s.slot_at, o.product_id, o.rank_best, o.slots_on_list, o.streak,
          o.rank_z_e4, o.posts_z_e4, o.impressions_z_e4
        FROM observations o JOIN snapshots s ON s.id = o.snapshot_id
        WHERE s.slot_at >= ? ORDER BY 1, 2`,
      )
      .raw()
      .all(dayAt(after)) as (number | null)[][];

  test.each([12, 22, 28])(
    'a list of day %d that is imported leaves the scores and streaks of others as they were',
    async (day) => {
      await takeFortyDays();
      await thin(dayAt(35));
      const before = standings(day + 1);
      expect(before.some(([, , , , , rankZ]) => rankZ !== null)).toBe(true);
      // A product that is new to the whole series among others that are known.
      await world.pass(dayAt(day), fetchedList([...listOfDay(day), 'stranger']), {
        origin: 'import',
      });
      const after = standings(day + 1);
      const [scores, scoresBefore] = [after, before].map((rows) =>
        rows.map(([slot, product, , , ...others]) => [slot, product, ...others]),
      );
      expect(scores).toEqual(scoresBefore);
    },
  );

  test('scores whose window is whole again are made anew', async () => {
    await takeDays(world, 64);
    await thin(dayAt(21));
    const scoresOf = (rows: (number | null)[][]) =>
      rows.map(([slot, product, , , , , postsZ]) => [slot, product, postsZ]);
    const before = scoresOf(standings(60)).filter(([, , postsZ]) => postsZ !== null);
    expect(before.length).toBeGreaterThan(100);
    world.db.raw.prepare('UPDATE observations SET posts_z_e4 = 1').run();
    // Their windows begin after the thinned weeks, and after the list that comes in.
    await world.pass(dayAt(24) + HOUR_MS, fetchedList(['stranger', ...listOfDay(24)]), {
      origin: 'import',
    });
    expect(scoresOf(standings(60))).toEqual(expect.arrayContaining(before));
  });

  test('the alert of a product that left and came back later is still reproduced', async () => {
    world.configure({
      rules: [
        makeRule({
          name: 'gone',
          when: "status = 'left' and slots_on_list >= 16",
          compare: { kind: 'ago', ms: 7 * DAY_MS, text: '7d' },
        }),
      ],
    });
    // Last seen on day 19, a Tuesday; told on day 20, by the list of day 13.
    for (let day = 0; day < 30; day++)
      await world.pass(
        dayAt(day),
        fetchedList([...listOfDay(day), ...(day < 20 || day > 26 ? ['visitor'] : [])]),
      );
    const id = world.db.raw
      .prepare(
        "SELECT a.id FROM alerts a JOIN products p ON p.id = a.product_id WHERE p.upstream_id = 'visitor'",
      )
      .pluck()
      .get() as number;
    const before = decisionOf(id);
    expect(before).toMatchObject([{ when: 1, slots_on_list: 20 }, { decision: 'resolves' }]);
    await thin(dayAt(50));
    expect(decisionOf(id)).toEqual(before);
    expect(slots()).toContain(19);
    expect(slots()).not.toContain(18);
  });

  test('an alert on a product that stays away stays open, whatever its rule asks of its record', async () => {
    world.configure({
      rules: [makeRule({ name: 'gone', when: "status = 'left' and slots_on_list >= 16" })],
    });
    for (let day = 0; day < 24; day++)
      await world.pass(
        dayAt(day),
        fetchedList([...listOfDay(day), ...(day < 18 ? ['visitor'] : [])]),
      );
    const state = () =>
      world.db.raw
        .prepare(
          "SELECT count(*), count(resolved_at) FROM alerts a JOIN products p ON p.id = a.product_id WHERE p.upstream_id = 'visitor'",
        )
        .raw()
        .get();
    expect(state()).toEqual([1, 0]);
    await thin(dayAt(40));
    for (let day = 24; day < 27; day++) await world.pass(dayAt(day), fetchedList(listOfDay(day)));
    expect(state()).toEqual([1, 0]);
  });
});

const KEEP_ALL = { observationsMs: null, messagesMs: null, ledgerMs: null };

describe('the daily upkeep', () => {
  const upkeep = (keep: Parameters<typeof dailyUpkeep>[1], at: number) =>
    dailyUpkeep(world.db, keep, manualClock(at));

  test('forgets requests older than the ledger is kept, in steps, and no snapshot', async () => {
    const insert = world.db.raw.prepare(
      'INSERT INTO requests (slot_at, page, attempt, started_at, credits) VALUES (0, 1, 1, ?, 2)',
    );
    world.db.transaction(() => {
      for (let request = 0; request < 5_000; request++) insert.run(dayAt(0) + request);
      for (let day = 10; day < 20; day++) insert.run(dayAt(day));
    });
    const keep = { ...KEEP_ALL, ledgerMs: 10 * DAY_MS };
    // One that is exactly as old as requests are kept stays.
    expect(await upkeep(keep, dayAt(22))).toEqual({
      thinned: [],
      givenBack: 0,
      messages: 0,
      requests: 5_002,
    });
    expect((await upkeep(keep, dayAt(22))).requests).toBe(0);
    expect(
      world.db.raw.prepare('SELECT min(started_at), count(*) FROM requests').raw().get(),
    ).toEqual([dayAt(12), 8]);
    expect(
      world.db.raw.prepare('SELECT sum(requests), sum(credits) FROM credit_use').raw().get(),
    ).toEqual([8, 16]);
  });

  test('takes old raw pages some tens of passes at a time, however many there are', async () => {
    await takeDays(world, 1);
    const { db } = world;
    db.raw.exec(`
      DELETE FROM raw_pages;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1010)
      INSERT INTO raw_pages (snapshot_id, page, taken_at, body) SELECT 1, i, i, x'00' FROM n`);
    const steps: number[] = [];
    const counted: Db = {
      ...db,
      statement: (sql) => {
        const statement = db.statement(sql);
        const pluck = () => ({
          all: (...values: unknown[]) => {
            const rows = statement.pluck().all(...values);
            steps.push(rows.length);
            return rows;
          },
        });
        return { pluck } as unknown as typeof statement;
      },
    };
    expect(await pruneRawPages(counted, 1_001, manualClock(0))).toBe(1_000);
    expect(Math.max(...steps)).toBeLessThanOrEqual(50);
    expect(db.raw.prepare('SELECT min(taken_at), count(*) FROM raw_pages').raw().get()).toEqual([
      1_001, 10,
    ]);
  });

  test('thins only where that is configured, and keeps statistics', async () => {
    await takeFortyDays();
    expect(await upkeep(KEEP_ALL, dayAt(40))).toEqual({
      thinned: [],
      messages: 0,
      requests: 0,
      givenBack: 0,
    });
    expect(slots()).toHaveLength(40);
    expect(
      world.db.raw
        .prepare("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'observations'")
        .pluck()
        .get(),
    ).toBe(1);
    expect(await upkeep({ ...KEEP_ALL, observationsMs: 20 * DAY_MS }, dayAt(40))).toMatchObject({
      thinned: [{ watch: 'us-daily' }],
    });
    expect(slots().length).toBeLessThan(40);
  });
});
