import { widthOf } from '../lib/text-width.ts';
import { wrapText } from './fit-text.ts';

/** Stands for a blank that no line may break at; takes a column, as a blank does. */
const UNBROKEN = '\u00a0';

/**
 * A remark with no line wider than `columns` where words allow it, so that the terminal need not
 * break within one. Its own lines stay. Left as they are: lines that were laid out already, and
 * single words that are wider. A command is not broken, since it is to be copied: one between
 * backticks, and one of `program` behind a colon, which gets a line of its own.
 */
export const wrapRemark = (text: string, columns: number, program = 'tidemark'): string =>
  text
    .split('\n')
    .map((line) =>
      isLaidOut(line) || widthOf(line) <= columns ? line : wrapped(line, columns, program),
    )
    .join('\n');

/** A table, an expression with its caret, or a text in colour, whose signs have no width. */
const isLaidOut = (line: string): boolean => line.startsWith(' ') || line.includes('\u001b');

function wrapped(line: string, columns: number, program: string): string {
  const at = line.lastIndexOf(`: ${program} `) + 1;
  const words = (at === 0 ? line : line.slice(0, at)).replace(/`[^`]*`/g, (quoted) =>
    quoted.replaceAll(' ', UNBROKEN),
  );
  const before = wrapText(words, columns, '  ').replaceAll(UNBROKEN, ' ');
  return at === 0 ? before : `${before}\n  ${line.slice(at + 1)}`;
}
