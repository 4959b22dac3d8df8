// What is in a file to import, told by its content: rows (ndjson or csv, as exported), or saved answers of the source.
import { parse } from 'csv-parse';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { messageOf } from '../../lib/errors.ts';
import { readCsvText } from '../formats.ts';
import type { Fields } from './row.ts';

/** One thing of a file, with the line it begins on. */
export type FileItem =
  | { kind: 'row'; line: number; fields: Fields }
  /** A JSON answer of the source, and its text. */
  | { kind: 'answer'; line: number; json: unknown; text: string }
  | { kind: 'broken'; line: number | null; reason: string };

/** Answers of the source are at most 2 MB; a file of them is read whole. */
const MAX_WHOLE_FILE = 256 * 1024 * 1024;

/** Reads a file piece by piece. A file that cannot be read ends in a broken item. */
export async function* readFile(source: Readable): AsyncGenerator<FileItem> {
  try {
    const { first, stream } = await peek(source);
    if (first === null) yield { kind: 'broken', line: null, reason: 'the file is empty' };
    else if (first === '{') yield* readJsonLines(stream);
    else if (first === '[') yield* readWhole(await readAll(stream), 1);
    else yield* readCsv(stream);
  } catch (thrown) {
    yield { kind: 'broken', line: null, reason: messageOf(thrown) };
  }
}

/** The first character that is not blank, and the stream from its beginning on. */
async function peek(source: Readable): Promise<{ first: string | null; stream: Readable }> {
  const chunks: Buffer[] = [];
  const reading = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<
    Buffer | string
  >;
  let first: string | null = null;
  while (first === null) {
    const next = await reading.next();
    if (next.done) break;
    chunks.push(Buffer.from(next.value));
    first = /[^\s\ufeff]/.exec(Buffer.concat(chunks).toString('utf8'))?.[0] ?? null;
  }
  async function* rest() {
    yield* chunks;
    yield* reading;
  }
  return { first, stream: Readable.from(rest()) };
}

/** An object a line. A file whose first line is not a whole object is one object over many lines. */
async function* readJsonLines(stream: Readable): AsyncGenerator<FileItem> {
  let line = 0;
  let whole: string[] | null = null;
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    line += 1;
    if (whole !== null) {
      whole.push(text);
      continue;
    }
    if (text.trim() === '') continue;
    const parsed = parseJson(text);
    if (parsed.ok) yield itemOf(parsed.json, line, text);
    else if (line === 1) whole = [text];
    else yield { kind: 'broken', line, reason: `is not JSON: ${parsed.reason}` };
  }
  if (whole !== null) yield* readWhole(whole.join('\n'), 1);
}

function* readWhole(text: string, line: number): Generator<FileItem> {
  const parsed = parseJson(text);
  if (!parsed.ok) yield { kind: 'broken', line, reason: `is not JSON: ${parsed.reason}` };
  else if (!Array.isArray(parsed.json)) yield itemOf(parsed.json, line, text);
  else for (const element of parsed.json) yield itemOf(element, line, JSON.stringify(element));
}

/** A row names a product; an answer of the source has a code, and perhaps data. */
function itemOf(json: unknown, line: number, text: string): FileItem {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { kind: 'broken', line, reason: 'is not an object' };
  if ('product_id' in json) return { kind: 'row', line, fields: json };
  return 'code' in json || 'data' in json
    ? { kind: 'answer', line, json, text }
    : {
        kind: 'broken',
        line,
        reason:
          'is neither a row (it has no product_id) nor an answer of the source (it has no code)',
      };
}

function parseJson(text: string): { ok: true; json: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, json: JSON.parse(text.replace(/^\ufeff/, '')) as unknown };
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_WHOLE_FILE)
      throw new Error('the file is one JSON text of more than 256 MB: write an object a line');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An empty field is not known, with or without quotes: no column has an empty text that means something else. */
async function* readCsv(stream: Readable): AsyncGenerator<FileItem> {
  const parser = stream.pipe(parse({ bom: true, info: true }));
  stream.once('error', (error) => parser.destroy(error));
  let names: readonly string[] | null = null;
  let line = 1;
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    if (names === null) {
      if (!record.includes('product_id'))
        throw new Error('the header of the csv has no product_id');
      names = record;
    } else yield { kind: 'row', line, fields: fieldsOf(names, record) };
    line = info.lines + 1;
  }
}

function fieldsOf(names: readonly string[], record: readonly string[]): Fields {
  const fields: Record<string, string | null> = {};
  for (let index = 0; index < names.length; index++) {
    const field = record[index] ?? '';
    fields[names[index] ?? ''] = field === '' ? null : readCsvText(field);
  }
  return fields;
}
