import { changeColumnsOf } from '../change/columns.ts';
import { messageOf } from '../lib/errors.ts';
import type { ListKind } from '../list/list-kind.ts';
import type { CheckExpression } from '../config/cross-check.ts';
import { openTrialRows, type TrialRows } from '../store/reading/trial-rows.ts';
import { checkExpression } from './expression.ts';
import { tokenize, type ExpressionProblem } from '../change/tokens.ts';
import { findTooLong } from './length.ts';
import { everyPart, parseExpression } from './parse.ts';

const PROBE_VALUES = [
  [null, null, null],
  ['Perfume', 1, 0.5],
  ['', 0, 0],
  ['100 % "Ä_', -Number.MAX_SAFE_INTEGER, -1e300],
] as const;

/**
 * Rows to try expressions on, one with nothing known and others with small and large values: what
 * only fails when it is run must fail here, and not in the middle of a pass.
 */
function openProbe(list: ListKind): TrialRows {
  const columns = changeColumnsOf(list);
  return openTrialRows(
    columns,
    PROBE_VALUES.map(([text, integer, real]) => {
      const values = { TEXT: text, INTEGER: integer, REAL: real };
      return columns.map(({ type }) => values[type]);
    }),
  );
}

/**
 * A check for rule expressions over the change rows of some lists: null when the expression is
 * sound for each of them, else a text of several lines that says what is wrong, shows the
 * expression with a caret under the place, and suggests what was meant.
 */
export function expressionChecker(): CheckExpression {
  const probes = new Map<ListKind, TrialRows>();
  const probeOf = (list: ListKind): TrialRows => {
    const probe = probes.get(list) ?? openProbe(list);
    probes.set(list, probe);
    return probe;
  };
  const problemFor = (sql: string, list: ListKind): ExpressionProblem | null =>
    checkExpression(sql, list) ??
    lengthProblem(sql, list) ??
    tryOut(probeOf(list), sql) ??
    tryParts(probeOf(list), sql);
  return (sql, lists) => {
    for (const list of lists) {
      const problem = problemFor(sql, list);
      if (problem !== null) return describe(sql, problem);
    }
    return null;
  };
}

/** What SQLite itself says to the expression, inside the statements that rules become. */
function tryOut(probe: TrialRows, sql: string): ExpressionProblem | null {
  try {
    probe.runRule(sql);
    return null;
  } catch (thrown) {
    const message = messageOf(thrown);
    if (message.endsWith('syntax error') || message === 'incomplete input')
      return syntaxProblem(probe, sql);
    const part = message.startsWith('Expression tree') ? null : tryParts(probe, sql);
    if (part !== null) return part;
    const name = /function (\w+)\(\)/.exec(message)?.[1];
    return {
      message,
      at: tokenize(sql).tokens.find((token) => token.text.toLowerCase() === name)?.at ?? 0,
    };
  }
}

/**
 * Found before anything is run: a part that may build a very long text, or of which that cannot be
 * told.
 */
function lengthProblem(sql: string, list: ListKind): ExpressionProblem | null {
  const whole = parseExpression(sql);
  if (whole !== null) return findTooLong(whole, changeColumnsOf(list));
  const builder = tokenize(sql).tokens.find(({ text }) => BUILDERS.test(text));
  return builder === undefined
    ? null
    : {
        message: `${builder.text} is not allowed in an expression of this form: write it more simply`,
        at: builder.at,
      };
}

const BUILDERS = /^(format|printf|replace|hex|quote|\|\|)$/i;

/**
 * Tries each part by itself. SQLite skips the parts of an `and`, a `case` or a `coalesce` that a
 * row does not need, so a fault in one would show only on a later row.
 */
function tryParts(probe: TrialRows, sql: string): ExpressionProblem | null {
  const whole = parseExpression(sql);
  if (whole === null) return null;
  for (const { kind, at, end } of everyPart(whole)) {
    if (kind === 'literal' || kind === 'column' || kind === 'list') continue;
    try {
      probe.runPart(sql.slice(at, end));
    } catch (thrown) {
      return { message: messageOf(thrown), at };
    }
  }
  return null;
}

/**
 * Where a syntax error is. SQLite names only the token, which may stand in several places. A text
 * that ends before the mistake is only incomplete; so the shortest beginning that is really wrong
 * ends at the mistake.
 */
function syntaxProblem(probe: TrialRows, sql: string): ExpressionProblem {
  for (const { text, at } of tokenize(sql).tokens) {
    try {
      probe.compileBeginning(sql.slice(0, at + text.length));
    } catch (thrown) {
      if (messageOf(thrown) !== 'incomplete input')
        return {
          message:
            text === ')'
              ? 'something is missing before this parenthesis'
              : `syntax error near ${text}`,
          at,
        };
    }
  }
  return { message: 'something is missing here', at: sql.trimEnd().length };
}

function describe(sql: string, { message, at }: ExpressionProblem): string {
  const before = sql.slice(0, at).split('\n');
  const line = sql.split('\n')[before.length - 1] ?? '';
  // A terminal may show a tab at any width, and other control characters must not be printed.
  return `${message}\n    ${line.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')}\n    ${' '.repeat((before.at(-1) ?? '').length)}^`;
}
