import Database from 'better-sqlite3';
import { CHANGE_COLUMNS } from '../change/columns.ts';
import { messageOf } from '../lib/errors.ts';
import { checkExpression, tokenize, type ExpressionProblem } from './expression.ts';

/** A table as wide as a change row, to compile expressions against. It never holds one. */
const CREATE_PROBE = `CREATE TABLE change_rows (${CHANGE_COLUMNS.map((column) => `${column.name} ${column.type}`).join(', ')})`;

/**
 * A check for rule expressions: null when the expression is sound, else a text of several lines that says what is
 * wrong, shows the expression with a caret under the place, and suggests what was meant.
 */
export function expressionChecker(): (sql: string) => string | null {
  let probe: Database.Database | undefined;
  return (sql) => {
    const problem = checkExpression(sql) ?? checkSyntax((probe ??= new Database(':memory:').exec(CREATE_PROBE)), sql);
    return problem === null ? null : describe(sql, problem);
  };
}

/** What SQLite itself says. In WHERE, so that an aggregate is an error. */
function checkSyntax(probe: Database.Database, sql: string): ExpressionProblem | null {
  try {
    probe.prepare(`SELECT 1 FROM change_rows WHERE (${sql})`);
    return null;
  } catch (thrown) {
    const message = messageOf(thrown);
    const near = /near "(.*)": syntax error/.exec(message)?.[1];
    // The wrapping parenthesis is not the user's: an error there means that something is missing at the end.
    const place = near === undefined ? undefined : tokenize(sql).tokens.findLast((token) => token.text.startsWith(near));
    if (near === undefined) return { message, at: 0 };
    return place === undefined || near === ')' ? { message: 'something is missing here', at: sql.trimEnd().length } : { message: `syntax error near ${place.text}`, at: place.at };
  }
}

function describe(sql: string, { message, at }: ExpressionProblem): string {
  const lines = sql.split('\n');
  let start = 0;
  const line = lines.findIndex((text) => {
    const isHere = at <= start + text.length;
    if (!isHere) start += text.length + 1;
    return isHere;
  });
  return `${message}\n    ${lines[line] ?? ''}\n    ${' '.repeat(at - start)}^`;
}
