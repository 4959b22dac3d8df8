// What a chart says beside its lines, and that nothing of it hides something else.
import { expect, test } from 'vitest';
import { chartSvg } from '../../src/web/parts/chart.ts';
import { rankScale } from '../../src/web/parts/chart-scale.ts';
import type { Chart } from '../../src/web/parts/chart-facts.ts';
import { resultChart } from '../../src/web/pages/sql-chart.ts';
import type { PageContext } from '../../src/web/parts/page.ts';
import { dayAt, makeConfig } from '../support/world.ts';

/** A chart of ranks of thirty days, in which nothing is special. */
const chart = (changes: Partial<Chart> = {}): string =>
  chartSvg({
    label: 'a chart',
    isRank: true,
    slots: Array.from({ length: 30 }, (_, day) => ({ at: dayAt(day), gap: null })),
    lines: [{ name: 'Perfume', values: Array.from({ length: 30 }, (_, day) => 5 + (day % 3)) }],
    away: { indexes: [], label: '' },
    marks: [],
    write: (value) => `#${value}`,
    timeZone: 'UTC',
    ...changes,
  });

const flat = (rank: number) => Array.from({ length: 30 }, () => rank);

test('names at the ends of lines stand apart, whatever ranks the lines end at', () => {
  for (const ranks of [
    [7, 7, 7, 7, 7, 7, 7, 7],
    [490, 491, 1, 492, 493, 494, 495, 500],
    [1, 2, 3, 4, 5, 6, 7, 8],
  ]) {
    const lines = ranks.map((rank, index) => ({ name: `P${index}`, values: flat(rank) }));
    const svg = chart({ lines });
    const ends = [...svg.matchAll(/<text class="end [^>]* y="([\d.]+)">([^<]*)</g)]
      .map(([, y, text]) => ({ y: Number(y), text }))
      .sort((a, b) => a.y - b.y);
    expect(ends.map(({ text }) => text).sort()).toEqual(
      ranks.map((rank, index) => `#${rank} P${index}`).sort(),
    );
    const gaps = ends.slice(1).map(({ y }, index) => y - (ends[index]?.y ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15.9);
    expect(ends[0]?.y).toBeGreaterThan(10);
    expect(ends.at(-1)?.y).toBeLessThan(300);
  }
});

test('a name is cut between characters, not within an emoji', () => {
  const lines = [1, 2].map((rank) => ({ name: '👩🏽‍🚀'.repeat(9), values: flat(rank) }));
  const [, said = ''] = /<text class="end first"[^>]*>([^<]*)</.exec(chart({ lines })) ?? [];
  expect(said).toMatch(/^#1 (👩🏽‍🚀)+…$/u);
});

test('a gap says why even where the word has no room', () => {
  const slots = Array.from({ length: 30 }, (_, day) => ({
    at: dayAt(day),
    gap: day === 12 ? 'suspect' : null,
  }));
  expect(chart({ slots })).toMatch(/<text [^>]*transform="rotate\(-90 [^>]*>suspect<\/text>/);
});

test('rules that fired at one slot are said in one line', () => {
  const marks = [
    { index: 4, label: 'top10' },
    { index: 4, label: 'climbs' },
  ];
  const svg = chart({ marks });
  expect(svg.match(/class="ring"/g)).toHaveLength(1);
  expect(svg).toContain('>top10, climbs</text>');
});

test('a rank between two gaps is a dot that is seen', () => {
  const values = [1, 2, null, 3, null, 4, 5];
  expect(chart({ lines: [{ name: 'Perfume', values }] })).toMatch(
    /<path class="series first alone" d="M[\d.]+ [\d.]+h0.1"/,
  );
});

test('no rank stands twice on the axis', () => {
  for (const worst of [1, 2, 5, 9, 40, 500]) {
    const { ticks } = rankScale([1, worst]);
    expect(new Set(ticks).size, `to ${worst}`).toBe(ticks.length);
    expect(ticks[0]).toBe(1);
  }
});

test('an answer of SQL is drawn by its figures, not by ids, and as a line only over time', () => {
  const ctx = { deps: { config: makeConfig() } } as PageContext;
  const drawn = (columns: string[], rows: (string | number)[][]) =>
    resultChart(ctx, { columns, rows, rowCount: rows.length, isCut: false, ms: 1, effort: null });
  const days = ['2026-01-01T06:00:00.000Z', '2026-01-02T06:00:00.000Z'];
  const columns = ['slot_at', 'snapshot_id', 'rank'];
  expect(
    drawn(
      columns,
      days.map((at, id) => [at, id, 3]),
    ),
  ).toContain('>rank</p>');
  expect(
    drawn(
      columns,
      [1, 2].map((id) => ['2026-01-01T06:00:00.000Z', id, 3]),
    ),
  ).toBe('');
  expect(
    drawn(
      ['product', 'id'],
      [
        ['Perfume', 1],
        ['Soap', 2],
      ],
    ),
  ).toBe('');
  expect(
    drawn(
      ['product', 'posts'],
      [
        ['Perfume', 1],
        ['Soap', 2],
      ],
    ),
  ).toContain('>Soap</text>');
});
