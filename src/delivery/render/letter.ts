import { truncate } from '../../lib/text.ts';
import type { Entry, Hint, Tone } from '../../words/entry.ts';

/**
 * A letter is what a message says to a person, in plain text and independent of the channel. Each
 * kind of message is composed into one (compose.ts), and each format writes it down in its own way,
 * so that every channel, and both parts of a mail, tell the same facts. All text is already clean:
 * no control, bidirectional or invisible characters, bounded length. Escaping is the business of
 * each format.
 */
export type Letter = {
  /** At most 78 characters: says what happened. */
  subject: string;
  title: string;
  /** Paragraphs before the sections. */
  intro: readonly string[];
  sections: readonly Section[];
  /** How many entries the sections leave out, and the command that shows them. */
  more: { count: number; command: string };
  footer: readonly Hint[];
  /** How its readers write numbers; `en` where nothing is said. */
  locale?: string | undefined;
  /** Mails with the same thread belong together. */
  thread: string;
};

export type Section = {
  heading: string;
  tone: Tone;
  /** Lines below the heading: what the rule means, since when. */
  notes: readonly string[];
  entries: readonly Entry[];
  /**
   * Set where it tells what is over: entries without room are named all the same, for who waits for
   * their end.
   */
  isOver?: true | undefined;
};

/** What a letter needs besides the message. */
export type LetterContext = {
  /** The channel it goes to: the reader is told why. */
  channel: string;
  /** Printed times are in this zone. */
  timezone: string;
  /** Language tag for numbers and dates; default: `en`. */
  locale?: string | undefined;
  /** Ranks by product id, oldest first; null where it was not on the list. */
  ranks: ReadonlyMap<string, readonly (number | null)[]>;
};

/** Entries in all sections. */
export const countEntries = (letter: Letter): number =>
  letter.sections.reduce((sum, section) => sum + section.entries.length, 0);

/** So much of a section's ends is named where there is no room to tell of them. */
const MAX_NAMES = 12;
/** So many rules whose ends are only named; of the others they are counted. */
const MAX_NAMED_SECTIONS = 3;

/**
 * The letter with at most `max` entries; the others are counted in `more`. Sections that become
 * empty go, except those of ends: they name what they had no room for, as far as that is bearable.
 */
export function cutEntries(letter: Letter, max: number): Letter {
  const cut = countEntries(letter) - max;
  if (cut <= 0) return letter;
  let room = max;
  let named = 0;
  let namedSections = 0;
  const sections = letter.sections.map((section) => {
    const entries = section.entries.slice(0, room);
    room -= entries.length;
    const names = section.isOver ? section.entries.slice(entries.length).slice(0, MAX_NAMES) : [];
    if (names.length === 0) return { ...section, entries };
    if (entries.length === 0 && ++namedSections > MAX_NAMED_SECTIONS)
      return { ...section, entries, isOver: undefined };
    named += names.length;
    const note = `Over as well: ${names.map(({ title }) => truncate(title, 40)).join(', ')}`;
    return { ...section, entries, notes: [...section.notes, note] };
  });
  return {
    ...letter,
    sections: sections.filter(({ entries, isOver }) => entries.length > 0 || isOver),
    more: { ...letter.more, count: letter.more.count + cut - named },
  };
}

/** The letter reduced to what it is about and the first hint, for a chat that refused the whole. */
export const shortLetter = (letter: Letter): Letter => ({
  ...cutEntries(letter, 0),
  intro: [letter.subject],
  footer: letter.footer.slice(0, 1),
});

/**
 * What a letter says besides its sections: so much fits into every format, also with the longest of
 * names.
 */
const MAX_INTRO = 1_800;
const MAX_LINE = 400;
const MAX_HINTS = 8;
const MAX_HINT = 300;

/**
 * The letter with an intro and a footer of bounded length, whatever it tells of. A command that is
 * too long is left out: half of one is of no use.
 */
export function boundLetter(letter: Letter): Letter {
  const intro: string[] = [];
  let room = MAX_INTRO;
  for (const line of letter.intro) {
    const cut = truncate(line, Math.min(MAX_LINE, room));
    room -= cut.length;
    if (room < 0) break;
    intro.push(cut);
  }
  const footer = letter.footer.slice(0, MAX_HINTS).map(({ text, command }) => ({
    text: truncate(text, MAX_HINT),
    command: command !== null && command.length > MAX_HINT ? null : command,
  }));
  return { ...letter, title: truncate(letter.title, 150), intro, footer };
}
