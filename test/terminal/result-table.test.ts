import { describe, expect, test } from 'vitest';
import type { SqlRow } from '../../src/lib/sql-value.ts';
import { resultTable, type TableOptions } from '../../src/terminal/result-table.ts';

const render = (columns: string[], rows: SqlRow[], options: Partial<TableOptions> = {}) =>
  [
    ...resultTable(columns, () => rows, {
      columns: Infinity,
      color: false,
      withHeader: true,
      ...options,
    }),
  ].join('');

describe('a result on a terminal', () => {
  test.each([0, 1, 3, 12])('shows its values on one of %i columns too', (columns) => {
    expect(render(['product', 'rank'], [['Perfume', 12]], { columns })).toMatch(/Perfume[^]*12/);
  });

  test('of two thousand columns with long texts is laid out in no time', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `c${index}`);
    const text = render(names, [names.map(() => 'long words '.repeat(300))], { columns: 80 });
    expect(text.split('\n')).toHaveLength(2_002);
  });

  test('has numbers on the right, texts on the left, and says NULL', () => {
    expect(
      render(
        ['rank', 'product', 'posts'],
        [
          [1, 'Perfume', 11500],
          [20, 'Lip Gloss', null],
          [300n, null, -5.5],
        ],
      ),
    ).toBe(`\
rank  product    posts
────  ─────────  ─────
   1  Perfume    11500
  20  Lip Gloss   NULL
 300  NULL        -5.5
`);
  });

  test('has no header when none is wanted, and nothing but a header without rows', () => {
    expect(render(['a', 'b'], [[1, 'x']], { withHeader: false })).toBe('1  x\n');
    expect(render(['a', 'b'], [])).toBe('a  b\n─  ─\n');
  });

  test('fits: the widest texts are cut first, numbers never', () => {
    const text = render(
      ['rank', 'product', 'category'],
      [[123456, 'Eau de Parfum for Evenings', 'Beauty & Personal Care']],
      { columns: 40 },
    );
    expect(text).toBe(`\
  rank  product          category
──────  ───────────────  ───────────────
123456  Eau de Parfum…   Beauty & Perso…
`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  test('has long names of narrow columns over several lines, and times to the minute, before any text is cut', () => {
    const row: SqlRow = [12, 40, 28, 'Eau de Parfum', '2026-11-23T06:00:00.000Z', null];
    expect(
      render(['rank', 'rank_before', 'rank_gain', 'product', 'first_seen_at', 'streak'], [row], {
        columns: 61,
      }),
    ).toBe(`\
       rank_  rank_
rank  before   gain  product        first_seen_at      streak
────  ──────  ─────  ─────────────  ─────────────────  ──────
  12      40     28  Eau de Parfum  2026-11-23T06:00Z    NULL
`);
  });

  test('cuts no id, no name of a watch and no number: whoever reads one may want to type it', () => {
    const text = render(
      ['watch', 'product_id', 'product'],
      [['us-daily-beauty', '1729384756102938475', 'Eau de Parfum for Evenings']],
      { columns: 50 },
    );
    expect(text).toContain('us-daily-beauty  1729384756102938475  Eau de Parf');
    expect(
      render(
        ['watch', 'product_id', 'product'],
        [['us-daily-beauty', '1729384756102938475', 'Eau de Parfum']],
        { columns: 40 },
      ),
    ).toMatch(/^── row 1/);
  });

  test('becomes blocks of lines where even that does not fit', () => {
    expect(
      render(
        ['product', 'posts', 'impressions', 'cost'],
        [
          ['Perfume', 123456, 9000000000, null],
          ['Lip Gloss', 1, 2, 3],
        ],
        { columns: 30 },
      ),
    ).toBe(`\
── row 1 ──────────────────
product      Perfume
posts        123456
impressions  9000000000
cost         NULL
── row 2 ──────────────────
product      Lip Gloss
posts        1
impressions  2
cost         3
`);
  });

  test('shows control characters instead of obeying them', () => {
    expect(render(['a\u001b[31m', 'b'], [['x\u001b]0;evil\u0007\ny', '\u202eabc\u0085']])).toBe(`\
a␛[31m        b
────────────  ───────────────────
x␛]0;evil␇␊y  ‹U+202E›abc‹U+0085›
`);
  });

  test('aligns wide characters', () => {
    expect(
      render(
        ['a', 'b'],
        [
          ['香水', 1],
          ['x', 2],
        ],
      ),
    ).toBe('a     b\n────  ─\n香水  1\nx     2\n');
  });

  test('shows a blob by its size', () => {
    expect(render(['a'], [[Buffer.alloc(12)]], { withHeader: false })).toBe('<12 bytes>\n');
  });
});
