// A letter as lines of text, for receivers that know no blocks and fields.
import { fitLetter } from '../render/fit.ts';
import type { Letter, Section } from '../render/letter.ts';
import { ARROWS, entryLines, moreText } from '../render/lines.ts';

/** One line of text. An empty line stands between things that do not belong together. */
export type Line = {
  text: string;
  style: 'plain' | 'heading' | 'command';
  /** What it leads to, for receivers that know links. */
  url?: string;
};

const MAX_ENTRIES = 10;
/** A phone has no room for more hints. */
const MAX_HINTS = 3;

/** The letter without its subject, with as much as `fits` accepts; the others are counted. */
export const letterLines = (letter: Letter, fits: (lines: readonly Line[]) => boolean): Line[] =>
  fitLetter({ ...letter, footer: letter.footer.slice(0, MAX_HINTS) }, MAX_ENTRIES, linesOf, fits);

const BLANK: Line = { text: '', style: 'plain' };
const plain = (text: string): Line => ({ text, style: 'plain' });

function linesOf(letter: Letter): Line[] {
  const more = moreText(letter);
  return [
    ...letter.intro.map(plain),
    ...letter.sections.flatMap(sectionLines),
    ...(more === null ? [] : [BLANK, plain(more)]),
    ...letter.footer.flatMap(({ text, command }, index): Line[] => [
      ...(index === 0 ? [BLANK] : []),
      plain(text),
      ...(command === null ? [] : [{ text: command, style: 'command' } as const]),
    ]),
  ];
}

const sectionLines = (section: Section): Line[] => [
  BLANK,
  { text: section.heading, style: 'heading' },
  ...section.notes.map(plain),
  ...section.entries.flatMap((entry) => [
    BLANK,
    {
      ...plain(`${ARROWS[entry.direction]} ${entry.title}`),
      ...(entry.link === undefined ? {} : { url: entry.link }),
    },
    ...entryLines(entry).map(plain),
  ]),
];

/**
 * A character without width that allows no line break. Put into an address, it keeps an app from
 * making a link of it.
 */
const WORD_JOINER = '\u2060';

/**
 * Text in which an app finds nothing to link: no mention (`@name`), hashtag, command (`/name`) and
 * address (`name.tld`, `scheme://`). Numbers such as `#12` and `10.5` stay as they are.
 */
export const unlinked = (text: string): string =>
  text.replace(
    /@(?=\w)|#(?=[\p{N}_]*\p{L})|(?<![\p{L}\p{N}/])\/(?=\w)|(?<=\S)\.(?=\p{L})|:(?=\/\/)/gu,
    `$&${WORD_JOINER}`,
  );
