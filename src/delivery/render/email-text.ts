// The plain-text part, at 72 columns. Commands stay on one line: they are made to be copied.
import { endIsolates } from '../../lib/text.ts';
import { ARROWS, entryLines, moreText } from './lines.ts';
import type { Letter, Section } from './letter.ts';
import type { Hint } from '../../words/entry.ts';

export const WIDTH = 72;

/** The text part of a mail, at 72 columns. */
export function letterText(letter: Letter): string {
  const more = moreText(letter);
  const blocks = [
    underlined(letter.title, '='),
    ...letter.intro.map((paragraph) => wrap(paragraph)),
    ...letter.sections.map(sectionText),
    ...(more === null ? [] : [more]),
    ['-'.repeat(WIDTH), ...letter.footer.map(hintText)].join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionText(section: Section): string {
  const entries = section.entries.map((entry) => {
    const lines = entryLines(entry).map((line) => wrap(line, '  '));
    return [wrap(`${ARROWS[entry.direction]} ${entry.title}`, '', '  '), ...lines].join('\n');
  });
  const head = [underlined(section.heading, '-'), ...section.notes.map((note) => wrap(note))].join(
    '\n',
  );
  return [head, ...entries].join('\n\n');
}

/** A hint and its command, on lines of their own. */
export const hintText = ({ text, command }: Hint): string =>
  command === null ? wrap(text) : `${wrap(text)}\n  ${command}`;

/** A heading in plain text: `line` is the character below it. */
export const underlined = (text: string, line: string): string =>
  `${wrap(text)}\n${line.repeat(Math.min(WIDTH, columns(text)))}`;

/** Isolates take no room. */
export const columns = (text: string): number => [...text.replace(/[\u2068\u2069]/g, '')].length;

/** Breaks at spaces so that no line is longer than 72 columns, single long words excepted. */
export function wrap(text: string, indent = '', hanging = indent): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const isStart = line.trim() === '';
    if (!isStart && columns(line) + 1 + columns(word) > WIDTH) {
      // A paragraph of a bidirectional text ends with its line: an isolate goes on in the next.
      const ended = endIsolates(line);
      lines.push(ended);
      line = `${hanging}${'\u2068'.repeat(ended.length - line.length)}${word}`;
    } else line += isStart ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
