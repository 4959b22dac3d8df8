// A letter as lines of text, for receivers that know no blocks and fields.
import { cutEntries, type Letter, type Section } from '../render/letter.ts';
import { ARROWS, entryLines, fitEntries, moreText } from '../render/lines.ts';

/** One line; an empty one parts what does not belong together. */
export type Line = { text: string; style: 'plain' | 'heading' | 'command' };

const MAX_ENTRIES = 10;
/** A phone has no room for more advice. */
const MAX_HINTS = 3;

/**
 * The letter without its subject, with as many entries as `fits` accepts; the others are counted.
 * Where the text is too long even without any, its hints go from the end, and then its other lines;
 * what is left out stays counted.
 */
export function letterLines(letter: Letter, fits: (lines: readonly Line[]) => boolean): Line[] {
  const write = (max: number, hints = MAX_HINTS) =>
    parts({ ...cutEntries(letter, max), footer: letter.footer.slice(0, hints) });
  const whole = ({ body, more, footer }: Parts) => [...body, ...more, ...footer];
  const fitted = fitEntries(write, (written) => fits(whole(written)), MAX_ENTRIES);
  let { body, footer } = fitted;
  for (let hints = MAX_HINTS - 1; hints >= 0 && !fits(whole({ ...fitted, footer })); hints--)
    ({ footer } = write(0, hints));
  while (body.length > 0 && !fits(whole({ ...fitted, body, footer }))) body = body.slice(0, -1);
  return whole({ ...fitted, body, footer });
}

type Parts = { body: Line[]; more: Line[]; footer: Line[] };

const BLANK: Line = { text: '', style: 'plain' };
const plain = (text: string): Line => ({ text, style: 'plain' });

function parts(letter: Letter): Parts {
  const more = moreText(letter);
  return {
    body: [...letter.intro.map(plain), ...letter.sections.flatMap(sectionLines)],
    more: more === null ? [] : [BLANK, plain(more)],
    footer: letter.footer.flatMap(({ text, command }, index): Line[] => [
      ...(index === 0 ? [BLANK] : []),
      plain(text),
      ...(command === null ? [] : [{ text: command, style: 'command' } as const]),
    ]),
  };
}

const sectionLines = (section: Section): Line[] => [
  BLANK,
  { text: section.heading, style: 'heading' },
  ...section.notes.map(plain),
  ...section.entries.flatMap((entry) => [
    BLANK,
    plain(`${ARROWS[entry.direction]} ${entry.title}`),
    ...entryLines(entry).map(plain),
  ]),
];

/** Breaks nothing, has no width, and ends what an app would make a link of. */
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
