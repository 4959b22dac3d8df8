import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvCell, formatRows, readCsvText, type TextFormat } from '../../src/history/formats.ts';
import type { SqlRow } from '../../src/lib/sql-value.ts';

const render = (format: TextFormat, columns: string[], rows: SqlRow[], withHeader = true) =>
  [...formatRows(format, columns, rows, withHeader)].join('');

const COLUMNS = ['id', 'text', 'number'];
const ROWS: SqlRow[] = [
  [1, 'plain', 1.5],
  [2, 'a "b", c\nd', null],
  [9007199254740993n, '', -0.25],
];

describe('rows as text', () => {
  test('json is an array of objects, with every digit', () => {
    const text = render('json', COLUMNS, ROWS);
    expect(JSON.parse(text)).toEqual([
      { id: 1, text: 'plain', number: 1.5 },
      { id: 2, text: 'a "b", c\nd', number: null },
      { id: 9007199254740992, text: '', number: -0.25 },
    ]);
    expect(text).toContain('"id":9007199254740993,');
    expect(JSON.parse(render('json', COLUMNS, []))).toEqual([]);
  });

  test('ndjson is an object a line', () => {
    expect(
      render('ndjson', COLUMNS, ROWS)
        .split('\n')
        .map((line) => line === '' || (JSON.parse(line) as { id: number }).id),
    ).toEqual([1, 2, 9007199254740992, true]);
  });

  test('json writes what JSON has no word for in a way that is read well', () => {
    const [row] = JSON.parse(
      render(
        'json',
        ['a', 'b', 'c', 'd'],
        [[Infinity, -Infinity, Buffer.from('hi'), '\u202eevil\u0085']],
      ),
    ) as unknown[];
    expect(row).toEqual({
      a: Infinity,
      b: -Infinity,
      c: { $base64: 'aGk=' },
      d: '\u202eevil\u0085',
    });
    expect(render('json', ['d'], [['\u202eevil\u0085\u001b']])).toContain(
      '"\\u202eevil\\u0085\\u001b"',
    );
  });

  test('columns of one name keep apart', () => {
    // The column that is named a_2 stays a_2.
    expect(render('ndjson', ['a', 'a', 'a_2', 'a'], [[1, 2, 3, 4]])).toBe(
      '{"a":1,"a_3":2,"a_2":3,"a_4":4}\n',
    );
  });

  test('csv tells NULL from an empty text, and quotes what must be', () => {
    expect(render('csv', COLUMNS, ROWS)).toBe(
      'id,text,number\n1,plain,1.5\n2,"a ""b"", c\nd",\n9007199254740993,"",-0.25\n',
    );
    expect(render('csv', COLUMNS, [[1, 'x', 2]], false)).toBe('1,x,2\n');
  });

  test.each<[text: string, cell: string]>([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ["'=1", "''=1"],
    ["it's", "it's"],
    ["'quoted'", "'quoted'"],
    ['a=b', 'a=b'],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ["'＝1", "''＝1"],
    ['\n=1', '"\'\n=1"'],
  ])('csv: the text %j cannot become a formula', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test('csv: a negative number stays a number', () => {
    expect(csvCell(-5)).toBe('-5');
  });

  test('csv: any text comes back as it was', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom("'", '＝', '=', '+', '-', '@', '"', ',', '\n', '\r', '\t', 'a', ' '),
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1 }), (rows) => {
        const records: string[][] = parse(render('csv', ['a', 'b'], rows), {
          from: 2,
          relax_column_count: false,
          record_delimiter: '\n',
        });
        expect(records.map((record) => record.map(readCsvText))).toEqual(rows);
      }),
    );
  });

  test('tsv is one line a row, whatever the text', () => {
    expect(render('tsv', COLUMNS, [[null, 'a\tb\nc\\d\r', '=1']])).toBe(
      "id\ttext\tnumber\n\\N\ta\\tb\\nc\\\\d\\r\t'=1\n",
    );
  });

  test('markdown keeps its table, whatever the text', () => {
    expect(
      render(
        'markdown',
        ['a|b', 'c'],
        [
          ['x | y\nz', null],
          ['<b>', Buffer.from('hi')],
        ],
      ),
    ).toBe('| a\\|b | c |\n| --- | --- |\n| x \\| y z | NULL |\n| \\<b\\> | 2 bytes |\n');
  });

  test('many rows come in many pieces, none of them large', () => {
    const rows = Array.from({ length: 50_000 }, (_, index): SqlRow => [index, 'x'.repeat(20)]);
    const pieces = [...formatRows('ndjson', ['a', 'b'], rows)];
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(70_000);
    expect(pieces.join('').split('\n')).toHaveLength(50_001);
  });
});

test('two thousand columns of one name have names of their own, in no time', () => {
  const columns = [...Array<string>(2_000).fill('x'), 'x_7'];
  const [row = {}] = JSON.parse(
    render('json', columns, [columns.map((_, index) => index)]),
  ) as Record<string, number>[];
  expect(Object.keys(row)).toHaveLength(2_001);
  // Eight columns follow the first: seven names, as x_7 is that of the last.
  expect([row['x'], row['x_6'], row['x_7'], row['x_8'], row['x_2001']]).toEqual([
    0, 5, 2000, 6, 1999,
  ]);
});
