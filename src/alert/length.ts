// How long a text an expression may build: a width of a billion in format() would take the memory
// of the daemon in one row.
import { writerOf } from '../words/writer.ts';
import type { ChangeColumn } from '../change/column.ts';
import type { ExpressionProblem } from '../change/tokens.ts';
import { everyPart, type Part } from './parse.ts';

/** Characters. No condition on names of some hundred characters needs more. */
export const MAX_TEXT = 1_000_000;
/**
 * Names and categories are cut at 300 characters where they are read (source/parse-page.ts, and
 * imports do the same).
 */
const MAX_COLUMN = 500;
const MAX_NUMBER = 32;

/**
 * The first part that may build a longer text than that, or whose length cannot be told. `columns`:
 * those of the list that the expression is for.
 */
export function findTooLong(
  whole: Part,
  columns: readonly ChangeColumn[],
): ExpressionProblem | null {
  const texts: ReadonlySet<string> = new Set(
    columns.filter(({ type }) => type === 'TEXT').map(({ name }) => name),
  );
  for (const part of everyPart(whole)) {
    if (part.kind === 'call' && (part.op === 'format' || part.op === 'printf')) {
      const problem = formatProblem(part);
      if (problem !== null) return { message: problem, at: part.at };
    }
    if (longest(part, texts) > MAX_TEXT)
      return {
        message: `this may build a text of more than ${writerOf({ timezone: 'UTC' }).number(MAX_TEXT)} characters`,
        at: part.at,
      };
  }
  return null;
}

const MAX_WIDTH = 1_000;

/**
 * The width and precision of format() must be written in the format itself, where they can be read,
 * and must be small.
 */
function formatProblem({ op, parts: [format] }: Part): string | null {
  if (format === undefined) return null;
  if (format.kind !== 'literal') return `the format of ${op}() must be a text as it stands`;
  const directives = format.op.match(/%[-+ 0#,!]*(\*|\d+)?(\.(\*|\d+))?/g) ?? [];
  if (directives.some((one) => one.includes('*')))
    return `* in the format of ${op}() is not allowed: write the width as a number`;
  const widths = directives.flatMap((one) => one.match(/\d+/g) ?? []).map(Number);
  return widths.some((width) => width > MAX_WIDTH)
    ? `widths in the format of ${op}() are at most ${MAX_WIDTH}`
    : null;
}

/** An upper bound of the characters of a part's value; `texts`: the columns that hold text. */
function longest(part: Part, texts: ReadonlySet<string>): number {
  const lengths = part.parts.map((inner) => longest(inner, texts));
  const sum = lengths.reduce((all, one) => all + one, 0);
  const most = Math.max(MAX_NUMBER, ...lengths);
  const [first = 0, second = 0, third = 0] = lengths;
  if (part.kind === 'literal') return Math.max(part.op.length, 1);
  if (part.kind === 'column') return texts.has(part.op) ? MAX_COLUMN : MAX_NUMBER;
  if (part.kind === 'operator') return part.op === '||' ? sum : MAX_NUMBER;
  if (part.kind !== 'call') return most;
  switch (part.op) {
    case 'format':
    case 'printf':
      return sum + MAX_WIDTH * (part.parts[0]?.op.split('%').length ?? 1);
    case 'replace':
      return first * Math.max(1, third) + second;
    case 'hex':
    case 'quote':
      return 2 * first + 2;
    case 'char':
      return 4 * part.parts.length;
    default:
      return most;
  }
}
