/**
 * Turns the bytes of an imported file into text: unpacked if they are gzip, and decoded strictly. A
 * name that is decoded wrongly would replace a good one for ever, so nothing is guessed: the first
 * wrong byte ends the file, and its line is told.
 */
import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * Text that ends where it cannot be read. `line` counts from 1; null where lines were not counted.
 */
export class Undecodable extends Error {
  constructor(
    readonly line: number | null,
    reason: string,
  ) {
    super(reason);
  }
}

const UTF8 = ['utf-8', 'utf8'];

/**
 * Whether a name is that of an encoding that can be read (the labels of the WHATWG Encoding
 * Standard).
 */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

/**
 * The text of a file, piece by piece, without its byte-order mark. `encoding` null is UTF-8.
 * @throws Undecodable
 */
export async function* decodeFile(
  source: Readable,
  encoding: string | null,
): AsyncGenerator<string> {
  const bytes = unpacked(source);
  const pieces =
    encoding === null || UTF8.includes(encoding.toLowerCase())
      ? decodeUtf8(bytes)
      : decodeAs(bytes, encoding);
  let isFirst = true;
  for await (const piece of pieces) {
    if (piece === '') continue;
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece;
    isFirst = false;
  }
}

/** Gzip is told by its first two bytes, whatever the file is called: a pipe has no name. */
async function* unpacked(source: Readable): AsyncGenerator<Buffer> {
  const reading = source.iterator() as AsyncIterableIterator<Buffer | string>;
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await reading.next();
    if (next.done) break;
    head = Buffer.concat([head, Buffer.from(next.value)]);
  }
  async function* all() {
    if (head.length > 0) yield head;
    for await (const chunk of reading) yield Buffer.from(chunk);
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* all();
  const gunzip = createGunzip();
  // Errors are reported by the iteration below; without this callback Node would throw them a
  // second time.
  pipeline(Readable.from(all()), gunzip, () => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* decodeUtf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let line = 1;
  let isFirst = true;
  let carried: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (isFirst) refuseUtf16(chunk);
    isFirst = false;
    const data = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const end = endOfWhole(data);
    const block = data.subarray(0, end);
    carried = data.subarray(end);
    if (isUtf8(block)) {
      const text = block.toString('utf8');
      line += countLines(text);
      yield text;
      continue;
    }
    const good = goodLines(block);
    const text = block.subarray(0, good).toString('utf8');
    yield text;
    throw notUtf8(line + countLines(text));
  }
  if (carried.length > 0) throw notUtf8(line);
}

const notUtf8 = (line: number): Undecodable =>
  new Undecodable(
    line,
    'is not UTF-8: say how the file is written, such as --encoding latin1 (also what Windows writes)',
  );

function refuseUtf16(start: Buffer): void {
  const [first, second] = start;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  if (start.length >= 2 && (isLittle || isBig))
    throw new Undecodable(1, `is UTF-16, not UTF-8: --encoding utf-16${isLittle ? 'le' : 'be'}`);
}

/** Where the last whole character ends: a piece may end inside one of up to four bytes. */
function endOfWhole(data: Buffer): number {
  for (let back = 1; back <= Math.min(3, data.length); back++) {
    const byte = data[data.length - back] ?? 0;
    if (byte < 0x80) return data.length;
    if (byte < 0xc0) continue;
    return lengthBy(byte) > back ? data.length - back : data.length;
  }
  return data.length;
}

function lengthBy(leadByte: number): number {
  if (leadByte >= 0xf0) return 4;
  return leadByte >= 0xe0 ? 3 : 2;
}

const NEWLINE = 0x0a;

/** How many bytes come before the first line that is not UTF-8. */
function goodLines(block: Buffer): number {
  for (let start = 0; ;) {
    const newline = block.indexOf(NEWLINE, start);
    const end = newline === -1 ? block.length : newline + 1;
    if (newline === -1 || !isUtf8(block.subarray(start, end))) return start;
    start = end;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/**
 * What windows-1252 has at 0x80 to 0x9f. Node's decoder of that name leaves the C1 controls of ISO
 * 8859-1 there (seen in 20.20).
 */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

async function* decodeAs(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const isWindows = decoder.encoding === 'windows-1252';
  let line = 1;
  const decode = (chunk?: Buffer): string => {
    try {
      const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      line += countLines(text);
      return isWindows
        ? text.replace(/[\x80-\x9f]/g, (c) => WINDOWS_1252[c.charCodeAt(0) - 0x80] ?? c)
        : text;
    } catch {
      throw new Undecodable(null, `is not ${encoding}, at line ${line} or after it`);
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode();
}
