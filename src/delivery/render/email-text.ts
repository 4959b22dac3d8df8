// The plain-text part, at 72 columns. Commands are made to be copied: a shell takes their lines as
// one.
import { widthOf } from '../../lib/text-width.ts';
import { wrapLines } from '../../words/fit-text.ts';
import { commandLines } from '../../words/shell-text.ts';
import { ARROWS, entryLines, leftOutText } from './lines.ts';
import type { Letter, Section } from './letter.ts';
import type { Hint } from '../../words/entry.ts';

export const WIDTH = 72;

/** The text part of a mail, at 72 columns. */
export function letterText(letter: Letter): string {
  const more = leftOutText(letter);
  const blocks = [
    underlined(letter.title, '='),
    ...letter.intro.map((paragraph) => wrap(paragraph)),
    ...(letter.url === undefined ? [] : [letter.url]),
    ...letter.sections.map(sectionText),
    ...(more === null ? [] : [withCommand(more, letter.more.url ?? letter.more.command)]),
    ['-'.repeat(WIDTH), ...letter.footer.map(hintText)].join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionText(section: Section): string {
  const entries = section.entries.map((entry) => {
    const lines = entryLines(entry).map((line) => wrap(line, '  '));
    if (entry.pages !== undefined) lines.push(`  ${entry.pages.product}`, `  ${entry.pages.alert}`);
    return [wrap(`${ARROWS[entry.direction]} ${entry.title}`, '', '  '), ...lines].join('\n');
  });
  const head = [underlined(section.heading, '-'), ...section.notes.map((note) => wrap(note))].join(
    '\n',
  );
  return [head, ...entries].join('\n\n');
}

/** A hint and its command, on lines of their own. */
export function hintText({ text, command, url }: Hint): string {
  // An address that is broken is no link any more.
  if (url !== undefined) return `${wrap(`${text}:`)}\n${url}`;
  return command === null ? wrap(text) : `${wrap(text)}\n${commandText(command)}`;
}

const commandText = (command: string): string => commandLines(command, WIDTH, '  ').join('\n');

/** `and 21 more: tidemark alerts`, on lines of their own where it is too long for one. */
export function withCommand(text: string, command: string | null, indent = ''): string {
  if (command === null) return wrap(text, indent);
  const line = `${indent}${text}: ${command}`;
  return widthOf(line) <= WIDTH
    ? line
    : `${wrap(`${text}:`, indent)}\n${commandLines(command, WIDTH, `${indent}  `).join('\n')}`;
}

/** A heading in plain text: `line` is the character below it. */
export const underlined = (text: string, line: string): string =>
  `${wrap(text)}\n${line.repeat(Math.min(WIDTH, widthOf(text)))}`;

/** Breaks lines at 72 columns, at spaces where there are any. */
export const wrap = (text: string, indent = '', hanging = indent): string =>
  wrapLines(text, { columns: WIDTH, indent, hanging }).join('\n');
