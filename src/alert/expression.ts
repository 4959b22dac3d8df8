// A rule's condition is a SQL boolean expression over one change row. It is checked when the config
// is loaded: it must be nothing but an expression, reach nothing but change columns, and compile.
import { closest, distance } from 'fastest-levenshtein';
import { changeColumnsOf } from '../change/columns.ts';
import { tokenize, type ExpressionProblem, type Token } from '../change/tokens.ts';
import type { ListKind } from '../list/list-kind.ts';
import { SHIPPED_LISTS } from '../list/shipped.ts';
import { FUNCTIONS, KEYWORDS } from './expression-words.ts';

/**
 * `max(x)` and `min(x)` with one argument aggregate over rows; with two or more they are scalars.
 */
const SCALAR_WITH_TWO: ReadonlySet<string> = new Set(['max', 'min']);

const namesOf = (list: ListKind): string[] => changeColumnsOf(list).map(({ name }) => name);

/**
 * Finds what is wrong with an expression over the change rows of a list, apart from what only
 * SQLite's own parser can tell (compile.ts). Null when nothing is.
 */
export function checkExpression(sql: string, list: ListKind): ExpressionProblem | null {
  const { tokens, problem } = tokenize(sql);
  if (problem !== null) return problem;
  if (tokens.length === 0) return { message: 'the expression is empty', at: 0 };
  return (
    checkParentheses(tokens, sql) ??
    firstOf(tokens, (token, index) =>
      checkToken(token, tokens[index - 1], tokens[index + 1], tokens, index, list),
    )
  );
}

function firstOf(
  tokens: readonly Token[],
  check: (token: Token, index: number) => ExpressionProblem | null,
): ExpressionProblem | null {
  for (const [index, token] of tokens.entries()) {
    const problem = check(token, index);
    if (problem !== null) return problem;
  }
  return null;
}

/**
 * Unbalanced ones could close the parentheses the expression is wrapped in, and say something else.
 */
function checkParentheses(tokens: readonly Token[], sql: string): ExpressionProblem | null {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.text === '(') open.push(token);
    else if (token.text === ')' && open.pop() === undefined)
      return { message: 'this parenthesis closes nothing', at: token.at };
  }
  const last = open.pop();
  return last === undefined
    ? null
    : { message: 'this parenthesis is never closed', at: Math.min(last.at, sql.length) };
}

function checkToken(
  token: Token,
  before: Token | undefined,
  after: Token | undefined,
  tokens: readonly Token[],
  index: number,
  list: ListKind,
): ExpressionProblem | null {
  const { at } = token;
  if (token.kind === 'quoted')
    return {
      message: `${token.text}: text is written in single quotes, columns without quotes`,
      at,
    };
  if (token.text === '.' && token.kind === 'symbol')
    return { message: 'a column is named without its table', at };
  // On text that is no JSON they fail, and with them the pass.
  if (token.text === '->' || token.text === '->>')
    return { message: `${token.text} is not allowed: no column holds JSON`, at };
  if (token.kind !== 'word') return null;
  if (after?.text === '.') return { message: 'a column is named without its table', at };
  const word = token.text.toLowerCase();
  if (word === 'select' || word === 'with' || word === 'values' || word === 'exists')
    return {
      message: `${token.text.toUpperCase()} is not allowed: an expression reads the columns of one change row`,
      at,
    };
  const isCall = after?.text === '(';
  if (isCall && FUNCTIONS.has(word)) {
    return SCALAR_WITH_TWO.has(word) && !hasTwoArguments(tokens, index + 1)
      ? {
          message: `${word}() needs at least two arguments here: it compares values of one row`,
          at,
        }
      : null;
  }
  // FROM stands only in IS DISTINCT FROM.
  if (word === 'from' && before?.text.toLowerCase() !== 'distinct')
    return {
      message: 'FROM is not allowed: an expression reads the columns of one change row',
      at,
    };
  if (KEYWORDS.has(word)) return null;
  const names = namesOf(list);
  if (isCall && names.includes(word))
    return { message: `${token.text} is a column, not a function`, at };
  if (isCall)
    return {
      message: `there is no function ${token.text}() in expressions${suggestion(word, [...FUNCTIONS])}`,
      at,
    };
  if (names.includes(word)) return null;
  if (/[\u2018-\u201f\u00b4]/.test(word))
    return { message: `${token.text}: text is written in straight single quotes, 'like this'`, at };
  return {
    message: `no column ${token.text}${elsewhere(word, list) ?? suggestion(word, names)}`,
    at,
  };
}

/** ` in product-ranking, whose metrics are sold, revenue`, when another list has the column. */
function elsewhere(word: string, list: ListKind): string | null {
  if (!SHIPPED_LISTS.some((other) => other !== list && namesOf(other).includes(word))) return null;
  return ` in ${list.name}, whose metrics are ${list.metrics.map(({ column }) => column).join(', ')}`;
}

function hasTwoArguments(tokens: readonly Token[], open: number): boolean {
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    else if (token.text === ',' && depth === 1) return true;
    if (depth === 0) return false;
  }
  return false;
}

/** `, did you mean rank_gain?`, when something is near enough. */
function suggestion(word: string, names: readonly string[]): string {
  const nearest = closest(word, [...names]);
  return distance(word, nearest) <= Math.max(2, Math.floor(nearest.length / 3))
    ? `, did you mean ${nearest}?`
    : '';
}
