// Text in pieces as lines, without their ends: LF, CRLF, or the lone CR of old Macs.

/**
 * A text of more characters than this is no row and no answer; a string of Node can hold only twice
 * as many.
 */
export const MAX_TEXT = 256 * 1024 * 1024;

/**
 * The lines of a text, many at a time: one at a time, the async iteration would cost more than the
 * reading. A last line without an end counts, an empty one does not. @throws Error when a line has
 * more than 256 million characters.
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let started: string[] = [];
  let size = 0;
  let isCut: boolean = false;
  for await (const piece of pieces) {
    // A CR at the end may be half of a CRLF: it waits for the next piece.
    const text: string = isCut ? `\r${piece}` : piece;
    isCut = text.endsWith('\r');
    const whole = isCut ? text.slice(0, -1) : text;
    const lines = whole.includes('\r') ? whole.split(/\r\n|\n|\r/) : whole.split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = started.join('') + (lines[0] ?? '');
      started = [];
      size = 0;
      yield lines;
    }
    started.push(last);
    size += last.length;
    if (size > MAX_TEXT) throw new Error('a line has more than 256 MB: write an object a line');
  }
  const rest = started.join('');
  if (rest !== '') yield [rest];
}
