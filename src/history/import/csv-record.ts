/**
 * Makes records of the lines of a csv (RFC 4180). A damaged record loses itself and nothing after
 * it: reading goes on with the line behind its first. No csv library does that: they stop, or skip
 * to wherever the next quote is. The test compares with one.
 */

/**
 * A record and the line it begins on; or what is wrong with it, and its fields as far as they can
 * be told.
 */
export type CsvRecord = {
  line: number;
  fields: string[];
  problem: string | null;
};

/** A field that runs on longer than this was never closed: names have at most 300 characters. */
const MAX_LINES = 50;
const MAX_CHARACTERS = 65_536;

const OPEN = Symbol('a quote that is not closed yet');
const BAD_QUOTE = Symbol('text after a closing quote');

/**
 * Blank lines are skipped, and so are lines of nothing but separators, which spreadsheets leave.
 */
export function csvReader(separator: string): {
  /**
   * The records that end with this line. `width` is how many fields a record must have; null: any.
   */
  read(text: string, width: number | null): CsvRecord[];
  /**
   * What is left at the end of the file: a record whose quote was never closed, and what came after
   * it.
   */
  end(width: number | null): CsvRecord[];
} {
  /** Lines that are not read yet: none, or those of a record whose quote is open. */
  let queue: string[] = [];
  /** The number of the first of them. */
  let firstLine = 1;
  /** How many of them were tried without finding the end. */
  let tried = 0;

  /**
   * The shortest record that the lines begin with; null when it may go on in lines that are still
   * to come.
   */
  const nextRecord = (isEnd: boolean): { lines: number; fields: string[] | symbol } | null => {
    for (let lines = tried + 1; lines <= queue.length; lines++) {
      tried = lines;
      // A line without a quote cannot close an open one.
      if (lines > 1 && !(queue[lines - 1] ?? '').includes('"')) continue;
      const fields = splitRecord(queue.slice(0, lines).join('\n'), separator);
      if (fields !== OPEN) return { lines, fields };
    }
    return isEnd || isTooLong(queue) ? { lines: 1, fields: OPEN } : null;
  };
  const drain = (width: number | null, isEnd: boolean): CsvRecord[] => {
    const records: CsvRecord[] = [];
    for (;;) {
      const first = queue[0];
      const next = first === undefined ? null : nextRecord(isEnd);
      if (first === undefined || next === null) return records;
      const isNothing =
        typeof next.fields !== 'symbol' && next.fields.every((field) => field.trim() === '');
      const problem = isNothing ? null : problemOf(next.fields, width);
      const fields =
        problem !== null && (next.lines > 1 || typeof next.fields === 'symbol')
          ? plainFields(first, separator)
          : (next.fields as string[]);
      if (!isNothing) records.push({ line: firstLine, fields, problem });
      // After a damaged record, reading begins again with the line behind its first.
      const taken = problem === null ? next.lines : 1;
      queue = queue.slice(taken);
      firstLine += taken;
      tried = 0;
    }
  };
  return {
    read: (text, width) => {
      // Nearly all lines go this way.
      if (queue.length === 0 && !text.includes('"')) {
        const line = firstLine++;
        if (isBlank(text, separator)) return [];
        const fields = text.split(separator);
        return [{ line, fields, problem: problemOf(fields, width) }];
      }
      queue.push(text);
      return drain(width, false);
    },
    end: (width) => drain(width, true),
  };
}

const isTooLong = (lines: readonly string[]): boolean =>
  lines.length > MAX_LINES || lines.reduce((sum, { length }) => sum + length, 0) > MAX_CHARACTERS;

function isBlank(text: string, separator: string): boolean {
  const trimmed = text.trimStart();
  return (
    trimmed === '' ||
    (trimmed.startsWith(separator) && text.replaceAll(separator, '').trim() === '')
  );
}

/** The fields up to the first quote: only from there on can a line go wrong. */
const plainFields = (line: string, separator: string): string[] =>
  (line.split('"')[0] ?? '').split(separator).slice(0, -1);

function problemOf(fields: string[] | symbol, width: number | null): string | null {
  if (fields === OPEN) return 'a quote is not closed';
  if (typeof fields === 'symbol') return 'a quoted field goes on after its closing quote';
  return width === null || fields.length === width
    ? null
    : `has ${fields.length} fields, the header has ${width}`;
}

/** A quote that does not begin its field is a character like any other, as in `5" lamp`. */
function splitRecord(text: string, separator: string): string[] | symbol {
  const fields: string[] = [];
  for (let at = 0; ;) {
    if (text[at] !== '"') {
      const next = text.indexOf(separator, at);
      fields.push(next === -1 ? text.slice(at) : text.slice(at, next));
      if (next === -1) return fields;
      at = next + separator.length;
      continue;
    }
    const close = closingQuote(text, at + 1);
    if (close === -1) return OPEN;
    fields.push(text.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 === text.length) return fields;
    if (!text.startsWith(separator, close + 1)) return BAD_QUOTE;
    at = close + 1 + separator.length;
  }
}

/** Two quotes stand for one of the text. */
function closingQuote(text: string, from: number): number {
  let close = text.indexOf('"', from);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close;
}
