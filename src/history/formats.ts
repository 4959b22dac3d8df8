// Rows as text for other programs. Values are exact; what a person reads on a terminal is made in
// terminal/result-table.ts.
import { jsonText } from '../lib/json-text.ts';
import type { SqlRow, SqlValue } from '../lib/sql-value.ts';

export const TEXT_FORMATS = ['json', 'ndjson', 'csv', 'tsv', 'markdown'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** Characters per piece of text handed on. */
const CHUNK = 1 << 16;

/**
 * Rows as text, piece by piece: flat memory, however many there are. `withHeader` is about csv, tsv
 * and markdown.
 */
export function* formatRows(
  format: TextFormat,
  columns: readonly string[],
  rows: Iterable<SqlRow>,
  withHeader = true,
): Generator<string> {
  const { head, line, foot } = writers[format](unique(columns));
  let text = withHeader || format === 'json' ? head : '';
  let isFirst = true;
  for (const row of rows) {
    text += line(row, isFirst);
    isFirst = false;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text + foot;
}

/** `line` includes the end of its line, or what stands before it. */
type Writer = { head: string; line: (row: SqlRow, isFirst: boolean) => string; foot: string };

const writers: Record<TextFormat, (columns: readonly string[]) => Writer> = {
  json: (columns) => {
    const object = objectWriter(columns);
    return {
      head: '[',
      line: (row, isFirst) => `${isFirst ? '\n' : ',\n'}${object(row)}`,
      foot: '\n]\n',
    };
  },
  ndjson: (columns) => {
    const object = objectWriter(columns);
    return { head: '', line: (row) => `${object(row)}\n`, foot: '' };
  },
  csv: (columns) => ({
    head: `${columns.map(csvCell).join(',')}\n`,
    line: (row) => `${row.map(csvCell).join(',')}\n`,
    foot: '',
  }),
  tsv: (columns) => ({
    head: `${columns.map(tsvCell).join('\t')}\n`,
    line: (row) => `${row.map(tsvCell).join('\t')}\n`,
    foot: '',
  }),
  markdown: (columns) => ({
    head: `| ${columns.map(markdownCell).join(' | ')} |\n|${columns.map(() => ' --- |').join('')}\n`,
    line: (row) => `| ${row.map(markdownCell).join(' | ')} |\n`,
    foot: '',
  }),
};

function objectWriter(columns: readonly string[]): (row: SqlRow) => string {
  const keys = columns.map((column) => `${JSON.stringify(column)}:`);
  return (row) =>
    `{${row.map((value, index) => `${keys[index] ?? ''}${jsonValue(value)}`).join(',')}}`;
}

/**
 * In JSON a number may have any number of digits; an infinity, which has none, is written so that
 * it is read as one.
 */
function jsonValue(value: SqlValue): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  if (value instanceof Uint8Array) return `{"$base64":"${base64(value)}"}`;
  return jsonText(value);
}

/**
 * What a spreadsheet takes for a formula (OWASP, "CSV Injection"; full-width signs where its
 * language is Japanese, Chinese or Korean), and what already looks like our way of preventing that.
 */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A csv field (RFC 4180). NULL is empty, the empty text is `""`. Text that a spreadsheet would run
 * as a formula gets a `'` before it; `readCsvText` takes it off again.
 */
export function csvCell(value: SqlValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return value instanceof Uint8Array ? base64(value) : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text that `csvCell` was given. */
export const readCsvText = (field: string): string =>
  field.charCodeAt(0) === QUOTE && FORMULA.test(field) ? field.slice(1) : field;

const QUOTE = 39;

/**
 * As PostgreSQL's COPY writes it, where NULL is \N; people paste it into spreadsheets, so formulas
 * are prevented here too.
 */
function tsvCell(value: SqlValue): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return value instanceof Uint8Array ? base64(value) : String(value);
  return (FORMULA.test(value) ? `'${value}` : value).replace(
    /[\\\t\n\r]/g,
    (character) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[character] ?? '\\r',
  );
}

function markdownCell(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string')
    return value instanceof Uint8Array ? `${value.length} bytes` : String(value);
  return value.replace(/[\\|<>`*_[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** Two columns of a query may have one name; keys of an object and headers may not. A name that is given keeps its first column. */
function unique(columns: readonly string[]): string[] {
  const given = new Set(columns);
  const taken = new Set<string>();
  // Where the next of a name begins to count: a query may have thousands of one name.
  const counts = new Map<string, number>();
  return columns.map((column) => {
    let name = column;
    let count = counts.get(column) ?? 2;
    while (taken.has(name) || (name !== column && given.has(name))) name = `${column}_${count++}`;
    counts.set(column, count);
    taken.add(name);
    return name;
  });
}
