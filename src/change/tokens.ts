// A rule's expression as words, strings, numbers and symbols: everything that has to read an
// expression starts from these.
import type { ListKind } from '../list/list-kind.ts';
import { changeColumnsOf } from './columns.ts';

/** `at` counts characters from 0. */
export type Token = {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  text: string;
  at: number;
};

/** What is wrong with an expression, and where: `at` counts characters from 0. */
export type ExpressionProblem = { message: string; at: number };

// White space is what SQLite takes for it. Other kinds of space, as copied from web pages, are
// letters to SQLite.
const TOKEN =
  /[ \t\n\f\r]+|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<comment>--|\/\*)|(?<symbol>->>|->|<<|>>|<=|>=|<>|!=|==|\|\||[-+*/%<>=~&|(),.])|(?<other>[^])/gy;

/** The words, strings, numbers and symbols of an expression, or what cannot be read. */
export function tokenize(sql: string): { tokens: Token[]; problem: ExpressionProblem | null } {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const { word, string, quoted, number, comment, symbol, other } = match.groups ?? {};
    const at = match.index;
    if (comment !== undefined)
      return { tokens, problem: { message: 'comments are not allowed in an expression', at } };
    if (other !== undefined) return { tokens, problem: { message: unexpected(other), at } };
    const text = match[0];
    if (word !== undefined) tokens.push({ kind: 'word', text, at });
    else if (string !== undefined) tokens.push({ kind: 'string', text, at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text, at });
    else if (number !== undefined) tokens.push({ kind: 'number', text, at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text, at });
  }
  return { tokens, problem: null };
}

/** What to say of a character that cannot begin a token. */
function unexpected(character: string): string {
  if (["'", '"', '`', '['].includes(character)) return 'this quote is never closed';
  if (character === ';') return 'only one expression is allowed';
  return `unexpected ${nameOf(character)}`;
}

const nameOf = (character: string): string =>
  /[!-~]/.test(character)
    ? `\`${character}\``
    : `character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** The words of an expression in lower case: columns, functions and key words. */
export const wordsOf = (sql: string): string[] =>
  tokenize(sql)
    .tokens.filter((token) => token.kind === 'word')
    .map((token) => token.text.toLowerCase());

/** The change columns of a list that an expression names, in the order of first use. */
export function columnsOf(sql: string, list: ListKind): string[] {
  const names = wordsOf(sql);
  return changeColumnsOf(list)
    .map(({ name }) => name)
    .filter((name) => names.includes(name))
    .sort((a, b) => names.indexOf(a) - names.indexOf(b));
}
