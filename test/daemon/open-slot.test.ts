// A list that is not published yet: nothing is stored, its slot stays open, and it is asked for every half hour until it
// is there, or given up. What is known of that is in the database, so that neither a restart nor the clock matters.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runStatus } from '../../src/commands/reading/status.ts';
import type { Config } from '../../src/config/config.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import type { FailureReason, FetchedList } from '../../src/model.ts';
import { runPass, type FetchList } from '../../src/pipeline.ts';
import { checkWatches } from '../../src/report/check-work.ts';
import { readStatus } from '../../src/report/status.ts';
import { messageIn, type StoredMessage } from '../../src/store/outbox/packed-messages.ts';
import type { TroubleMessage } from '../../src/message/trouble.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { datedWatch, SELLERS } from '../support/dated-list.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { run } from '../support/run-command.ts';
import { startSchedule, type RunningSchedule } from '../support/run-schedule.ts';
import {
  fetchedList,
  makeAccount,
  makeConfig,
  makeHook,
  makeRule,
  makeWatch,
} from '../support/world.ts';

const SHOP = makeAccount({ name: 'shop', kind: 'http', place: 'sources.shop', lists: [SELLERS] });
const START = Date.parse('2026-01-02T09:55:00Z');

let db: Db;
let clock: ManualClock;
let config: Config;
let published: Set<string>;
/** When each list was asked for: `10:00 2026-01-01`. */
let asked: string[];
let daemon: RunningSchedule | null;
beforeEach(() => {
  db = openDatabase(':memory:');
  clock = manualClock(START);
  config = makeConfig({ sources: [makeAccount(), SHOP], watches: [datedWatch()] });
  published = new Set();
  asked = [];
  daemon = null;
});
afterEach(async () => {
  await daemon?.stop();
  db.close();
});

const sold = (date: string): FetchedList => {
  const day = Date.parse(date) / DAY_MS;
  const list = fetchedList(
    Array.from({ length: 12 }, (_, place) => ({
      id: `p${place}`,
      sold: 900 - place * 7 + (day % 13),
    })),
    { takenAt: clock.now() },
  );
  return { ...list, credits: 2 };
};
const fetchList: FetchList = async ({ date, source }) => {
  if (source !== 'shop') return fetchedList([`a${asked.length}`, 'b'], { takenAt: clock.now() });
  const day = date ?? '';
  asked.push(`${new Date(clock.now()).toISOString().slice(11, 16)} ${day}`);
  if (published.has(day)) return sold(day);
  const page = { page: 1, takenAt: clock.now(), rows: [], total: null, hasMore: false, body: '{}' };
  const empty = { startedAt: clock.now(), pages: [page], missing: [], refused: null };
  return { ...empty, credits: 1, requests: 1, isUnpublished: true };
};
const start = () => (daemon = startSchedule({ db, clock, config: () => config, fetchList }));
const stop = async () => {
  await daemon?.stop();
  daemon = null;
};
const stored = (): [string, string | null, string, string][] =>
  db.raw
    .prepare(
      `SELECT strftime('%d %H:%M', slot_at / 1000, 'unixepoch'), data_date, status, origin
      FROM snapshots ORDER BY slot_at`,
    )
    .raw()
    .all() as [string, string | null, string, string][];
const reasons = () => db.raw.prepare('SELECT reason FROM snapshots ORDER BY slot_at').pluck().all();
const deps = () => ({ db, config, clock, fetchList, signal: new AbortController().signal });

describe('a list that is not published yet', () => {
  test('is asked for every half hour, and taken for its own slot when it is there', async () => {
    start();
    await clock.advance(75 * MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01', '10:30 2026-01-01', '11:00 2026-01-01']);
    expect(stored()).toEqual([]);
    published.add('2026-01-01');
    await clock.advance(HOUR_MS);
    expect(asked.slice(3)).toEqual(['11:30 2026-01-01']);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'complete', 'catchup']]);
  });

  test('is given up twelve hours after its slot, and the next day is another one', async () => {
    start();
    await clock.advance(14 * HOUR_MS);
    expect(asked).toHaveLength(25);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'missed', 'schedule']]);
    expect(reasons()).toEqual([
      'not published: the list of 2026-01-01 was not there, asked for 25 times, the last at 2026-01-02T22:00:00.000Z',
    ]);
    published.add('2026-01-01').add('2026-01-02');
    await clock.advance(10 * HOUR_MS + 10 * MINUTE_MS);
    expect(stored().slice(1)).toEqual([['03 10:00', '2026-01-02', 'complete', 'schedule']]);
    expect(asked.slice(25)).toEqual(['10:00 2026-01-02']);
  });

  test('keeps neither the daemon busy nor another watch waiting', async () => {
    config = { ...config, watches: [datedWatch(), makeWatch({ schedule: '*/20 * * * *' })] };
    const running = start();
    await clock.advance(2 * HOUR_MS);
    // One each half minute, and one after each pass.
    expect(running.looks()).toBeLessThan(2 * 2 * 120 + 40);
    const others = stored().filter(([, date]) => date === null);
    expect(others.map(([slot]) => slot)).toEqual(
      ['10:00', '10:20', '10:40', '11:00', '11:20', '11:40'].map((time) => `02 ${time}`),
    );
    expect(others.map(([, , , origin]) => origin)).toEqual(Array(6).fill('schedule'));
  });

  test('ends with the next slot where that comes first', async () => {
    config = { ...config, watches: [datedWatch('day', { schedule: '0 10,14 * * *' })] };
    start();
    await clock.advance(4 * HOUR_MS + 10 * MINUTE_MS);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'missed', 'schedule']]);
    expect(reasons()[0]).toContain(
      'not published: the list of 2026-01-01 was not there, asked for 8 times',
    );
    expect(asked.at(-1)).toBe('14:00 2026-01-01');
  });

  test('is waited for by the watch as it is now: with another query it is another list', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    config = { ...config, watches: [datedWatch('day', { depth: 10 })] };
    await clock.advance(MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01', '10:05 2026-01-01']);
  });

  test('goes on waiting while its source rests after it has refused another watch', async () => {
    config = {
      ...config,
      watches: [
        datedWatch(),
        datedWatch('day', { name: 'other', depth: 10, schedule: '10 10 * * *' }),
      ],
    };
    const refused: FetchList = async (query, ...rest) =>
      query.depth === 20
        ? fetchList(query, ...rest)
        : {
            ...fetchedList([], { takenAt: clock.now() }),
            missing: [{ page: 1, reason: 'out_of_credits', detail: 'HTTP 402' }],
            refused: { reason: 'out_of_credits', detail: 'HTTP 402' },
          };
    daemon = startSchedule({ db, clock, config: () => config, fetchList: refused });
    await clock.advance(40 * MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01']);
    await clock.advance(20 * MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01', '10:40 2026-01-01']);
    expect(stored()).toEqual([['02 10:10', '2026-01-01', 'failed', 'schedule']]);
  });
});

describe('an open slot whose list cannot be asked for', () => {
  /** What the source answers instead of a list, by the time of the request; null: as usual. */
  let failing: (time: string) => FailureReason | null;
  const failsAt: FetchList = async (query, ...rest) => {
    const time = new Date(clock.now()).toISOString().slice(11, 16);
    const reason = failing(time);
    if (reason === null) return await fetchList(query, ...rest);
    asked.push(`${time} ${reason}`);
    return {
      ...fetchedList([], { takenAt: clock.now() }),
      pages: [],
      missing: [{ page: 1, reason, detail: `it says ${reason}` }],
      refused:
        reason === 'unauthorised' || reason === 'out_of_credits' ? { reason, detail: '' } : null,
    };
  };
  const startFailing = () =>
    (daemon = startSchedule({ db, clock, config: () => config, fetchList: failsAt }));

  test.each<FailureReason>(['timeout', 'server_error', 'out_of_credits'])(
    'by %s stays open, and is taken when the list is there',
    async (reason) => {
      failing = (time) => (time >= '10:25' && time < '11:15' ? reason : null);
      const { logged } = startFailing();
      await clock.advance(90 * MINUTE_MS);
      expect(stored()).toEqual([]);
      expect(asked.slice(0, 2)).toEqual(['10:00 2026-01-01', `10:30 ${reason}`]);
      expect(logged.find(({ message }) => message.includes('waited for'))?.fields).toMatchObject({
        reason: `it says ${reason}`,
        again_at: '2026-01-02T11:00:00.000Z',
      });
      published.add('2026-01-01');
      await clock.advance(HOUR_MS);
      expect(stored()).toEqual([['02 10:00', '2026-01-01', 'complete', 'catchup']]);
    },
  );

  test('has failed when the time of asking is over, for the reason that it failed', async () => {
    failing = (time) => (time >= '10:25' ? 'timeout' : null);
    startFailing();
    await clock.advance(13 * HOUR_MS);
    expect(asked).toHaveLength(25);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'failed', 'catchup']]);
    expect(reasons()[0]).toContain('it says timeout');
  });

  test.each<FailureReason>(['unauthorised', 'forbidden', 'bad_request'])(
    'by %s has failed at once: no later try can mend that',
    async (reason) => {
      failing = (time) => (time >= '10:25' ? reason : null);
      startFailing();
      await clock.advance(2 * HOUR_MS);
      expect(asked).toEqual(['10:00 2026-01-01', `10:30 ${reason}`]);
      expect(stored()).toEqual([['02 10:00', '2026-01-01', 'failed', 'catchup']]);
    },
  );

  test('by the daily limit waits for the next day’s credits, and asks for nothing meanwhile', async () => {
    config = {
      ...config,
      sources: [makeAccount(), { ...SHOP, dailyCredits: 2 }],
      watches: [datedWatch('day', { schedule: '0 20 * * *' })],
    };
    const counted: FetchList = (query, ledger, signal) => {
      ledger.begin({ page: 1, attempt: 1 });
      return fetchList(query, ledger, signal);
    };
    daemon = startSchedule({ db, clock, config: () => config, fetchList: counted });
    await clock.advance(13 * HOUR_MS);
    expect(asked).toEqual(['20:00 2026-01-01']);
    expect(stored()).toEqual([]);
    const [watch] = readStatus(db, config, clock.now()).watches;
    expect(watch?.waiting?.open.asks).toBe(1);
    published.add('2026-01-01');
    await clock.advance(90 * MINUTE_MS);
    expect(stored()).toEqual([['02 20:00', '2026-01-01', 'complete', 'catchup']]);
  });
});

describe('an open slot', () => {
  test('is still waited for after a restart, and asked for when it would have been', async () => {
    start();
    await clock.advance(20 * MINUTE_MS);
    await stop();
    await clock.advance(5 * MINUTE_MS);
    start();
    await clock.advance(9 * MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01']);
    await clock.advance(3 * MINUTE_MS);
    expect(asked).toEqual(['10:00 2026-01-01', '10:30 2026-01-01']);
  });

  test.each([
    { isThere: false, status: 'missed', origin: 'schedule' },
    { isThere: true, status: 'complete', origin: 'catchup' },
  ])(
    'is asked for once more by a daemon that was down when it closed: $status',
    async ({ isThere, status, origin }) => {
      start();
      await clock.advance(10 * MINUTE_MS);
      await stop();
      clock.jump(20 * HOUR_MS);
      if (isThere) published.add('2026-01-01');
      start();
      await clock.advance(MINUTE_MS);
      expect(asked).toHaveLength(2);
      expect(stored()).toEqual([['02 10:00', '2026-01-01', status, origin]]);
    },
  );

  test('that passed while the daemon was down was not published; those that nobody asked for were missed', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    await stop();
    clock.jump(3 * DAY_MS);
    published.add('2026-01-04');
    start();
    await clock.advance(MINUTE_MS);
    expect(stored()).toEqual([
      ['02 10:00', '2026-01-01', 'missed', 'schedule'],
      ['03 10:00', '2026-01-02', 'missed', 'schedule'],
      ['04 10:00', '2026-01-03', 'missed', 'schedule'],
      ['05 10:00', '2026-01-04', 'complete', 'catchup'],
    ]);
    expect(reasons().slice(0, 2)).toEqual([
      expect.stringMatching(/^not published/),
      'the slot passed while the daemon was down or busy',
    ]);
  });

  test('is due at once where the process died between the answer and its note', async () => {
    await expect(
      runPass(
        { ...deps(), fetchList: () => Promise.reject(new Error('killed')) },
        datedWatch(),
        Date.parse('2026-01-02T10:00:00Z'),
        'schedule',
      ),
    ).rejects.toThrow('killed');
    clock.jump(6 * MINUTE_MS);
    start();
    await clock.advance(MINUTE_MS);
    expect(asked).toEqual(['10:01 2026-01-01']);
  });

  test('is still open after the clock was a year ahead', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    clock.jump(365 * DAY_MS);
    await clock.advance(2 * MINUTE_MS);
    clock.jump(-365 * DAY_MS);
    published.add('2026-01-01');
    await clock.advance(40 * MINUTE_MS);
    expect(stored().at(0)).toEqual(['02 10:00', '2026-01-01', 'complete', 'catchup']);
  });

  test('is asked for again in its time after the clock was set back by half an hour', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    clock.jump(-30 * MINUTE_MS);
    await clock.advance(HOUR_MS);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThan(4);
  });

  test('that was given up by a clock that was ahead for a day is open again', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    clock.jump(DAY_MS);
    await clock.advance(MINUTE_MS);
    expect(stored()[0]).toEqual(['02 10:00', '2026-01-01', 'missed', 'schedule']);
    clock.jump(-DAY_MS);
    published.add('2026-01-01');
    await clock.advance(40 * MINUTE_MS);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'complete', 'catchup']]);
  });

  test('that was given up is not taken again, however often the daemon looks', async () => {
    start();
    await clock.advance(12 * HOUR_MS + 6 * MINUTE_MS);
    await stop();
    published.add('2026-01-01');
    const running = start();
    await clock.advance(HOUR_MS);
    expect(asked).toHaveLength(25);
    expect(running.looks()).toBeLessThan(260);
    expect(stored()).toEqual([['02 10:00', '2026-01-01', 'missed', 'schedule']]);
  });

  test('is filled by a snapshot by hand', async () => {
    start();
    await clock.advance(10 * MINUTE_MS);
    published.add('2026-01-01');
    await runPass(deps(), datedWatch(), clock.now(), 'manual');
    await clock.advance(HOUR_MS);
    expect(asked).toHaveLength(2);
    expect(stored()).toEqual([
      ['02 10:00', '2026-01-01', 'missed', 'schedule'],
      ['02 10:05', '2026-01-01', 'complete', 'manual'],
    ]);
    expect(reasons()[0]).toContain('the snapshot taken by hand');
  });

  test('is not late, and status says what it waits for', async () => {
    start();
    await clock.advance(HOUR_MS);
    const [watch] = readStatus(db, config, clock.now()).watches;
    expect(watch).toMatchObject({
      overdueAt: null,
      waiting: { open: { dataDate: '2026-01-01', asks: 2 } },
    });
    const world = { db, config, clock } as never;
    expect(run(runStatus, {}, world).out.replace(/\n +/g, ' ')).toContain(
      'sold-a-day: the list of 2026-01-01 is not published yet, asked for 2 times; asked for again in 5m, given up in 11h',
    );
    const json = JSON.parse(run(runStatus, { json: true }, world).out) as { watches: object[] };
    expect(json.watches[0]).toMatchObject({
      overdue_slot_at: null,
      not_published: { data_date: '2026-01-01', asks: 2, again_at: '2026-01-02T11:00:00.000Z' },
    });
    expect(checkWatches(db, clock.now())[0]?.text).not.toContain('overdue');
    await stop();
    clock.jump(3 * HOUR_MS);
    expect(readStatus(db, config, clock.now()).watches[0]?.overdueAt).toBe(START + 5 * MINUTE_MS);
  });
});

test('a list that is not published for days is told once, in words that say so, until one is there', async () => {
  config = { ...config, channels: [makeHook()], rules: [makeRule()] };
  published.add('2026-01-01');
  start();
  await clock.advance(7 * DAY_MS);
  published.add('2026-01-08');
  await clock.advance(DAY_MS);
  // They are packed once they are a day old.
  const told = db.raw
    .prepare<[], StoredMessage>(
      "SELECT message, packed FROM notifications WHERE type = 'source.trouble'",
    )
    .all()
    .map((stored) => (messageIn(stored) as TroubleMessage).data.text);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('its source has not published one since');
  expect(told[0]).toContain('not published: the list of 2026-01-05');
  expect(db.raw.prepare('SELECT closed_at IS NOT NULL FROM troubles').pluck().all()).toEqual([1]);
});

test('by hand nothing is stored, and no slot is opened', async () => {
  const outcome = await runPass(deps(), datedWatch(), clock.now(), 'manual');
  expect(outcome).toMatchObject({ kind: 'unpublished', dataDate: '2026-01-01', againAt: null });
  expect(stored()).toEqual([]);
  expect(db.raw.prepare('SELECT * FROM open_slots').all()).toEqual([]);
});
