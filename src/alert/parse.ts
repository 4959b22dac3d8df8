// The parts of a rule's expression, by SQLite's own precedence (sqlite.org/lang_expr.html).
// SQLite's parser decides what is valid; this one only has to see the parts of what is, so that
// each can be tried and looked at by itself.
import { tokenize } from '../change/tokens.ts';
import { Lost, openReader, type Reader } from './token-reader.ts';

/**
 * `op` is the operator or function in lower case, or the text of a literal or column. `at` and
 * `end` count characters.
 */
export type Part = {
  kind: 'literal' | 'column' | 'operator' | 'call' | 'case' | 'cast' | 'list';
  op: string;
  parts: readonly Part[];
  at: number;
  end: number;
};

/** The whole expression as a part, or null where it cannot be followed. */
export function parseExpression(sql: string): Part | null {
  const { tokens, problem } = tokenize(sql);
  if (problem !== null) return null;
  const reader = openReader(tokens);
  try {
    const whole = readBinary(reader, 0);
    return reader.peek() === undefined ? whole : null;
  } catch (thrown) {
    // What is nested too deep to read here is too deep for SQLite, and SQLite says so.
    if (thrown instanceof Lost || thrown instanceof RangeError) return null;
    throw thrown;
  }
}

/** Every part, the innermost first. */
export const everyPart = (part: Part): Part[] => [...part.parts.flatMap(everyPart), part];

/**
 * Binary operators from the loosest to the tightest. At the level of `=` stand also IS, IN, LIKE
 * and the like, which are more than one symbol and are read by code of their own.
 */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['not'],
  ['=', '==', '<>', '!='],
  ['<', '<=', '>', '>='],
  ['&', '|', '<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['||'],
];
const NOT = 2;
const EQUALITY = 3;

function readBinary(reader: Reader, level: number): Part {
  const operators = LEVELS[level];
  if (operators === undefined) return readCollated(reader);
  if (level === NOT) {
    const at = reader.peek() === 'not' ? reader.token().at : null;
    return at === null
      ? readBinary(reader, level + 1)
      : made(reader, 'operator', 'not', [readBinary(reader, level)], at);
  }
  let left = readBinary(reader, level + 1);
  for (;;) {
    const operator = operators.find((one) => one === reader.peek());
    if (operator !== undefined) {
      reader.token();
      const right = readBinary(reader, level + 1);
      left = made(reader, 'operator', operator, [left, right], left.at);
      continue;
    }
    const longer = level === EQUALITY ? readLikeEquality(reader, left) : null;
    if (longer === null) return left;
    left = longer;
  }
}

function readLikeEquality(reader: Reader, left: Part): Part | null {
  const side = () => readBinary(reader, EQUALITY + 1);
  const of = (op: string, ...others: Part[]) =>
    made(reader, 'operator', op, [left, ...others], left.at);
  if (reader.take('isnull') || reader.take('notnull') || reader.take('not', 'null'))
    return of('is null');
  if (reader.take('is')) {
    const isNot = reader.take('not');
    if (reader.take('distinct')) reader.expect('from');
    return of(isNot ? 'is not' : 'is', side());
  }
  const isNot = reader.peek() === 'not' && /^(between|in|like|glob)$/.test(reader.peek(1) ?? '');
  if (isNot) reader.take('not');
  const named = (op: string) => (isNot ? `not ${op}` : op);
  if (reader.take('between')) {
    const low = side();
    reader.expect('and');
    return of(named('between'), low, side());
  }
  if (reader.take('in')) return of(named('in'), readList(reader));
  for (const op of ['like', 'glob']) {
    if (!reader.take(op)) continue;
    const pattern = side();
    return reader.take('escape') ? of(named(op), pattern, side()) : of(named(op), pattern);
  }
  return null;
}

function readCollated(reader: Reader): Part {
  let inner = readUnary(reader);
  while (reader.take('collate')) {
    reader.token();
    inner = made(reader, 'operator', 'collate', [inner], inner.at);
  }
  return inner;
}

function readUnary(reader: Reader): Part {
  const sign = ['-', '+', '~'].find((one) => one === reader.peek());
  if (sign === undefined) return readPrimary(reader);
  const { at } = reader.token();
  return made(reader, 'operator', `unary ${sign}`, [readUnary(reader)], at);
}

function readPrimary(reader: Reader): Part {
  if (reader.peek() === '(') {
    const list = readList(reader);
    const [only] = list.parts;
    // Parentheses are no part of their own, unless they hold a row of values.
    return list.parts.length === 1 && only !== undefined
      ? { ...only, at: list.at, end: list.end }
      : list;
  }
  const token = reader.token();
  const word = token.text.toLowerCase();
  if (token.kind === 'string' || token.kind === 'number')
    return made(reader, 'literal', token.text, [], token.at);
  if (token.kind !== 'word') throw new Lost();
  if (word === 'case') return readCase(reader, token.at);
  if (word === 'cast') {
    reader.expect('(');
    const inner = readBinary(reader, 0);
    reader.expect('as');
    while (reader.peek() !== ')') reader.token();
    reader.expect(')');
    return made(reader, 'cast', 'cast', [inner], token.at);
  }
  if (reader.peek() === '(') return made(reader, 'call', word, readList(reader).parts, token.at);
  const isLiteral = word === 'null' || word === 'true' || word === 'false';
  return made(reader, isLiteral ? 'literal' : 'column', word, [], token.at);
}

function readList(reader: Reader): Part {
  const { at } = reader.token();
  const parts: Part[] = [];
  if (!reader.take(')')) {
    do parts.push(readBinary(reader, 0));
    while (reader.take(','));
    reader.expect(')');
  }
  return made(reader, 'list', '(', parts, at);
}

function readCase(reader: Reader, at: number): Part {
  const parts: Part[] = [];
  if (reader.peek() !== 'when') parts.push(readBinary(reader, 0));
  while (reader.take('when')) {
    parts.push(readBinary(reader, 0));
    reader.expect('then');
    parts.push(readBinary(reader, 0));
  }
  if (reader.take('else')) parts.push(readBinary(reader, 0));
  reader.expect('end');
  return made(reader, 'case', 'case', parts, at);
}

const made = (
  reader: Reader,
  kind: Part['kind'],
  op: string,
  parts: readonly Part[],
  at: number,
): Part => ({ kind, op, parts, at, end: reader.end() });
