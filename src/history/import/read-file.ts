// What is in a file to import, told by its content: rows (ndjson or csv, as exported), or saved
// answers of the source.
import type { Readable } from 'node:stream';
import { messageOf } from '../../lib/errors.ts';
import type { FileColumns } from './columns.ts';
import { decodeFile, Undecodable } from './decode.ts';
import { AS_IT_TELLS, type FileItem, type Layout } from './file-item.ts';
import { linesOf } from './lines.ts';
import { readCsv } from './read-csv.ts';
import { isJsonItem, readJsonLines, readWholeText } from './read-json.ts';

/**
 * Reads a file piece by piece, and yields what is in each: an await for every row would cost as much
 * as reading it. A file that cannot be read ends in a broken item.
 */
export async function* readFile(
  source: Readable,
  columns: FileColumns,
  layout: Layout = AS_IT_TELLS,
): AsyncGenerator<FileItem[]> {
  try {
    const { first, pieces } = await peek(decodeFile(source, layout.encoding));
    if (first === null) yield [{ kind: 'broken', line: null, reason: 'the file is empty' }];
    else if (first === '[') yield* namingUnread(readWholeText(pieces, columns.isAnswer), columns);
    else if (first === '{')
      yield* namingUnread(readJsonLines(linesOf(pieces), columns.isAnswer), columns);
    else yield* readLines(linesOf(pieces), layout, columns);
  } catch (thrown) {
    const line = thrown instanceof Undecodable ? thrown.line : null;
    yield [{ kind: 'broken', line, reason: messageOf(thrown) }];
  }
}

/** The first character that is not blank, and the text from its beginning on. */
async function peek(
  reading: AsyncGenerator<string>,
): Promise<{ first: string | null; pieces: AsyncIterable<string> }> {
  const seen: string[] = [];
  let first: string | null = null;
  while (first === null) {
    const next = await reading.next();
    if (next.done) break;
    seen.push(next.value);
    first = /\S/.exec(next.value)?.[0] ?? null;
  }
  async function* pieces() {
    yield* seen;
    yield* reading;
  }
  return { first, pieces: pieces() };
}

/**
 * Reads a csv; but if the first line was cut at its beginning, the rest may be JSON all the same.
 */
async function* readLines(
  batches: AsyncGenerator<string[]>,
  layout: Layout,
  columns: FileColumns,
): AsyncGenerator<FileItem[]> {
  const seen: string[][] = [];
  let written: string[] = [];
  while (written.length < 2) {
    const next = await batches.next();
    if (next.done) break;
    seen.push(next.value);
    written = seen.flat().filter((line) => line.trim() !== '');
  }
  async function* all() {
    yield* seen;
    yield* batches;
  }
  if (isJsonItem(written[1] ?? ''))
    yield* namingUnread(readJsonLines(all(), columns.isAnswer), columns);
  else yield* readCsv(all(), layout, columns);
}

/**
 * If the keys of a file differ all the time it is no export, and no more of them are remembered.
 */
const MOST_KEYS = 200;

/** Says once of each key of the rows that nobody reads it. */
async function* namingUnread(
  batches: AsyncIterable<FileItem[]>,
  columns: FileColumns,
): AsyncGenerator<FileItem[]> {
  const seen = new Set<string>();
  for await (const items of batches) {
    const named: FileItem[] = [];
    for (const item of items) {
      if (item.kind === 'row')
        for (const name in item.fields) {
          if (seen.has(name) || seen.size > MOST_KEYS) continue;
          seen.add(name);
          const said = columns.unread(name);
          if (said !== null) named.push({ kind: 'note', text: said });
        }
      named.push(item);
    }
    yield named;
  }
}
