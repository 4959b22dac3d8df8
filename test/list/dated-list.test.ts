// A list of a date: every snapshot says of which day, week or month it is, wherever its slot is said; and a date that
// is there already is not asked for again.
import { saidDataDate } from '../../src/words/data-date.ts';
import { writerOf } from '../../src/words/writer.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runMovers } from '../../src/commands/reading/movers.ts';
import { runProduct } from '../../src/commands/reading/product.ts';
import { runStatus } from '../../src/commands/reading/status.ts';
import { runTop } from '../../src/commands/reading/top.ts';
import { runAlerts, runAlertsShow } from '../../src/commands/reading/alerts.ts';
import { alertsLetter } from '../../src/delivery/render/alerts-letter.ts';
import { standardBody } from '../../src/delivery/channels/webhook/standard.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import type { PassOutcome } from '../../src/pass/outcome.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { listLastSlots } from '../../src/store/reading/watch-slots.ts';
import { slotDate } from '../../src/web/parts/slots.ts';
import { datedWatch, sellers, SELLERS } from '../support/dated-list.ts';
import { openDatedWorld, type DatedWorld } from '../support/dated-world.ts';
import { importText } from '../support/import-text.ts';
import { run } from '../support/run-command.ts';
import { fetchedList, makeConfig, makeRule, makeWatch } from '../support/world.ts';

let world: DatedWorld;
beforeEach(async () => {
  world = await openDatedWorld({
    watches: [datedWatch(), datedWatch('week'), datedWatch('month'), makeWatch()],
    rules: [makeRule({ name: 'sold', when: 'sold_delta > 0', watches: ['sold-a-day'] })],
  });
});
afterEach(() => world.close());

const statusOf = (outcome: PassOutcome) =>
  outcome.kind === 'taken' || outcome.kind === 'known'
    ? [outcome.result.status, outcome.result.reason]
    : [outcome.kind];

/** Three days, as the slots of these days take them. */
async function threeDays(): Promise<void> {
  for (const [slot, date] of [
    ['2026-01-02', '2026-01-01'],
    ['2026-01-03', '2026-01-02'],
    ['2026-01-04', '2026-01-03'],
  ] as const) {
    world.shop.publish(date);
    expect(statusOf(await world.take(`${slot}T10:00:00Z`))).toEqual(['complete', null]);
  }
}

describe('the date of a list', () => {
  test('is the newest period that is over and due at the slot, and what the source is asked for', async () => {
    await threeDays();
    world.shop.publish('2025-12-29');
    world.shop.publish('2025-12-01');
    await world.take('2026-01-05T10:00:00Z', 'sold-a-month');
    await world.take('2026-01-06T10:00:00Z', 'sold-a-week');
    expect(world.all('SELECT data_date, status FROM snapshots ORDER BY slot_at')).toEqual([
      ['2026-01-01', 'complete'],
      ['2026-01-02', 'complete'],
      ['2026-01-03', 'complete'],
      ['2025-12-01', 'complete'],
      ['2025-12-29', 'complete'],
    ]);
    expect(world.shop.asked).toEqual(
      ['2026-01-01', '2026-01-02', '2026-01-03', '2025-12-01', '2025-12-29'].flatMap((date) => [
        date,
        `${date}/2`,
      ]),
    );
  });

  test('stands in the views of its list and in those that all lists share, where a list of now has NULL', async () => {
    await threeDays();
    await world.pass(Date.parse('2026-01-05T06:00:00Z'), fetchedList(['a']), { watch: 'us-daily' });
    for (const view of ['history', 'changes', 'changes_7d', 'leaderboard'])
      expect(
        world.all(`SELECT max(data_date), max(slot_at) FROM best_sellers_${view}`),
        view,
      ).toEqual([['2026-01-03', '2026-01-04T10:00:00.000Z']]);
    for (const view of ['ranks', 'rank_changes'])
      expect(
        world.all(`SELECT list, max(data_date) FROM ${view} GROUP BY 1 ORDER BY 1`),
        view,
      ).toEqual([
        ['best-sellers', '2026-01-03'],
        ['top-products', null],
      ]);
    const columns = world.all("SELECT name FROM pragma_table_info('changes')").flat();
    expect(columns).not.toContain('data_date');
  });

  test('is said by every command that says the slot', async () => {
    await threeDays();
    const top = run(runTop, { watch: 'sold-a-day' }, world);
    expect(top.out).toContain('sold-a-day (data of 2026-01-03) on Sun 2026-01-04 10:00 UTC');
    expect(top.out).toContain('against Sat 2026-01-03 10:00 (data of 2026-01-02), 1 day before');
    expect(run(runMovers, { watch: 'sold-a-day' }, world).out).toContain('(data of 2026-01-03)');
    const product = run(
      runProduct,
      { watch: 'sold-a-day', product: sellers('2026-01-01')[0]?.id ?? '' },
      world,
    );
    expect(product.out).toMatch(/data of/);
    expect(product.out).toMatch(/2026-01-02 10:00 +2026-01-01/);
    const rows = JSON.parse(
      run(runTop, { watch: 'sold-a-day', json: true }, world).out,
    ) as object[];
    expect(rows[0]).toMatchObject({ data_date: '2026-01-03' });
    expect(run(runStatus, {}, world).out).toMatch(/2026-01-04 10:00 +2026-01-03/);
    const { watches } = JSON.parse(run(runStatus, { json: true }, world).out) as {
      watches: { last: object | null }[];
    };
    expect(watches[0]?.last).toMatchObject({ data_date: '2026-01-03' });
  });

  test('heads what is told, beside the list', async () => {
    await threeDays();
    const [[payload]] = world.all(
      "SELECT message FROM notifications WHERE type = 'alerts.fired' ORDER BY id DESC LIMIT 1",
    ) as [[string]];
    const message = JSON.parse(payload) as AlertsMessage;
    expect(message.data).toMatchObject({ list: 'best-sellers', data_date: '2026-01-02' });
    expect(JSON.parse(standardBody(message))).toMatchObject({
      data: { list: 'best-sellers', data_date: '2026-01-02' },
    });
    const letter = alertsLetter(message, { channel: 'hook', timezone: 'UTC', ranks: new Map() });
    expect(letter.intro[0]).toContain('(data of 2 Jan 2026), 3 Jan 2026, 10:00 UTC');
    expect(world.all('SELECT DISTINCT data_date, slot_at FROM alert_log')).toEqual([
      ['2026-01-02', '2026-01-03T10:00:00.000Z'],
    ]);
    const shown = run(runAlertsShow, { id: 1 }, world);
    expect(shown.out).toContain('data of 2026-01-02, slot Sat 2026-01-03 10:00 UTC, complete');
    expect(run(runAlerts, { json: true }, world).out).toContain('"data_date": "2026-01-02"');
  });
});

test.each([
  ['day', 'data of 10 Nov 2026'],
  ['week', 'week of 10 Nov 2026'],
  ['month', 'data of Nov 2026'],
])('messages call the date of a list of a %s so: %s', (period, says) => {
  const writer = writerOf({ timezone: 'Asia/Tokyo' });
  expect(saidDataDate(writer, SELLERS, { period }, '2026-11-10')).toBe(says);
});

test('pages call a slot of a list of a week or a month so', async () => {
  world.shop.publish('2025-12-29');
  world.shop.publish('2025-12-01');
  await world.take('2026-01-05T10:00:00Z', 'sold-a-month');
  await world.take('2026-01-06T10:00:00Z', 'sold-a-week');
  const dateOf = (watch: string) =>
    listLastSlots(world.db, watch, Date.parse('2026-01-07T00:00:00Z'), 1).map((slot) =>
      slotDate(world.db, slot),
    );
  expect(dateOf('sold-a-week')).toEqual([' (week of 2025-12-29)']);
  expect(dateOf('sold-a-month')).toEqual([' (month 2025-12)']);
});

describe('saved answers of a dated list', () => {
  const answer = JSON.stringify({
    data: sellers('2026-01-01', 10).map((row) => ({ ...row, name: row.id, day: '2026-01-01' })),
  });
  const saved = { watch: 'sold-a-day', takenAt: Date.parse('2026-01-20T12:00:00Z') };
  const into = (options: object) =>
    importText(world.db, world.config, saved.takenAt, 'a.json', answer, { ...saved, ...options });

  test('are of the date that is said, whenever they were taken; else of the one that is due then', async () => {
    const { snapshots } = await into({ dataDate: '2026-01-01' });
    expect(snapshots).toMatchObject([{ outcome: 'imported', rows: 10 }]);
    expect(world.all('SELECT data_date FROM snapshots')).toEqual([['2026-01-01']]);
    const other = await into({ slotAt: saved.takenAt - 1 });
    expect(other.snapshots).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('2026-01-01') as string },
    ]);
  });

  test.each([
    ['2026-01-21', 'was not over'],
    ['2026-13-01', 'is not a day'],
  ])('are not of %s: it %s', async (dataDate, problem) => {
    await expect(into({ dataDate })).rejects.toThrow(problem);
  });
});

describe('a date that a series has already', () => {
  test('is stale at the next slot or by hand, and is not asked for', async () => {
    world.shop.publish('2026-01-01');
    await world.take('2026-01-02T10:00:00Z');
    world.shop.asked.length = 0;
    const known = [
      'stale',
      'the list of 2026-01-01 is stored already, with the slot 2026-01-02T10:00:00.000Z',
    ];
    expect(statusOf(await world.take('2026-01-02T18:00:00Z'))).toEqual(known);
    expect(statusOf(await world.take('2026-01-02T19:00:00Z', 'sold-a-day', 'manual'))).toEqual(
      known,
    );
    expect(world.shop.asked).toEqual([]);
    expect(world.all('SELECT status, "rows", pages FROM snapshots')).toEqual([
      ['complete', 15, 2],
      ['stale', 0, 0],
      ['stale', 0, 0],
    ]);
    expect(world.all('SELECT * FROM troubles')).toEqual([]);
  });

  test('is asked for again where it was not complete', async () => {
    world.shop.publish('2026-01-01');
    world.shop.serveAs('2026-01-01', '2025-12-31');
    world.shop.publish('2025-12-31');
    expect(statusOf(await world.take('2026-01-02T10:00:00Z'))[0]).toBe('suspect');
    world.shop.serveAs('2026-01-01', '2026-01-01');
    expect(statusOf(await world.take('2026-01-02T18:00:00Z'))).toEqual(['complete', null]);
  });

  test('served as another one is suspect by what its rows say, and stale by its rows alone', async () => {
    await threeDays();
    world.shop.publish('2025-12-20');
    world.shop.serveAs('2026-01-04', '2025-12-20');
    const [status, reason] = statusOf(await world.take('2026-01-05T10:00:00Z'));
    expect(status).toBe('suspect');
    expect(reason).toContain('2025-12-20');
    world.shop.serveAs('2026-01-05', '2026-01-02', false);
    expect(statusOf(await world.take('2026-01-06T10:00:00Z'))).toEqual([
      'stale',
      'every row is identical to the list of 2026-01-02: that one was served again',
    ]);
  });

  test('is known again after a month, too', async () => {
    world.shop.publish('2026-01-01');
    await world.take('2026-02-02T10:00:00Z', 'sold-a-month');
    world.shop.serveAs('2026-02-01', '2026-01-01', false);
    expect(statusOf(await world.take('2026-03-04T10:00:00Z', 'sold-a-month'))).toEqual([
      'stale',
      'every row is identical to the list of 2026-01-01: that one was served again',
    ]);
  });
});

describe('an export of a dated list', () => {
  const bring = async (text: string) => {
    const db = openDatabase(':memory:');
    const config = makeConfig({ watches: [datedWatch()] });
    const now = Date.parse('2026-02-01T00:00:00Z');
    const { snapshots, said } = await importText(db, config, now, 'sold.ndjson', text);
    const dates = db.raw.prepare('SELECT data_date, slot_at FROM snapshots ORDER BY 2').raw().all();
    db.close();
    return { dates, snapshots, said };
  };
  const exported = (without: readonly string[] = []) =>
    (world.db.raw.prepare('SELECT * FROM best_sellers_history').all() as Record<string, unknown>[])
      .map((row) => {
        const kept = Object.entries(row).filter(
          ([name]) => !['snapshot_id', 'origin', ...without].includes(name),
        );
        return JSON.stringify(Object.fromEntries(kept));
      })
      .join('\n');

  test('has its dates after an import elsewhere, and where it does not say them those of its slots', async () => {
    await threeDays();
    const stored = world.all('SELECT data_date, slot_at FROM snapshots ORDER BY 2');
    expect(await bring(exported())).toMatchObject({ dates: stored, said: [] });
    expect((await bring(exported(['data_date']))).dates).toEqual(stored);
  });

  test('is refused with a date that is none', async () => {
    await threeDays();
    const { said, dates } = await bring(exported().replaceAll('2026-01-02"', '2026-02-30"'));
    expect(dates).toHaveLength(2);
    expect(JSON.stringify(said[0])).toContain('data_date is not a day such as 2026-11-23');
  });
});
