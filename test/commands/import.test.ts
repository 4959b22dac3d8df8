import type Database from 'better-sqlite3';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runExport, type ExportArgs } from '../../src/commands/history/export.ts';
import { runImport, type ImportArgs } from '../../src/commands/history/import.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { makeHistoryFile, listOfDay, takeDays, type HistoryFile } from '../support/history-file.ts';
import { keptPages } from '../support/kept-pages.ts';
import { memoryIo } from '../support/memory-io.ts';
import { dayAt, fetchedList, makeRule, makeWatch, products } from '../support/world.ts';

const CONFIG = `
source: { token: sk_test_0123456789 }
watches:
  us-daily: { region: US, schedule: "0 6 * * *" }
  gb: { region: GB, depth: 60, keyword: lamp, schedule: "0 6 * * *" }
channels: { hook: { type: webhook, url: https://example.com/hook } }
rules: { top3: { when: rank <= 3, on_first: notify, notify: [hook] } }
`;
const WATCHES = [makeWatch(), makeWatch({ name: 'gb', region: 'GB', depth: 60, keyword: 'lamp' })];

let file: HistoryFile;
beforeEach(() => {
  file = makeHistoryFile({ watches: WATCHES });
  mkdirSync(join(file.folder, 'other'));
  for (const folder of ['.', 'other'])
    writeFileSync(join(file.folder, folder, 'tidemark.yaml'), CONFIG);
});
afterEach(() => file.close());

const write = (name: string, text: string) => writeFileSync(join(file.folder, name), text);

/** Into the database of `other/`, which is not there at first. */
async function importInto(args: Partial<ImportArgs>, stdin = '') {
  const io = memoryIo({ cwd: file.folder });
  const code = await runImport(
    io,
    { config: 'other/tidemark.yaml', files: [], ...args },
    { stdin: Readable.from([Buffer.from(stdin)]), stop: new AbortController().signal },
  );
  return { code, out: io.out, err: io.err };
}

async function exported(args: Partial<ExportArgs> = {}) {
  const io = memoryIo({ cwd: file.folder });
  expect(
    await runExport(
      io,
      { config: 'tidemark.yaml', format: 'ndjson', ...args },
      { stdout: new PassThrough(), stop: new AbortController().signal },
    ),
  ).toBe(0);
  return io.out;
}

function inOther<Result>(
  use: (all: (sql: string) => unknown[], raw: Database.Database) => Result,
): Result {
  const db = openDatabase(join(file.folder, 'other', 'tidemark.db'));
  try {
    return use((sql) => db.raw.prepare(sql).raw().all(), db.raw);
  } finally {
    db.close();
  }
}

/** Pages as the source serves them, as text. */
function savedPages(
  count: number,
  options: { prefix?: string; pageSize?: number; total?: number } = {},
): string[] {
  const { prefix = 'p', pageSize = 20, total = count } = options;
  return Array.from({ length: Math.ceil(count / pageSize) }, (_, index) =>
    JSON.stringify({
      code: 0,
      message: 'success',
      requestId: `r${index}`,
      data: {
        list: products(count, prefix)
          .slice(index * pageSize, (index + 1) * pageSize)
          .map((id, place) => ({
            third_ecom_category: { id, value: `Product ${id}` },
            first_ecom_category: { id: '1', value: 'Beauty' },
            post: 10_000 - (index * pageSize + place) * 10,
            ctr: '1.5',
            comment: -1,
          })),
        pagination: {
          page: index + 1,
          size: pageSize,
          total,
          has_more: index + 1 < Math.ceil(count / pageSize),
        },
      },
    }),
  );
}

describe('a round trip', () => {
  // 38 passes, and each list exported, imported and exported again.
  test.each(['ndjson', 'csv'])(
    'through %s into an empty database and out again changes nothing',
    { timeout: 30_000 },
    async (format) => {
      await takeDays(file.world, 20);
      await takeDays(file.world, 18, { from: 2, watch: 'gb' });
      // A partial, a stale and a doubtful snapshot, and texts that look like something else.
      await file.world.pass(dayAt(20), fetchedList(listOfDay(20), { missing: [2] }));
      await file.world.pass(dayAt(21), fetchedList(listOfDay(20), { missing: [2] }));
      await file.world.pass(dayAt(22), fetchedList(products(40, 'other')));
      await file.world.pass(
        dayAt(23),
        fetchedList([
          { id: '=1+1', name: '\'=cmd|x, "y"', l1: '-', posts: 12_000 },
          { id: '007', name: '\u{1F457}' },
          ...listOfDay(23).slice(2),
        ]),
      );
      expect(
        file.world.db.raw.prepare('SELECT DISTINCT status FROM snapshots ORDER BY 1').pluck().all(),
      ).toEqual(['complete', 'partial', 'stale', 'suspect']);

      write('history.txt', await exported({ format }));
      const { code, err } = await importInto({ files: ['history.txt'] });
      expect({ code, err }).toEqual({
        code: 0,
        err: 'imported 42 snapshots, 1640 rows\n39 complete, 1 partial: as it was exported, 1 stale: as it was exported, 1 suspect: as it was exported\n',
      });
      for (const view of ['history', 'changes']) {
        expect(await exported({ format, view, database: 'other/tidemark.db' }), view).toBe(
          await exported({ format, view }),
        );
      }
      expect(await exported({ format, database: 'other/tidemark.db' })).toBe(
        readFileSync(join(file.folder, 'history.txt'), 'utf8'),
      );
    },
  );

  test('leaves its traces: where rows came from, and no alert and no delivery', async () => {
    await takeDays(file.world, 3);
    await importInto({ files: ['-'] }, await exported());
    inOther((all) => {
      expect(all('SELECT DISTINCT origin, taken_at = slot_at FROM snapshots')).toEqual([
        ['import', 1],
      ]);
      expect(all('SELECT * FROM alerts')).toEqual([]);
      expect(all('SELECT * FROM deliveries')).toEqual([]);
    });
  });
});

describe('importing rows', () => {
  test('again changes nothing', async () => {
    await takeDays(file.world, 3);
    const text = await exported();
    await importInto({ files: ['-'] }, text);
    const dump = () =>
      inOther((all) =>
        ['snapshots', 'observations', 'product_records', 'products'].map((table) =>
          all(`SELECT * FROM ${table}`),
        ),
      );
    const before = dump();
    expect(await importInto({ files: ['-'] }, text)).toMatchObject({
      code: 0,
      err: 'imported 0 snapshots, 0 rows; 3 known already\n',
    });
    expect(dump()).toEqual(before);
  });

  test('older than what is there moves records and standings of what is there', async () => {
    await takeDays(file.world, 30);
    const lines = (await exported()).trimEnd().split('\n');
    const newer = lines
      .filter((line) => (JSON.parse(line) as { slot_at: string }).slot_at >= '2026-01-20')
      .join('\n');
    await importInto({ files: ['-'] }, newer);
    await importInto({ files: ['-'] }, lines.join('\n'));
    expect(await exported({ view: 'changes', database: 'other/tidemark.db' })).toBe(
      await exported({ view: 'changes' }),
    );
  });

  test('serves as the baseline of the next live pass', async () => {
    await takeDays(file.world, 2);
    const { world } = file;
    const first = (await exported())
      .split('\n')
      .filter((line) => line.includes('"slot_at":"2026-01-01'));
    world.db.raw.exec('DELETE FROM alerts WHERE 0');
    await importInto({ files: ['-'] }, first.join('\n'));
    const other = makeHistoryFile({
      watches: WATCHES,
      database: join(file.folder, 'other', 'tidemark.db'),
      rules: [makeRule({ when: 'rank_gain >= 1', onFirst: 'notify' })],
    });
    try {
      const result = await other.world.pass(dayAt(1), fetchedList(listOfDay(1)));
      expect(result.status).toBe('complete');
      expect(result.fired).toBeGreaterThan(0);
    } finally {
      other.close();
    }
  });

  test('refuses a row with its line and reason, and its snapshot whole, and takes the others', async () => {
    await takeDays(file.world, 3);
    const lines = (await exported()).trimEnd().split('\n');
    lines[45] = (lines[45] ?? '').replace(/"rank":\d+/, '"rank":0');
    lines[50] = (lines[50] ?? '').slice(0, 30);
    write('bad.ndjson', lines.join('\n'));
    const { code, err } = await importInto({ files: ['bad.ndjson'] });
    expect(code).toBe(3);
    expect(err.split('\n')).toEqual([
      'bad.ndjson:46: rank is not a whole number from 1: 0',
      expect.stringMatching(/^bad\.ndjson:51: is not JSON: /),
      'us-daily 2026-01-02T06:00:00.000Z: not imported, some of its rows were refused',
      'imported 2 snapshots, 80 rows; 1 refused',
      '2 complete',
      '',
    ]);
    expect(
      inOther((all) => all('SELECT snapshot_id, count(*) FROM observations GROUP BY 1')),
    ).toEqual([
      [1, 40],
      [2, 40],
    ]);
  });

  test.each<[title: string, change: Record<string, unknown>, reason: string]>([
    ['another watch', { watch: 'gb' }, 'it belongs to gb, not to us-daily'],
    [
      'another region',
      { region: 'GB' },
      'it does not belong to us-daily: its region is GB, the watch asks for US (if us-daily asked for that once: --earlier-queries)',
    ],
    [
      'another window',
      { time_scope: 7 },
      'it does not belong to us-daily: its time_scope is 7, the watch asks for 1 (if us-daily asked for that once: --earlier-queries)',
    ],
    [
      'a keyword',
      { keyword: 'lamp' },
      'it does not belong to us-daily: its keyword is lamp, the watch asks for none (if us-daily asked for that once: --earlier-queries)',
    ],
    [
      'another depth',
      { depth: 100 },
      'it does not belong to us-daily: its depth is 100, the watch asks for 500 (if us-daily asked for that once: --earlier-queries)',
    ],
    ['a rank beyond the depth', { rank: 501 }, 'rank 501 is beyond the 500 that us-daily tracks'],
    ['a product twice', { product_id: 'p5', rank: 77 }, 'product p5 is in this snapshot twice'],
    ['a rank twice', { product_id: 'new', rank: 9 }, 'rank 9 is in this snapshot twice'],
    [
      'another status',
      { snapshot_status: 'stale' },
      'its taken_at, snapshot_status, snapshot_rows or list differs from the rows of its snapshot before it',
    ],
  ])('refuses %s', async (_, change, reason) => {
    const row = (rank: number) => ({
      watch: 'us-daily',
      region: 'US',
      time_scope: 1,
      category: null,
      keyword: null,
      depth: 500,
      slot_at: '2026-01-01T06:00:00.000Z',
      snapshot_status: 'complete',
      product_id: `p${rank}`,
      rank,
    });
    const lines = Array.from({ length: 20 }, (__, index) => row(index + 1));
    const text = [...lines.slice(0, 15), { ...row(16), ...change }, ...lines.slice(16)]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const { code, err } = await importInto({ files: ['-'], watch: 'us-daily' }, text);
    expect(code).toBe(1);
    expect(err).toContain(`stdin:16: ${reason}\n`);
    expect(inOther((all) => all('SELECT * FROM observations'))).toEqual([]);
  });

  test('refuses rows of one snapshot that stand apart, and a slot that holds another list', async () => {
    await takeDays(file.world, 2);
    // Not our own export, which says of how many rows a snapshot is.
    const lines = (await exported())
      .trimEnd()
      .replace(/"snapshot_rows":\d+,/g, '')
      .split('\n');
    const { err } = await importInto({ files: ['-'] }, [...lines.slice(1), lines[0]].join('\n'));
    expect(err.split('\n')).toEqual([
      'us-daily 2026-01-01T06:00:00.000Z: not imported, its rows do not stand together',
      'stdin:80: its snapshot ended further up: the rows of a snapshot must stand together',
      'imported 1 snapshot, 40 rows; 1 refused',
      '1 partial: shorter than depth 500',
      '',
    ]);
    expect(inOther((all) => all('SELECT slot_at, "rows" FROM snapshots'))).toEqual([
      [dayAt(1), 40],
    ]);
    await importInto({ files: ['-'] }, lines.slice(40).join('\n'));
    const changed = lines
      .slice(40)
      .map((line) => line.replace('"likes":3,', '"likes":4,'))
      .join('\n');
    expect((await importInto({ files: ['-'] }, changed)).err).toContain(
      'not imported, the slot 2026-01-02T06:00:00.000Z holds another list (snapshot 2, import)\n',
    );
  });

  test('takes what several files hold, overlapping as they may', async () => {
    await takeDays(file.world, 4);
    const lines = (await exported()).trimEnd().split('\n');
    write('a.ndjson', lines.slice(0, 120).join('\n'));
    write('b.ndjson', lines.slice(40).join('\n'));
    write('c.csv', await exported({ format: 'csv' }));
    expect(await importInto({ files: ['a.ndjson', 'b.ndjson', 'c.csv'] })).toEqual({
      code: 0,
      out: '',
      err: 'imported 0 snapshots, 0 rows; 4 known already\n',
    });
    expect(inOther((all) => all('SELECT slot_at, "rows" FROM snapshots ORDER BY 1'))).toEqual(
      [0, 1, 2, 3].map((day) => [dayAt(day), 40]),
    );
  });

  test.each([
    ['ndjson', 1],
    ['csv', 2],
  ] as const)('refuses the snapshot that a cut %s file ends in', async (format, head) => {
    await takeDays(file.world, 2);
    const lines = (await exported({ format })).trimEnd().split('\n');
    const { code, err } = await importInto({ files: ['-'] }, lines.slice(0, 54 + head).join('\n'));
    expect(code).toBe(3);
    expect(err).toBe(
      'us-daily 2026-01-02T06:00:00.000Z: not imported, the file holds 15 of its 40 rows\nimported 1 snapshot, 40 rows; 1 refused\n1 complete\n',
    );
    expect(await importInto({ files: ['-'] }, lines.join('\n'))).toMatchObject({
      code: 0,
      err: 'imported 1 snapshot, 40 rows; 1 known already\n1 complete\n',
    });
  });

  test('does not believe a file that its lists are complete, when it does not say how long they are', async () => {
    await takeDays(file.world, 2);
    const lines = (await exported())
      .trimEnd()
      .replace(/"snapshot_rows":\d+,/g, '')
      .split('\n');
    await importInto({ files: ['-'] }, lines.slice(0, 50).join('\n'));
    expect(inOther((all) => all('SELECT status, reason FROM snapshots ORDER BY slot_at'))).toEqual([
      ['partial', '40 of 500 products in the file'],
      ['partial', '10 of 500 products in the file'],
    ]);
  });

  test('takes one slot for one, however its time is written', async () => {
    await takeDays(file.world, 1);
    const lines = (await exported()).trimEnd().split('\n');
    const spelled = lines.map((line, index) =>
      index < 20 ? line : line.replace('06:00:00.000Z', '07:00:00+01:00'),
    );
    expect(await importInto({ files: ['-'] }, spelled.join('\n'))).toMatchObject({
      code: 0,
      err: 'imported 1 snapshot, 40 rows\n1 complete\n',
    });
  });

  test('takes the time it was taken for its slot, where nothing else is said', async () => {
    await takeDays(file.world, 2);
    const text = (await exported()).replace(/"slot_at":"[^"]*",/g, '');
    expect(await importInto({ files: ['-'] }, text)).toMatchObject({ code: 0 });
    expect(inOther((all) => all('SELECT slot_at, taken_at FROM snapshots'))).toEqual([
      [dayAt(0), dayAt(0)],
      [dayAt(1), dayAt(1)],
    ]);
  });

  test('says what was stored before it gave up', async () => {
    await takeDays(file.world, 1);
    write('good.ndjson', await exported());
    write('bad.ndjson', '{"product_id":"p1","rank":1}\n');
    const io = memoryIo({ cwd: file.folder });
    const importing = runImport(
      io,
      { config: 'other/tidemark.yaml', files: ['good.ndjson', 'bad.ndjson'], watch: 'us-daily' },
      { stdin: Readable.from([]), stop: new AbortController().signal },
    );
    await expect(importing).rejects.toThrow('the rows do not say when they were taken');
    expect(io.err).toBe('imported 1 snapshot, 40 rows\n1 complete\n');
  });

  test('that is stopped says so, by its exit code too, and is whole when it is done again', async () => {
    await takeDays(file.world, 5);
    write('all.ndjson', await exported());
    const stop = new AbortController();
    const io = memoryIo({ cwd: file.folder });
    const importing = runImport(
      io,
      { config: 'other/tidemark.yaml', files: ['all.ndjson'] },
      { stdin: Readable.from([]), stop: stop.signal },
    );
    stop.abort();
    expect(await importing).toBe(1);
    expect(io.err).toContain('stopped: the rest was not read');
    expect(await importInto({ files: ['all.ndjson'] })).toMatchObject({ code: 0 });
    expect(await exported({ view: 'changes', database: 'other/tidemark.db' })).toBe(
      await exported({ view: 'changes' }),
    );
  });

  test('that is stopped does not wait for the end of its input', async () => {
    const stop = new AbortController();
    const importing = runImport(
      memoryIo({ cwd: file.folder }),
      { config: 'other/tidemark.yaml', files: ['-'] },
      { stdin: new PassThrough(), stop: stop.signal },
    );
    setImmediate(() => stop.abort());
    expect(await importing).toBe(1);
  });

  test('takes a list of an earlier query of the watch', async () => {
    file.world.configure({ watches: [makeWatch({ depth: 30 }), ...WATCHES.slice(1)] });
    await takeDays(file.world, 1, { count: 30 });
    file.world.configure({ watches: WATCHES });
    await takeDays(file.world, 1, { from: 1 });
    const text = await exported();
    // In an empty database nothing but the user tells that it ever was the list of this watch.
    expect((await importInto({ files: ['-'] }, text)).err).toContain(
      'its depth is 30, the watch asks for 500 (if us-daily asked for that once: --earlier-queries)',
    );
    expect(await importInto({ files: ['-'], earlierQueries: true }, text)).toEqual({
      code: 0,
      out: '',
      err: 'imported 1 snapshot, 30 rows; 1 known already\n1 complete\n',
    });
    for (const view of ['history', 'changes'])
      expect(await exported({ view, database: 'other/tidemark.db' })).toBe(
        await exported({ view }),
      );
    const foreign = text.split('\n')[0]?.replace('"depth":30', '"depth":31') ?? '';
    for (const [from, to] of [
      ['"depth":31', '"depth":0'],
      ['"region":"US"', '"region":"nowhere"'],
      ['"time_scope":1', '"time_scope":0'],
    ] as const) {
      expect(
        (await importInto({ files: ['-'], earlierQueries: true }, foreign.replace(from, to))).err,
      ).toContain('it does not belong to us-daily');
    }
    expect(
      (
        await importInto(
          { files: ['-'], earlierQueries: true },
          foreign.replace(/"keyword":null,/, ''),
        )
      ).err,
    ).toContain('it does not belong to us-daily');
    expect(
      (
        await importInto(
          { files: ['-'], earlierQueries: true, watch: 'us-daily' },
          foreign.replace(/"watch":"us-daily",/, ''),
        )
      ).err,
    ).toContain('it does not belong to us-daily');
    const io = memoryIo({ cwd: file.folder });
    expect(
      await runImport(
        io,
        { config: 'tidemark.yaml', files: ['-'] },
        { stdin: Readable.from([Buffer.from(text)]), stop: new AbortController().signal },
      ),
    ).toBe(0);
    expect(io.err).toBe('imported 0 snapshots, 0 rows; 2 known already\n');
  });

  test('brings back no older name, and erases none', async () => {
    const row = (day: number, id: string, about: object) =>
      JSON.stringify({
        watch: 'us-daily',
        slot_at: `2026-01-0${day}T06:00:00Z`,
        product_id: id,
        rank: 1,
        posts: day,
        ...about,
      });
    const names = () => inOther((all) => all('SELECT name, category_l1 FROM products').flat());
    const take = (...rows: string[]) => importInto({ files: ['-'] }, rows.join('\n'));
    // Nobody has named it: what an older file says is better than nothing.
    await take(row(5, 'a', {}));
    expect(names()).toEqual(['a', null]);
    await take(row(2, 'a', { product: 'Second', category_l1: 'Beauty' }));
    expect(names()).toEqual(['Second', 'Beauty']);
    await take(row(3, 'a', { product: 'Third' }));
    expect(names()).toEqual(['Third', 'Beauty']);
    // Seen again under its name later, an older list with another one says nothing new.
    await take(row(8, 'a', { product: 'Third' }));
    await take(row(6, 'a', { product: 'Sixth', category_l1: 'Toys' }));
    expect(names()).toEqual(['Third', 'Beauty']);
    // A later list that gives no name, and no category, changes neither.
    await take(row(9, 'a', {}));
    expect(names()).toEqual(['Third', 'Beauty']);
  });

  test('takes the place of a slot that was missed', async () => {
    await takeDays(file.world, 1);
    const text = await exported();
    const { raw } = file.world.db;
    const id = raw.prepare("SELECT id FROM watches WHERE name = 'gb'").pluck().get();
    raw.exec(
      `INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms) SELECT ${String(id)}, (SELECT id FROM series WHERE watch_id = ${String(id)}), ${dayAt(0)}, 'missed', 'down', 'schedule', 1`,
    );
    const rows = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) =>
        JSON.stringify({
          ...(JSON.parse(line) as object),
          watch: 'gb',
          region: 'GB',
          keyword: 'lamp',
          depth: 60,
        }),
      )
      .join('\n');
    const io = memoryIo({ cwd: file.folder });
    await runImport(
      io,
      { config: 'tidemark.yaml', files: ['-'] },
      { stdin: Readable.from([Buffer.from(rows)]), stop: new AbortController().signal },
    );
    expect(
      raw
        .prepare(
          `SELECT status, reason, origin, "rows", (SELECT count(*) FROM observations o WHERE o.snapshot_id = s.id AND rank_best = rank) FROM snapshots s WHERE watch_id = ?`,
        )
        .raw()
        .all(id),
    ).toEqual([['complete', null, 'import', 40, 40]]);
  });

  test('leaves a slot as it was whose rows turn out not to stand together', async () => {
    await file.world.pass(dayAt(0), fetchedList([]));
    const { raw } = file.world.db;
    const before = raw.prepare('SELECT * FROM snapshots').all();
    expect(before).toMatchObject([{ status: 'failed' }]);
    const row = (rank: number, slot: string) =>
      JSON.stringify({ watch: 'us-daily', slot_at: slot, product_id: `p${rank}`, rank });
    const [first, second] = ['2026-01-01T06:00:00.000Z', '2026-01-02T06:00:00.000Z'];
    const io = memoryIo({ cwd: file.folder });
    const text = [row(1, first), row(2, first), row(1, second), row(3, first)].join('\n');
    expect(
      await runImport(
        io,
        { config: 'tidemark.yaml', files: ['-'] },
        { stdin: Readable.from([Buffer.from(text)]), stop: new AbortController().signal },
      ),
    ).toBe(3);
    expect(raw.prepare('SELECT * FROM snapshots WHERE slot_at = ?').all(dayAt(0))).toEqual(before);
    expect(
      raw.prepare('SELECT snapshot_id, count(*) FROM observations GROUP BY 1').raw().all(),
    ).toEqual([[2, 1]]);
  });

  test('of a plain csv needs a watch and a time, and is complete only when it is as long as the watch is deep', async () => {
    const csv = (count: number) =>
      `rank,product_id,posts\n${products(count)
        .map((id, index) => `${index + 1},${id},${900 - index}`)
        .join('\n')}\n`;
    await expect(importInto({ files: ['-'] }, csv(3))).rejects.toMatchObject({
      code: 'usage',
      message: 'the rows do not say which watch they belong to',
    });
    await expect(importInto({ files: ['-'], watch: 'gb' }, csv(3))).rejects.toMatchObject({
      code: 'usage',
      message: 'the rows do not say when they were taken',
    });
    expect(
      await importInto({ files: ['-'], watch: 'gb', takenAt: '2026-01-01T06:00:00Z' }, csv(60)),
    ).toMatchObject({ code: 0 });
    expect(
      await importInto({ files: ['-'], watch: 'gb', takenAt: '2026-01-02' }, csv(50)),
    ).toMatchObject({ code: 0 });
    expect(inOther((all) => all('SELECT status, reason FROM snapshots ORDER BY slot_at'))).toEqual([
      ['complete', null],
      ['partial', '50 of 60 products in the file'],
    ]);
  });
});

describe('importing saved answers', () => {
  const args = {
    watch: 'us-daily',
    takenAt: '2026-01-01T06:00:30Z',
    slotAt: '2026-01-01T06:00:00Z',
  };

  test('takes the place of a list that had no rows, and of the pages that were kept of it', async () => {
    await file.world.pass(dayAt(0), {
      ...fetchedList([]),
      pages: [
        { page: 1, takenAt: dayAt(0), rows: [], total: 0, hasMore: false, body: 'an empty list' },
      ],
    });
    const { raw } = file.world.db;
    expect(
      raw.prepare('SELECT status, (SELECT count(*) FROM raw_pages) FROM snapshots').raw().all(),
    ).toEqual([['failed', 1]]);
    const io = memoryIo({ cwd: file.folder });
    expect(
      await runImport(
        io,
        { config: 'tidemark.yaml', files: ['-'], ...args },
        {
          stdin: Readable.from([Buffer.from(savedPages(40).join('\n'))]),
          stop: new AbortController().signal,
        },
      ),
    ).toBe(0);
    expect(keptPages(raw).map(({ page }) => page)).toEqual([1, 2]);
  });

  test('makes one snapshot of the pages, in one file or many, and keeps them', async () => {
    const pages = savedPages(50);
    pages.forEach((page, index) =>
      write(`page-${index}.json`, JSON.stringify(JSON.parse(page), null, 2)),
    );
    expect(
      await importInto({ ...args, files: ['page-2.json', 'page-0.json', 'page-1.json'] }),
    ).toMatchObject({ code: 0, err: 'imported 1 snapshot, 50 rows\n1 complete\n' });
    inOther((all, raw) => {
      expect(
        all('SELECT status, origin, "rows", total, pages, slot_at, taken_at FROM snapshots'),
      ).toEqual([['complete', 'import', 50, 50, 3, dayAt(0), dayAt(0) + 30_000]]);
      expect(
        all(
          'SELECT product_id, rank, posts, comments, ctr FROM history WHERE rank IN (1, 50) ORDER BY rank',
        ),
      ).toEqual([
        ['p1', 1, 10_000, null, 1.5],
        ['p50', 50, 9_510, null, 1.5],
      ]);
      expect(keptPages(raw)).toEqual(
        pages.map((body, index) => ({
          page: index + 1,
          takenAt: dayAt(0) + 30_000,
          body: JSON.stringify(JSON.parse(body), null, 2),
        })),
      );
    });
    expect(await importInto({ ...args, files: ['-'] }, pages.join('\n'))).toMatchObject({
      code: 0,
      err: 'imported 0 snapshots, 0 rows; 1 known already\n',
    });
  });

  test('says which page is missing, and shifts no rank', async () => {
    const [first = '', , third = ''] = savedPages(60);
    expect(await importInto({ ...args, files: ['-'] }, `${first}\n${third}`)).toMatchObject({
      code: 0,
    });
    inOther((all) => {
      expect(all('SELECT status, reason FROM snapshots')).toEqual([
        ['partial', '40 of 60 products seen; page 2 missing (not_found: no file holds it)'],
      ]);
      expect(all("SELECT rank FROM history WHERE product_id = 'p41'")).toEqual([[41]]);
    });
  });

  test('sets a row without a product id aside, and says so', async () => {
    const [page = ''] = savedPages(20);
    const broken = page.replace('"id":"p3"', '"id":""');
    const { code, err } = await importInto({ ...args, files: ['-'] }, broken);
    expect([code, err]).toEqual([
      0,
      'stdin:1: row 3 of page 1 has no product id\nimported 1 snapshot, 19 rows\n1 partial: rows are missing\n',
    ]);
    expect(inOther((all) => all('SELECT status, set_aside FROM snapshots'))).toEqual([
      ['partial', 1],
    ]);
  });

  test.each<[title: string, text: string, reason: string]>([
    [
      'an error inside an answer',
      '{"code":50004,"msg":"no available es index"}',
      'stdin:1: is no page of a list: code 50004 in an HTTP 200',
    ],
    [
      'a page twice',
      savedPages(20).concat(savedPages(20)).join('\n'),
      'stdin:2: page 1 is there twice',
    ],
    [
      'a list of nothing',
      '{"code":0,"data":{"list":[]}}',
      'us-daily 2026-01-01T06:00:00.000Z: not imported, it does not look like us-daily: the source answered with an empty list',
    ],
    [
      'something else',
      '{"code":0,"data":{"list":7}}',
      'stdin:1: is no page of a list: data.list: ',
    ],
  ])('refuses %s, and stores nothing', async (_, text, reason) => {
    const { code, err } = await importInto({ ...args, files: ['-'] }, text);
    expect(code).toBe(1);
    expect(err).toContain(reason);
    expect(inOther((all) => all('SELECT * FROM snapshots'))).toEqual([]);
  });

  test('refuses a list that is not like the watch', async () => {
    await importInto({ ...args, files: ['-'] }, savedPages(60).join('\n'));
    const { code, err } = await importInto(
      { watch: 'us-daily', takenAt: '2026-01-02T06:00:00Z', files: ['-'] },
      savedPages(60, { prefix: 'x' }).join('\n'),
    );
    expect([code, err]).toEqual([
      1,
      'us-daily 2026-01-02T06:00:00.000Z: not imported, it does not look like us-daily: only 0 % of its products were in the last complete snapshot, 1d before\nimported 0 snapshots, 0 rows; 1 refused\n',
    ]);
  });

  test('needs a watch and a time that lies in the past', async () => {
    const text = savedPages(20).join('\n');
    await expect(importInto({ files: ['-'] }, text)).rejects.toMatchObject({
      code: 'usage',
      hint: 'name it: --watch W',
    });
    await expect(importInto({ files: ['-'], watch: 'us-daily' }, text)).rejects.toMatchObject({
      code: 'usage',
      hint: 'say it: --taken-at T',
    });
    await expect(
      importInto({ files: ['-'], watch: 'us-daily', takenAt: '2030-01-01' }, text),
    ).rejects.toMatchObject({
      code: 'usage',
      message: 'a list cannot have been taken in the future',
    });
    await expect(importInto({ files: ['-'], watch: 'nope' }, text)).rejects.toMatchObject({
      code: 'not_found',
      hint: 'there is: gb, us-daily',
    });
    await expect(importInto({ files: ['none.json'], watch: 'us-daily' })).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no file none.json',
    });
  });

  test('--json tells what became of each snapshot and row', async () => {
    const rows = [
      '{"watch":"gb","slot_at":"2026-01-01T06:00:00Z","product_id":"a","rank":1}',
      '{"watch":"gb","slot_at":"2026-01-02T06:00:00Z","product_id":"a","rank":0}',
      '{"watch":"gb","slot_at":"2026-01-02T06:00:00Z","product_id":"b","rank":2}',
    ].join('\n');
    const { out } = await importInto({ files: ['-'], json: true }, rows);
    expect(JSON.parse(out)).toEqual({
      snapshots: [
        {
          watch: 'gb',
          slot_at: '2026-01-01T06:00:00.000Z',
          rows: 1,
          status: 'partial',
          outcome: 'imported',
          reason: '1 of 60 products in the file',
        },
        {
          watch: 'gb',
          slot_at: '2026-01-02T06:00:00.000Z',
          rows: 1,
          outcome: 'refused',
          reason: 'some of its rows were refused',
        },
      ],
      refused: [{ file: 'stdin', line: 2, reason: 'rank is not a whole number from 1: 0' }],
    });
  });
});
