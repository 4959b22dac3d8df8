// What a test found, for people: nothing but its name when all is as expected, else the slots side
// by side.
import { widthOf } from '../lib/text-width.ts';
import type { Happened, TestRun } from './run-test.ts';
import type { Expected, RuleTest } from './read-test.ts';

/** One thing that should have happened and did not, or that should not have happened. */
export type Difference = {
  product: string;
  what: keyof Expected;
  slot: number;
  kind: 'missing' | 'unexpected';
};

/** Everything that differs. What a test does not speak of (`quiet`, `reminded`) does not count. */
export function differencesOf(expected: Expected, happened: Happened): Difference[] {
  const products = [
    ...new Set(
      [expected, happened].flatMap((side) =>
        Object.values(side).flatMap((slots) => Object.keys(slots ?? {})),
      ),
    ),
  ];
  return products.flatMap((product) =>
    (['fired', 'resolved', 'quiet', 'reminded'] as const).flatMap((what): Difference[] => {
      const wanted = expected[what];
      if (wanted === null) return [];
      const [want, got] = [wanted[product] ?? [], happened[what][product] ?? []];
      return [
        ...want
          .filter((slot) => !got.includes(slot))
          .map((slot): Difference => ({ product, what, slot, kind: 'missing' })),
        ...got
          .filter((slot) => !want.includes(slot))
          .map((slot): Difference => ({ product, what, slot, kind: 'unexpected' })),
      ].sort((a, b) => a.slot - b.slot);
    }),
  );
}

/**
 * For each product that differs, a grid of its slots:
 *
 *   perfume
 *     slot      1   2   3      4
 *     rank     40  40  12      _
 *     when      F   F   T      ?
 *     expected          fired
 *     got
 */
export function failureText(
  test: RuleTest,
  { happened, answers }: TestRun,
  differences: readonly Difference[],
): string {
  const lines = [
    `  rule ${test.rule.name}: when ${test.rule.when.replace(/\s+/g, ' ')}${test.rule.clear === null ? '' : `, clear ${test.rule.clear.replace(/\s+/g, ' ')}`}`,
  ];
  for (const product of new Set(differences.map((difference) => difference.product))) {
    const own = differences.filter((difference) => difference.product === product);
    lines.push(
      `  ${product}: ${own.map(({ what, slot, kind }) => `${what} in slot ${slot} ${kind === 'missing' ? 'is missing' : 'is unexpected'}`).join(', ')}`,
    );
    lines.push(
      ...grid([
        ['slot', ...test.timeline.slots.map((_, index) => String(index + 1))],
        ['rank', ...(test.timeline.ranks[product] ?? []).map(String)],
        ['when', ...(answers[product] ?? []).map(answerText)],
        ['expected', ...eventsOf(test.expected, product, test.timeline.slots.length)],
        ['got', ...eventsOf(happened, product, test.timeline.slots.length)],
      ]),
    );
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** Nothing where the rule was not evaluated. */
function answerText(answer: boolean | null | undefined): string {
  if (answer === undefined) return '';
  if (answer === null) return '?';
  return answer ? 'T' : 'F';
}

const eventsOf = (side: Expected | Happened, product: string, length: number): string[] =>
  Array.from({ length }, (_, index) =>
    (['fired', 'resolved', 'quiet', 'reminded'] as const)
      .filter((what) => side[what]?.[product]?.includes(index + 1))
      .join('+'),
  );

function grid(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map(
    ([head = '', ...cells]) =>
      `    ${head}${' '.repeat((widths[0] ?? 0) - widthOf(head))}${cells.map((cell, i) => `  ${cell.padStart(widths[i + 1] ?? 0)}`).join('')}`,
  );
}
