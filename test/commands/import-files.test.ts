// Files as people have them: from spreadsheets, in other encodings, damaged, piped, of other services.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runImport, type ImportArgs } from '../../src/commands/history/import.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { memoryIo } from '../support/memory-io.ts';

const CONFIG = `
source: { token: sk_test_0123456789 }
watches:
  us-daily: { region: US, depth: 5, schedule: "0 6 * * *", timezone: America/New_York }
  gb: { region: GB, time_scope: 7, depth: 3, schedule: "0 6 * * *" }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-import-'));
  writeFileSync(join(folder, 'tidemark.yaml'), CONFIG);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Imports one file of this content. */
async function importing(content: string | Buffer, args: Partial<ImportArgs> = {}) {
  writeFileSync(join(folder, 'list.csv'), content);
  const io = memoryIo({ cwd: folder });
  const code = await runImport(
    io,
    { config: 'tidemark.yaml', files: ['list.csv'], ...args },
    { stdin: Readable.from([]), stop: new AbortController().signal },
  );
  return { code, said: io.err.trimEnd().split('\n') };
}

function stored(sql: string): unknown[] {
  const db = openDatabase(join(folder, 'tidemark.db'));
  try {
    return db.raw.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}
const names = () => stored('SELECT product FROM history ORDER BY slot_at, rank').flat();
const PLAIN = { watch: 'us-daily', takenAt: '2026-01-05T11:00:00Z' };

describe('numbers of a spreadsheet', () => {
  test('are refused with line, column and value where they may be two', async () => {
    const csv = 'product_id,rank,posts\na,1,12.000\nb,2,11.500\nc,3,3.000\n';
    expect(await importing(csv, PLAIN)).toEqual({
      code: 1,
      said: [
        'list.csv:2: posts is not a plain whole number from 0: "12.000"',
        'list.csv:3: posts is not a plain whole number from 0: "11.500"',
        'list.csv:4: posts is not a plain whole number from 0: "3.000"',
        'imported 0 snapshots, 0 rows',
      ],
    });
    expect(stored('SELECT * FROM observations')).toEqual([]);
  });

  test('are read with --decimal and --delimiter', async () => {
    const csv = 'product_id;rank;posts;ctr\na;1;12.000;1,834\nb;2;11.500;0\n';
    const args = { ...PLAIN, decimal: ',', delimiter: ';' };
    expect(await importing(csv, args)).toEqual({
      code: 0,
      said: ['imported 1 snapshot, 2 rows', '1 partial: shorter than depth 5'],
    });
    expect(stored('SELECT posts, ctr FROM history ORDER BY rank')).toEqual([
      [12_000, 1.834],
      [11_500, 0],
    ]);
  });

  test('are guessed where only one reading is possible, and that is said', async () => {
    const csv = 'sep=;\nproduct_id;rank;posts;ctr\na;1;12.000;1,83\nb;2;9;0,5\n';
    expect(await importing(csv, PLAIN)).toEqual({
      code: 0,
      said: [
        'list.csv: fields are separated by ";"',
        'list.csv: decimals are written with a comma, and thousands with points',
        'imported 1 snapshot, 2 rows',
        '1 partial: shorter than depth 5',
      ],
    });
    expect(stored('SELECT posts, ctr FROM history ORDER BY rank')).toEqual([
      [12_000, 1.83],
      [9, 0.5],
    ]);
  });

  test('are not guessed where two are possible', async () => {
    const csv = 'product_id;rank;ctr\na;1;1,834\n';
    expect(await importing(csv, PLAIN)).toMatchObject({
      code: 1,
      said: [
        'list.csv: fields are separated by ";"',
        'list.csv:2: ctr is not a number: "1,834" (if the comma is a decimal sign: --decimal ,)',
        'imported 0 snapshots, 0 rows',
      ],
    });
    const both = 'product_id;rank;ctr\na;1;1,83\nb;2;1.83\n';
    expect((await importing(both, PLAIN)).code).toBe(1);
  });

  test('refuse an id that was changed', async () => {
    const { code, said } = await importing('product_id,rank\n1.72931E+18,1\n', PLAIN);
    expect([code, said[0]]).toEqual([
      1,
      'list.csv:2: product_id was changed by a spreadsheet: "1.72931E+18" (format the column as text there, and save again)',
    ]);
  });

  test.each<[option: Partial<ImportArgs>, message: string]>([
    [{ decimal: ';' }, '--decimal ";" is not "," or "."'],
    [{ delimiter: '::' }, '--delimiter "::" is not one character such as ";", or tab'],
    [{ encoding: 'klingon' }, '--encoding "klingon" is not an encoding such as utf-8'],
    [{ time: '6' }, '--time "6" is not a time such as 06:00'],
  ])('are not read by an option that says nothing: %o', async (option, message) => {
    await expect(importing('product_id,rank\na,1\n', { ...PLAIN, ...option })).rejects.toThrow(
      message,
    );
  });
});

describe('the encoding of a file', () => {
  const row = (day: number, name: string) => `2026-01-0${day}T11:00:00Z,a,1,${name}`;
  const HEADER = 'slot_at,product_id,rank,product';

  test('that is not UTF-8 is refused with its line, and no name is replaced', async () => {
    await importing(`${HEADER}\n${row(1, 'Café')}\n`, { watch: 'us-daily' });
    const latin1 = Buffer.from(`${HEADER}\n${row(2, 'Plain')}\n${row(3, 'Café')}\n`, 'latin1');
    expect(await importing(latin1, { watch: 'us-daily' })).toEqual({
      code: 1,
      said: [
        'list.csv:3: is not UTF-8: say how the file is written, such as --encoding latin1 (also what Windows writes)',
        'us-daily 2026-01-02T11:00:00.000Z: not imported, some of its rows were refused',
        'imported 0 snapshots, 0 rows; 1 refused',
      ],
    });
    expect(names()).toEqual(['Café']);
  });

  test('is read when it is said', async () => {
    const bytes = Buffer.from([...Buffer.from(`${HEADER}\n${row(1, 'Caf')}`), 0xe9, 0x20, 0x80]);
    const args = { watch: 'us-daily', encoding: 'latin1' };
    expect((await importing(bytes, args)).code).toBe(0);
    // What the world calls latin1 is windows-1252: 0x80 is the euro sign.
    expect(names()).toEqual(['Café €']);
  });

  test('is named when it is UTF-16, and read as such', async () => {
    const bytes = Buffer.from(`\ufeff${HEADER}\n${row(1, 'Café')}\n`, 'utf16le');
    expect((await importing(bytes, { watch: 'us-daily' })).said[0]).toBe(
      'list.csv:1: is UTF-16, not UTF-8: --encoding utf-16le',
    );
    await importing(bytes, { watch: 'us-daily', encoding: 'utf-16le' });
    expect(names()).toEqual(['Café']);
  });

  test('may be gzip, by its content', async () => {
    const csv = `${HEADER}\n${row(1, 'Café')}\n${row(2, 'Café')}\n`;
    expect((await importing(gzipSync(csv), { watch: 'us-daily' })).code).toBe(0);
    expect(names()).toEqual(['Café', 'Café']);
    const cut = gzipSync(csv).subarray(0, -12);
    expect((await importing(cut, { watch: 'us-daily' })).said).toContain(
      'list.csv: unexpected end of file',
    );
  });
});

describe('a damaged file', () => {
  const row = (day: number, rank: number) =>
    `2026-01-0${day}T11:00:00Z,p${rank},${rank},"x, y",${30 + day}`;
  const rows = [1, 2, 3].flatMap((day) => [1, 2, 3, 4, 5].map((rank) => row(day, rank)));
  const HEADER = 'slot_at,product_id,rank,product,likes';
  const slots = () =>
    stored('SELECT DISTINCT substr(slot_at, 9, 2) FROM history ORDER BY 1').flat();

  test('may have blank lines anywhere', async () => {
    const text = `${HEADER}\n\n${rows.join('\n\n')}\n,,,\n\n   \n`;
    expect(await importing(text, { watch: 'us-daily' })).toEqual({
      code: 0,
      said: ['imported 3 snapshots, 15 rows', '3 complete'],
    });
  });

  test.each<[title: string, at: number, bad: string]>([
    ['a field too many', 7, `${row(2, 3)},1`],
    ['a field too few', 7, '2026-01-02T11:00:00Z,p3'],
    ['a quote that is never closed', 7, '2026-01-02T11:00:00Z,p3,3,"x'],
    ['a first row that is too long', 5, `${row(2, 1)},1`],
    ['a last row that is too long', 9, `${row(2, 5)},1`],
  ])('costs one snapshot for %s', async (_, at, bad) => {
    const text = [HEADER, ...rows.slice(0, at), bad, ...rows.slice(at + 1)].join('\n');
    const { code, said } = await importing(text, { watch: 'us-daily' });
    expect([code, said.slice(-2)]).toEqual([
      3,
      ['imported 2 snapshots, 10 rows; 1 refused', '2 complete'],
    ]);
    expect(said[0]).toContain(`list.csv:${at + 2}: `);
    expect(slots()).toEqual(['01', '03']);
  });

  const json = (line: string) => {
    const [slot_at, product_id, rank, , , likes] = line.split(',');
    return JSON.stringify({ slot_at, product_id, rank: Number(rank), likes });
  };
  test.each([
    ['first line whose end is missing', 0, 0, 40, '02,03'],
    ['first line whose beginning is missing', 0, 5, 99, '02,03'],
    ['first line of another snapshot', 5, 0, 40, '01,03'],
    ['last line', 14, 0, 40, '01,02'],
  ] as const)('costs one snapshot of an ndjson for a %s', async (_, at, from, to, left) => {
    const text = rows.map((line, index) =>
      index === at ? json(line).slice(from, to) : json(line),
    );
    const { code, said } = await importing(text.join('\n'), { watch: 'us-daily' });
    expect(code).toBe(3);
    expect(said[0]).toContain(`list.csv:${at + 1}: is not JSON: `);
    expect(slots().join()).toBe(left);
  });

  test('is refused for two columns of one name, and said to have columns that nobody reads', async () => {
    const twice = 'product_id,rank,posts,posts\na,1,5,6\n';
    expect((await importing(twice, PLAIN)).said[0]).toBe(
      'list.csv: the header of the csv has two columns "posts": drop one',
    );
    const unread = 'product_id,rank,Cost,colour\na,1,5,red\nb,2,6,blue\n';
    expect((await importing(unread, PLAIN)).said.slice(0, 3)).toEqual([
      'list.csv: column "Cost" is not known and left aside; did you mean cost?',
      'list.csv: column "colour" is not known and left aside',
      'imported 1 snapshot, 2 rows',
    ]);
  });

  test('of another watch says so in one line', async () => {
    const text = [`watch,${HEADER}`, ...rows.map((line) => `other,${line}`)].join('\n');
    expect((await importing(text, { watch: 'us-daily' })).said).toEqual([
      'list.csv:2: it belongs to other, not to us-daily',
      'list.csv: 14 more lines are refused for the same reason: it belongs to other, not to us-daily',
      'imported 0 snapshots, 0 rows',
    ]);
  });
});

describe('what a list is of', () => {
  test('may be a date, at a time by the clocks of its watch', async () => {
    const csv = 'watch,slot_at,product_id,rank\nus-daily,2026-03-07,a,1\nus-daily,2026-03-08,a,1\n';
    expect((await importing(csv, {})).said[0]).toContain('but a date: "2026-03-07"');
    expect((await importing(csv, { time: '06:00' })).code).toBe(0);
    // The clocks of New York went forward in between.
    expect(stored('SELECT slot_at FROM history')).toEqual([
      ['2026-03-07T11:00:00.000Z'],
      ['2026-03-08T10:00:00.000Z'],
    ]);
  });

  test('may have tied ranks, as they stand in the file', async () => {
    const list = (order: string[]) => `product_id,rank\n${order.join('\n')}\n`;
    const tied = ['a,1', 'b,2', 'c,2', 'd,4'];
    expect((await importing(list(tied), PLAIN)).code).toBe(0);
    expect(stored('SELECT product_id, rank FROM history ORDER BY 2, 1')).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 2],
      ['d', 4],
    ]);
    // Known again, in whatever order the tie is written.
    expect((await importing(list(['a,1', 'c,2', 'b,2', 'd,4']), PLAIN)).said).toEqual([
      'imported 0 snapshots, 0 rows; 1 known already',
    ]);
    const dense = list(['a,1', 'b,2', 'c,2', 'd,3']);
    expect((await importing(dense, { ...PLAIN, takenAt: '2026-01-06' })).said[0]).toBe(
      'list.csv:4: rank 2 is in this snapshot twice',
    );
  });

  test('may stand on one line, with a column per rank', async () => {
    const csv = 'slot_at,watch,1,#2,rank 3\n2026-01-01,gb,a,b,c\n2026-01-02,gb,b,,c\n';
    expect(await importing(csv, { wide: true, time: '06:00' })).toEqual({
      code: 0,
      said: ['imported 2 snapshots, 5 rows', '1 complete, 1 partial: shorter than depth 3'],
    });
    expect(stored('SELECT slot_at, rank, product_id FROM history ORDER BY 1, 2')).toEqual([
      ['2026-01-01T06:00:00.000Z', 1, 'a'],
      ['2026-01-01T06:00:00.000Z', 2, 'b'],
      ['2026-01-01T06:00:00.000Z', 3, 'c'],
      ['2026-01-02T06:00:00.000Z', 1, 'b'],
      ['2026-01-02T06:00:00.000Z', 3, 'c'],
    ]);
  });

  test('may come out of a pipe', async () => {
    const [fifo, csv] = [join(folder, 'fifo'), join(folder, 'list.csv')];
    writeFileSync(csv, 'product_id,rank\na,1\n');
    execFileSync('mkfifo', [fifo]);
    const writer = spawn('sh', ['-c', `exec cat ${csv} > ${fifo}`], { stdio: 'ignore' });
    const io = memoryIo({ cwd: folder });
    const code = await runImport(
      io,
      { config: 'tidemark.yaml', files: [fifo], ...PLAIN },
      { stdin: Readable.from([]), stop: new AbortController().signal },
    );
    expect([code, stored('SELECT product_id FROM history')]).toEqual([0, [['a']]]);
    writer.kill();
  });

  test('may be inside the envelope of TikHub', async () => {
    const answer = (params: object) =>
      JSON.stringify({
        code: 200,
        router: '/api/v1/tiktok/ads/get_top_products',
        params: { last: '7', page: '1', country_code: 'GB', order_by: 'post', ...params },
        data: {
          code: 0,
          msg: 'OK',
          data: {
            list: ['a', 'b'].map((id) => ({
              post: 10_600,
              third_ecom_category: { id, value: `Name ${id}` },
              first_ecom_category: { id: '1', value: 'Beauty' },
            })),
            pagination: { page: 1, size: 20, total: 2, has_more: false },
          },
        },
      });
    const args = { watch: 'gb', takenAt: '2026-01-05T06:00:00Z' };
    expect((await importing(answer({ country_code: 'US' }), args)).said[0]).toBe(
      'list.csv:1: does not belong to gb: its region is US, the watch asks for GB',
    );
    expect(await importing(answer({}), args)).toEqual({
      code: 0,
      said: ['imported 1 snapshot, 2 rows', '1 complete'],
    });
    expect(stored('SELECT product_id, product, posts, rank FROM history')).toEqual([
      ['a', 'Name a', 10_600, 1],
      ['b', 'Name b', 10_600, 2],
    ]);
  });
});
