import { describe, expect, test } from 'vitest';
import { formatTable, type Cell, type Column } from '../../src/terminal/table.ts';
import { widthOf } from '../../src/lib/text-width.ts';

const COLUMNS: readonly Column[] = [
  { head: '#', align: 'right' },
  { head: 'product', min: 8 },
  { head: 'category', min: 6, drop: 1 },
  { head: 'posts', align: 'right' },
  { head: 'cost', align: 'right', drop: 2 },
];
const ROWS: Cell[][] = [
  [1, 'Expandable Suitcases', 'Bags & Travel', '11.5k', '$1.90'],
  [12, 'Perfume', null, null, '$1.23k'],
];
const lines = (text: string) => text.trimEnd().split('\n');
const at = (columns: number) => formatTable(COLUMNS, ROWS, { columns, color: false });

describe('a table', () => {
  test('may have a hundred and thirty thousand rows', () => {
    const rows = Array.from({ length: 130_000 }, (_, index): Cell[] => [
      index,
      'x',
      null,
      'y',
      'z',
    ]);
    expect(formatTable(COLUMNS, rows).split('\n')).toHaveLength(130_003);
  });

  test('aligns numbers to the right and shows what is not known as a dash', () => {
    expect(formatTable(COLUMNS, ROWS)).toMatchInlineSnapshot(`
      " #  product               category       posts    cost
      ──  ────────────────────  ─────────────  ─────  ──────
       1  Expandable Suitcases  Bags & Travel  11.5k   $1.90
      12  Perfume               –                  –  $1.23k
      "
    `);
  });

  test('cuts the widest text first, so that no line is wider than the terminal', () => {
    expect(at(44)).toMatchInlineSnapshot(`
      " #  product      category      posts    cost
      ──  ───────────  ────────────  ─────  ──────
       1  Expandable…  Bags & Trav…  11.5k   $1.90
      12  Perfume      –                 –  $1.23k
      "
    `);
  });

  test('leaves columns out where even cut texts leave no room, and gives the others their room back', () => {
    expect(at(34)).toMatchInlineSnapshot(`
      " #  product     category     posts
      ──  ──────────  ───────────  ─────
       1  Expandabl…  Bags & Tra…  11.5k
      12  Perfume     –                –
      "
    `);
    expect(at(22)).toMatchInlineSnapshot(`
      " #  product      posts
      ──  ───────────  ─────
       1  Expandable…  11.5k
      12  Perfume          –
      "
    `);
  });

  test('never cuts numbers, not even where nothing fits', () => {
    expect(at(5)).toContain('11.5k');
  });

  test.each([20, 30, 40, 50, 80, 120])('of wide characters keeps to %i columns', (columns) => {
    const text = formatTable(
      COLUMNS,
      [[1, '超长的产品名称超长的产品名称超长的产品名称', '家居 👩‍🚀 家居家居家居', '11.5k', '$1']],
      { columns, color: false },
    );
    for (const line of lines(text)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('without rows is its head', () => {
    expect(lines(formatTable([{ head: 'id' }], []))).toEqual(['id', '──']);
  });

  test('has colour only where the terminal has', () => {
    const rows: Cell[][] = [[{ text: '▲28', tone: 'good' }]];
    expect(formatTable([{ head: 'move' }], rows, { columns: 80, color: false })).not.toContain(
      '\u001b',
    );
    expect(formatTable([{ head: 'move' }], rows, { columns: 80, color: true })).toContain(
      '\u001b[32m▲28\u001b[39m',
    );
  });
});

describe('hostile text in a cell', () => {
  test.each([
    ['ANSI colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['clear screen', '\u001b[2Jgone', '[2Jgone'],
    ['operating system command', '\u001b]0;title\u0007', ']0;title'],
    ['C1 control sequence', '\u009b31mred', '31mred'],
    ['line breaks', 'a\r\nb\u2028c', 'a b c'],
    ['carriage return', 'paid\rfree', 'paid free'],
    ['backspaces', 'abc\u0008\u0008x', 'abcx'],
    ['bidirectional override', '\u202egpj.exe', 'gpj.exe'],
    ['NUL', 'a\u0000b', 'ab'],
    ['invisible characters', 'a\u200b\ufeffb', 'ab'],
    ['tabs', 'a\tb', 'a b'],
  ])('%s', (_, hostile, shown) => {
    for (const cell of [hostile, { text: hostile, tone: 'bad' as const }])
      expect(lines(formatTable([{ head: 'product' }], [[cell]]))[2]).toBe(shown);
  });

  test('10,000 letters take one line', () => {
    const text = formatTable(
      [{ head: 'product', min: 8 }, { head: 'rank' }],
      [['x'.repeat(10_000), 1]],
      { columns: 40, color: false },
    );
    expect(lines(text).map((line) => widthOf(line))).toEqual([40, 40, 37]);
  });
});
