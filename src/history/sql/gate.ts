import { writerOf } from '../../words/writer.ts';
// What may be asked at all. Pure. The first of four fences: this one, what SQLite says a statement
// reads (reads.ts), the read-only connection, and the process that can be killed. On better-sqlite3
// the connection alone is not enough: `VACUUM INTO` writes files, and `ATTACH` reads them.

/** Statements longer than this were not written by a person. */
const MAX_LENGTH = 100_000;

/** `SHOW TABLES`, `DESCRIBE history`, `PRAGMA table_info(history)`. */
const ASKS_WHAT_IS_THERE: ReadonlySet<string> = new Set(['show', 'describe', 'desc', 'pragma']);

const READERS = ['select', 'with', 'values'];

/**
 * Functions that reach outside the database, or into SQLite itself. Most are not built in, but this
 * way the message is clearer.
 */
const FORBIDDEN_FUNCTIONS: ReadonlySet<string> = new Set([
  'load_extension',
  'fts3_tokenizer',
  'readfile',
  'writefile',
  'edit',
  'fsdir',
  'zipfile',
]);

const TOKEN =
  /(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<parameter>[:@$][A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\?\d*)|(?<number>\d[\w.]*)|(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/g;

/** `parameters` are the names it asks for, without their sign, in order of first use. */
export type GatedQuery =
  | { ok: true; isExplain: boolean; parameters: string[] }
  | { ok: false; message: string; hint?: string };

/** Reads a query as far as needed to say whether it may be prepared. SQLite's own parser has the last word. */
export function gate(sql: string): GatedQuery {
  if (sql.length > MAX_LENGTH)
    return {
      ok: false,
      message: `the query is longer than ${writerOf({ timezone: 'UTC' }).number(MAX_LENGTH)} characters`,
    };
  if (sql.includes('\0')) return { ok: false, message: 'the query holds a NUL character' };
  const words: string[] = [];
  const parameters = new Set<string>();
  for (const match of sql.matchAll(TOKEN)) {
    const { word, quoted, parameter } = match.groups ?? {};
    if (parameter !== undefined) {
      if (parameter.startsWith('?'))
        return {
          ok: false,
          message: `parameters have names here, not ${parameter}`,
          hint: 'write :name, and give it with -p name=value',
        };
      parameters.add(parameter.slice(1));
    }
    const name = (word ?? quoted?.slice(1, -1))?.toLowerCase();
    if (name === undefined) continue;
    const isCall = /^\s*\(/.test(sql.slice(match.index + match[0].length));
    if (isCall && FORBIDDEN_FUNCTIONS.has(name))
      return {
        ok: false,
        message: `${name}() is not available here: queries reach nothing but the database`,
      };
    // A statement may begin with a keyword only, and a quoted one is a name.
    if (words.length < 4) words.push(word === undefined ? '' : name);
  }
  const isExplain = words[0] === 'explain';
  const [first] = isExplain
    ? words.slice(words[1] === 'query' && words[2] === 'plan' ? 3 : 1)
    : words;
  if (first === undefined)
    return { ok: false, message: isExplain ? 'there is nothing to explain' : 'the query is empty' };
  if (!READERS.includes(first)) {
    const said = first === '' ? 'a name' : first.toUpperCase();
    return {
      ok: false,
      message: `only SELECT, VALUES, WITH and EXPLAIN of these are answered; this ${isExplain ? 'explains' : 'begins with'} ${said}`,
      hint: ASKS_WHAT_IS_THERE.has(first)
        ? 'what there is to ask, with its columns: tidemark schema --db'
        : 'history is read-only; to work on a copy: tidemark backup',
    };
  }
  return { ok: true, isExplain, parameters: [...parameters] };
}
