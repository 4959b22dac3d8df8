// Past dates of a dated list, from a real server: the price first, the oldest first, within the credits; resumable, and
// never an alert.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  runBackfill,
  type BackfillArgs,
  type Confirm,
} from '../../src/commands/running/backfill.ts';
import { runSnapshot } from '../../src/commands/running/snapshot.ts';
import { loadConfig } from '../../src/config/load.ts';
import { findDue } from '../../src/daemon/find-due.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { rebuildStandings } from '../../src/store/snapshots/standings.ts';
import { openShop, sellers, type Shop } from '../support/dated-list.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
let shop: Shop;
let clock: ManualClock;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-backfill-'));
  shop = await openShop();
  clock = manualClock('2026-01-20T12:00:00Z', { auto: true });
  configure('');
});
afterEach(async () => {
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A watch of the list of a day, which is due four hours after its end; a list costs two credits. */
function configure(source: string, more = ''): void {
  writeFileSync(
    join(folder, 'tidemark.yaml'),
    `sources:
  shop:
    type: http
    base_url: ${shop.source.baseUrl}
    allow_private: true
    requests_per_second: 100
    ${source}
    lists:
      best:
        request: { url: /best, query: { date: "{date}", period: day, page: "{page}" }, credits: 1 }
        pages: { by: page, first: 1, size: 10, most: 50 }
        end: { short_page: true }
        rows: data
        id: id
        name: name
        metrics: { sold: { path: sold, kind: count, order: true } }
        echo: { date: day }
        dated: { period: day, lag: 4h, since: "2025-06-01" }
watches:
  sold: { list: best, depth: 20, schedule: "0 10 * * *" }
  ${more}
rules:
  any: { when: "rank >= 1", on_first: notify, notify: [] }
`,
  );
}

const publish = (from: number, to: number) => {
  for (let day = from; day <= to; day++) shop.publish(`2026-01-${String(day).padStart(2, '0')}`);
};
async function backfill(
  args: Partial<BackfillArgs>,
  confirm: Confirm = null,
  stop = new AbortController().signal,
) {
  const io = memoryIo({ cwd: folder, clock });
  const code = await runBackfill(
    io,
    { watch: 'sold', from: '2026-01-10', yes: true, ...args },
    { confirm, stop },
  );
  return { code, out: io.out, err: io.err };
}
const refused = (args: Partial<BackfillArgs>): Promise<string> =>
  backfill(args).then(
    () => 'nothing',
    (thrown: unknown) => `${String(thrown)}; ${(thrown as { hint?: string }).hint ?? ''}`,
  );
function all(sql: string): unknown[] {
  const raw = new Database(join(folder, 'tidemark.db'), { readonly: true });
  try {
    return raw.prepare(sql).raw().all();
  } finally {
    raw.close();
  }
}
const dates = () => all('SELECT data_date FROM snapshots ORDER BY id').flat();

describe('a backfill', () => {
  test('says its price, stores the lists of past dates for their slots, the oldest first, and fires nothing', async () => {
    publish(1, 19);
    const { code, err } = await backfill({ from: '2026-01-10', to: '2026-01-12' });
    expect(code).toBe(0);
    expect(err.slice(err.indexOf('sold: '))).toBe(
      [
        'sold: 3 lists to fetch, 2026-01-10 to 2026-01-12',
        'price: 3 × 2 pages: 6 credits at most, 2 a list',
        '2026-01-10: complete, 15 rows, 2 credits',
        '2026-01-11: complete, 15 rows, 2 credits',
        '2026-01-12: complete, 15 rows, 2 credits',
        '3 lists stored of 3 fetched',
        '',
      ].join('\n'),
    );
    expect(
      all(
        "SELECT data_date, strftime('%d %H', slot_at / 1000, 'unixepoch'), status, origin FROM snapshots",
      ),
    ).toEqual([
      ['2026-01-10', '11 10', 'complete', 'import'],
      ['2026-01-11', '12 10', 'complete', 'import'],
      ['2026-01-12', '13 10', 'complete', 'import'],
    ]);
    expect(all('SELECT count(*) FROM alerts')).toEqual([[0]]);
    expect(all('SELECT count(*), sum(credits), count(snapshot_id) FROM requests')).toEqual([
      [6, 6, 6],
    ]);
  });

  test('leaves the newest list to the schedule, unless it is named', async () => {
    publish(1, 19);
    await backfill({ from: '2026-01-17' });
    expect(dates()).toEqual(['2026-01-17', '2026-01-18']);
    await backfill({ from: '2026-01-17', to: '2026-01-19' });
    expect(dates()).toEqual(['2026-01-17', '2026-01-18', '2026-01-19']);
  });

  test('asks before it spends, and cannot where nobody is there', async () => {
    publish(1, 19);
    const { code, err } = await backfill({ yes: false }, () => Promise.resolve(false));
    expect([code, shop.asked]).toEqual([0, []]);
    expect(err).toContain('price: 9 × 2 pages: 18 credits at most');
    expect(await refused({ yes: false })).toContain('say so: --yes');
  });

  test('goes around a day that was never published, and says so', async () => {
    publish(10, 11);
    publish(13, 14);
    const { code, err, out } = await backfill({ to: '2026-01-14', json: true });
    expect(code).toBe(3);
    expect(err).toContain('2026-01-12: not published, nothing stored, 1 credit');
    expect(err).toContain('4 lists stored of 5 fetched');
    expect(dates()).toEqual(['2026-01-10', '2026-01-11', '2026-01-13', '2026-01-14']);
    expect((JSON.parse(out) as object[])[2]).toEqual({
      data_date: '2026-01-12',
      slot_at: '2026-01-13T10:00:00.000Z',
      outcome: 'not_published',
      status: null,
      reason: null,
      rows: 0,
      credits: 1,
    });
    publish(12, 12);
    shop.asked.length = 0;
    expect((await backfill({ to: '2026-01-14' })).code).toBe(0);
    expect(shop.asked).toEqual(['2026-01-12', '2026-01-12/2']);
  });

  test('stays within the credits of the day, keeps those of its slots, and says how to go on', async () => {
    publish(1, 20);
    configure('daily_credits: 8', 'late: { list: best, depth: 10, schedule: "0 18 * * *" }');
    const { code, err } = await backfill({ to: '2026-01-15' });
    expect(code).toBe(3);
    expect(err).toContain(
      'today: 7 credits may be spent, enough for 3 lists; 1 more are kept for the slots of today',
    );
    expect(err).toContain(
      'the credits of today are spent, and those of its slots are kept: 3 lists left. To go on after 00:00 UTC:\n  tidemark backfill sold --from 2026-01-13 --to 2026-01-15\n',
    );
    expect(all('SELECT sum(credits) FROM requests')).toEqual([[6]]);
    await clock.advance(86_400_000);
    expect((await backfill({ from: '2026-01-13', to: '2026-01-15' })).code).toBe(0);
    expect(dates()).toEqual([10, 11, 12, 13, 14, 15].map((day) => `2026-01-${day}`));
  });

  test('stops where the source fails three times in a row, and names the first of them to go on from', async () => {
    publish(10, 11);
    shop.onRequest = (date) => {
      if (date > '2026-01-11') shop.publish(date, [{ id: '', sold: 1 }]);
    };
    const { code, err } = await backfill({ to: '2026-01-18' });
    expect(code).toBe(3);
    expect(err).toContain(
      'three lists in a row failed: 7 lists left. To go on:\n  tidemark backfill sold --from 2026-01-12',
    );
    expect(dates()).toEqual(['2026-01-10', '2026-01-11']);
  });

  test.each([
    [{ from: '2026-13-01' }, '--from 2026-13-01 is not a day such as 2026-11-01'],
    [{ from: 'yesterday' }, '--from yesterday is not a day'],
    [{ from: '2025-05-31' }, 'the list began on 2025-06-01'],
    [
      { from: '2026-01-20' },
      'there is no such list yet; it is due at 2026-01-21T04:00:00.000Z; the newest that is due is that of 2026-01-19',
    ],
    [{ from: '2026-01-05', to: '2026-02-01' }, '--to 2026-02-01: there is no such list yet'],
    [{ from: '2026-01-12', to: '2026-01-10' }, '--from 2026-01-12 is after --to 2026-01-10'],
    [{ from: '2026-01-19' }, 'the schedule takes it; take it all the same: --to 2026-01-19'],
    [{ watch: 'solt' }, 'did you mean sold?'],
  ])('refuses %j', async (args, says) => {
    expect(await refused(args)).toContain(says);
    expect(shop.asked).toEqual([]);
  });

  test('is refused for a list of now, in words', async () => {
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      'source: { token: sk_test_0123456789 }\nwatches: { sold: { region: US, time_scope: 1, schedule: "0 6 * * *" } }\n',
    );
    expect(await refused({})).toContain(
      'sold tracks top-products, a list of now: its source serves no other day',
    );
  });
});

describe('what a backfill stores', () => {
  test('stands as if it had been taken in its time: z-scores, streaks and records', async () => {
    publish(1, 19);
    await backfill({ from: '2026-01-08', to: '2026-01-17' });
    await backfill({ from: '2025-12-25', to: '2026-01-07' });
    await backfill({ from: '2026-01-01', to: '2026-01-18' });
    const db = openDatabase(join(folder, 'tidemark.db'));
    const standings = () =>
      db.raw
        .prepare(
          'SELECT s.data_date, o.* FROM best_observations o JOIN snapshots s ON s.id = o.snapshot_id ORDER BY 1, 2, 3',
        )
        .raw()
        .all();
    const first = standings();
    expect(first.length).toBe(18 * 15);
    db.transaction(() => rebuildStandings(db, 1, 0));
    expect(standings()).toEqual(first);
    db.close();
  });

  test('is not due again, whoever looks', async () => {
    publish(1, 19);
    const config = loadConfig({ path: join(folder, 'tidemark.yaml'), env: {}, cwd: folder }).config;
    const db = openDatabase(config.database);
    const deps = {
      db,
      clock: manualClock('2026-01-15T12:00:00Z'),
      log: { info() {}, warn() {}, error() {} },
    };
    await findDue(deps, config);
    await backfill({ to: '2026-01-19' });
    for (let look = 0; look < 3; look++) {
      expect(await findDue({ ...deps, clock }, config)).toEqual([]);
      await clock.advance(30_000);
    }
    expect(
      db.raw.prepare("SELECT count(*) FROM snapshots WHERE status = 'missed'").pluck().get(),
    ).toBe(0);
    db.close();
  });

  test('comes beside a list that is taken by hand, and does not take it again', async () => {
    publish(1, 19);
    const io = memoryIo({ cwd: folder, clock });
    expect(await runSnapshot(io, { watches: ['sold'] }, new AbortController().signal)).toBe(0);
    shop.asked.length = 0;
    const { err } = await backfill({ from: '2026-01-18', to: '2026-01-19' });
    expect(err).toContain('1 list to fetch, 2026-01-18 (1 stored already)');
    expect(shop.asked).toEqual(['2026-01-18', '2026-01-18/2']);
  });

  test('is left out where retention has thinned, as it would be deleted again', async () => {
    publish(1, 19);
    await backfill({ from: '2026-01-17' });
    const db = openDatabase(join(folder, 'tidemark.db'));
    db.raw
      .prepare('UPDATE series SET thinned_until_at = ?')
      .run(Date.parse('2026-01-12T00:00:00Z'));
    db.close();
    const { err } = await backfill({ from: '2026-01-05', to: '2026-01-12' });
    expect(err).toContain(
      '2 lists to fetch, 2026-01-11 to 2026-01-12 (6 left out, as retention would thin them again)',
    );
  });

  test('lies beside the lists of an earlier query of the watch', async () => {
    publish(1, 19);
    await backfill({ to: '2026-01-11' });
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      readFileSync(join(folder, 'tidemark.yaml'), 'utf8').replace('depth: 20', 'depth: 10'),
    );
    expect((await backfill({ to: '2026-01-11' })).code).toBe(0);
    expect(all('SELECT series_id, data_date, "rows" FROM snapshots ORDER BY id')).toEqual([
      [1, '2026-01-10', 15],
      [1, '2026-01-11', 15],
      [2, '2026-01-10', 10],
      [2, '2026-01-11', 10],
    ]);
  });
});

test('by hand, a list that is not published is told, and nothing is stored', async () => {
  const io = memoryIo({ cwd: folder, clock });
  const code = await runSnapshot(
    io,
    { watches: ['sold'], json: true },
    new AbortController().signal,
  );
  expect(code).toBe(3);
  expect(io.err).toContain(
    'sold: not published: the list of 2026-01-19, due since Tue 2026-01-20 04:00 UTC, is not there yet. Nothing is stored (1 credit); try again later',
  );
  expect(JSON.parse(io.out)).toMatchObject([
    { status: 'not_published', data_date: '2026-01-19', snapshot_id: null },
  ]);
  expect(dates()).toEqual([]);
});

describe('as a process', () => {
  const ROOT = join(import.meta.dirname, '../..');
  const start = (...args: string[]): ChildProcess =>
    spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(ROOT, 'src/cli.ts'),
        ...args,
        '--config',
        join(folder, 'tidemark.yaml'),
      ],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
    );

  test(
    'killed between and within lists, it goes on where it stopped, and ends as if it never was',
    { timeout: 120_000 },
    async () => {
      for (let day = 1; day <= 8; day++) shop.publish(`2025-11-0${day}`);
      const args = ['backfill', 'sold', '--from', '2025-11-01', '--to', '2025-11-08', '--yes'];
      for (const [date, page] of [
        ['2025-11-03', 1],
        ['2025-11-06', 2],
      ] as const) {
        const child = start(...args);
        let pages = 0;
        shop.onRequest = (asked) => {
          if (asked === date && ++pages === page) child.kill('SIGKILL');
        };
        await once(child, 'exit');
        expect(child.signalCode).toBe('SIGKILL');
      }
      shop.onRequest = () => {};
      const last = start(...args);
      let said = '';
      last.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const [code] = (await once(last, 'close')) as [number];
      expect([code, said]).toEqual([
        0,
        expect.stringContaining('3 lists to fetch, 2025-11-06 to 2025-11-08 (5 stored already)'),
      ]);
      expect(dates()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((day) => `2025-11-0${day}`));
      expect(all('SELECT count(*) FROM alert_log')).toEqual([[0]]);
      expect(all('SELECT unfinished_from_at FROM series')).toEqual([[null]]);
      expect(all('SELECT max(slots_on_list) FROM best_observations')).toEqual([[8]]);
      expect(
        all(
          "SELECT count(*) FROM best_history WHERE product_id = '" +
            (sellers('2025-11-01')[0]?.id ?? '') +
            "'",
        ),
      ).toEqual([[8]]);
    },
  );

  test(
    'killed and gone on with, it never asks past the limit of the day, and stores nothing twice',
    { timeout: 60_000 },
    async () => {
      configure('daily_credits: 9');
      for (let day = 1; day <= 5; day++) shop.publish(`2025-11-0${day}`);
      const args = ['backfill', 'sold', '--from', '2025-11-01', '--to', '2025-11-05', '--yes'];
      const killed = start(...args);
      shop.onRequest = () => {
        if (shop.asked.length === 4) killed.kill('SIGKILL');
      };
      await once(killed, 'exit');
      expect(killed.signalCode).toBe('SIGKILL');
      shop.onRequest = () => {};
      const [code] = (await once(start(...args), 'exit')) as [number];
      expect(code).not.toBe(0);
      // What was asked for by the killed one counts, though nobody read the answer.
      expect(shop.asked.length).toBeLessThanOrEqual(9);
      expect(all('SELECT count(*) FROM requests')).toEqual([[shop.asked.length]]);
      expect(dates().length).toBeLessThan(5);

      configure('daily_credits: 50');
      const [end] = (await once(start(...args), 'exit')) as [number];
      expect(end).toBe(0);
      expect(dates()).toEqual([1, 2, 3, 4, 5].map((day) => `2025-11-0${day}`));
      expect(all('SELECT DISTINCT status, "rows" FROM snapshots')).toEqual([['complete', 15]]);
      expect(all('SELECT count(*) FROM alert_log')).toEqual([[0]]);
      expect(all('SELECT count(*) FROM notifications')).toEqual([[0]]);
    },
  );

  test(
    'it works beside a running daemon, one of them asking at a time',
    { timeout: 120_000 },
    async () => {
      const daemon = start('run');
      daemon.stderr?.resume();
      let underWay = '';
      const mixed: string[] = [];
      shop.onRequest = (date) => {
        if (underWay !== '' && underWay !== date && !shop.asked.includes(`${underWay}/2`))
          mixed.push(date);
        underWay = date;
      };
      for (let day = 1; day <= 5; day++) shop.publish(`2025-11-0${day}`);
      const child = start(
        'backfill',
        'sold',
        '--from',
        '2025-11-01',
        '--to',
        '2025-11-05',
        '--yes',
      );
      child.stderr?.resume();
      const [code] = (await once(child, 'close')) as [number];
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
      expect([code, mixed]).toEqual([0, []]);
      expect(all("SELECT count(*) FROM snapshots WHERE origin = 'import'")).toEqual([[5]]);
    },
  );
});
