// JSON as rows or saved answers: an object a line, or one text over many lines.
import { messageOf } from '../../lib/errors.ts';
import type { FileItem } from './file-item.ts';
import { MAX_TEXT } from './lines.ts';

/**
 * Reads one object per line, many at a time. If the first line is none, either the file is one object over many
 * lines, or its first line is damaged. It is damage if a later line is a row or an answer by
 * itself; then only that line is lost, and not the file.
 */
export async function* readJsonLines(
  batches: AsyncIterable<string[]>,
  isAnswer: IsAnswer = isKeyapiAnswer,
): AsyncGenerator<FileItem[]> {
  let line = 0;
  let isLines = false;
  let held: string[] = [];
  let heldSize = 0;
  for await (const lines of batches) {
    const items: FileItem[] = [];
    for (const text of lines) {
      line += 1;
      if (text.trim() === '') {
        if (held.length > 0) held.push(text);
        continue;
      }
      const isCandidate = isLines || held.length === 0 || text.startsWith('{');
      const item = isCandidate ? readLine(text, line, isAnswer) : null;
      if (item !== null && (isLines || item.kind !== 'broken')) {
        items.push(...damaged(held, line - held.length), item);
        held = [];
        isLines = true;
        continue;
      }
      held.push(text);
      heldSize += text.length;
      if (heldSize > MAX_TEXT) throw new Error(TOO_LONG);
    }
    yield items;
  }
  if (held.length > 0) yield* readWhole(held.join('\n'), line - held.length + 1, isAnswer);
}

const TOO_LONG = 'the file is one JSON text of more than 256 MB: write an object a line';

function* damaged(lines: readonly string[], firstLine: number): Generator<FileItem> {
  for (const [index, text] of lines.entries())
    if (text.trim() !== '') {
      const item = readLine(text, firstLine + index);
      if (item.kind === 'broken') yield item;
    }
}

function readLine(text: string, line: number, isAnswer: IsAnswer = isKeyapiAnswer): FileItem {
  const parsed = parseJson(text);
  return parsed.ok
    ? itemOf(parsed.json, line, text, isAnswer)
    : {
        kind: 'broken',
        line,
        reason: `is not JSON: ${parsed.reason}`,
        fields: salvage(text),
      };
}

/** What a damaged line still says of the snapshot it belongs to. */
function salvage(text: string): Record<string, string> {
  const found = text.matchAll(/"(watch|slot_at|taken_at)"\s*:\s*"([^"\\]*)"/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/**
 * One text of JSON: an answer, or an array of answers or rows. @throws Error when it is too long
 */
export async function* readWholeText(
  pieces: AsyncIterable<string>,
  isAnswer: IsAnswer = isKeyapiAnswer,
): AsyncGenerator<FileItem[]> {
  const texts: string[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > MAX_TEXT) throw new Error(TOO_LONG);
    texts.push(piece);
  }
  yield* readWhole(texts.join(''), 1, isAnswer);
}

/** Elements of an array that are handed on together. */
const AT_ONCE = 500;

function* readWhole(text: string, line: number, isAnswer: IsAnswer): Generator<FileItem[]> {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    yield [{ kind: 'broken', line, reason: `is not JSON: ${parsed.reason}` }];
    return;
  }
  // The answer of a list may be an array itself.
  const isArray = Array.isArray(parsed.json) && !isAnswer(parsed.json);
  const elements: unknown[] = isArray ? (parsed.json as unknown[]) : [parsed.json];
  for (let at = 0; at < elements.length; at += AT_ONCE)
    yield elements
      .slice(at, at + AT_ONCE)
      .map((json) => itemOf(json, line, isArray ? JSON.stringify(json) : text, isAnswer));
}

/** Is it an answer of the source, as its list is served? */
export type IsAnswer = (json: unknown) => boolean;

const isKeyapiAnswer: IsAnswer = (json) =>
  typeof json === 'object' && json !== null && ('code' in json || 'data' in json);

/**
 * Tells a row, which names a product, from an answer of the source, which has a code and perhaps
 * data.
 */
function itemOf(json: unknown, line: number, text: string, isAnswer: IsAnswer): FileItem {
  if (Array.isArray(json) && isAnswer(json)) return { kind: 'answer', line, json, text };
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { kind: 'broken', line, reason: 'is not an object' };
  if ('product_id' in json) return { kind: 'row', line, fields: json, problem: null };
  return isAnswer(json)
    ? { kind: 'answer', line, json, text }
    : {
        kind: 'broken',
        line,
        reason:
          'is neither a row (it has no product_id) nor an answer of the source (it has no code)',
      };
}

/** Whether a line is a row or an answer, whatever the first line of its file looks like. */
export const isJsonItem = (text: string): boolean =>
  text.startsWith('{') && readLine(text, 1).kind !== 'broken';

function parseJson(text: string): { ok: true; json: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, json: JSON.parse(text) as unknown };
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}
