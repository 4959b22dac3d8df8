import type { PageLinks } from '../page-links.ts';
import type { Called } from '../../words/as-called.ts';
import type { Entry, Hint, Tone } from '../../words/entry.ts';

/**
 * A letter is what a message says to a person, in plain text, whatever the channel. compose.ts
 * makes one of each type of message, and each format writes it in its own way. So all channels, and
 * both parts of a mail, tell the same facts. All text is clean: no control, bidirectional or
 * invisible characters. fit.ts decides how much of it a format has room for; escaping is left to
 * each format.
 */
export type Letter = {
  /** At most 78 characters: says what happened. */
  subject: string;
  title: string;
  /** The page of what it is about. */
  url?: string;
  /** Paragraphs before the sections. */
  intro: readonly string[];
  sections: readonly Section[];
  more: More;
  footer: readonly Hint[];
  /** How its readers write numbers; `en` where nothing is said. */
  locale?: string | undefined;
  /** Mails with the same thread belong together. */
  thread: string;
};

/** What a letter leaves out, and the command that shows it. */
export type More = {
  /** Entries that no section shows or names. */
  count: number;
  /** Headings of sections of which nothing else is shown. */
  elsewhere?: readonly string[] | undefined;
  /** How many more sections there are whose headings had no room either. */
  others?: number | undefined;
  command: string;
  /** The page that shows it. */
  url?: string;
};

export type Section = {
  heading: string;
  tone: Tone;
  /** Lines below the heading: what the rule means, since when. */
  notes: readonly string[];
  entries: readonly Entry[];
  /**
   * Set for a section of what is over. Entries without room are named all the same, since somebody
   * may wait for their end.
   */
  isOver?: true | undefined;
};

/** What a letter needs besides the message. */
export type LetterContext = {
  /** The channel it goes to, so that the reader can be told why. */
  channel: string;
  /** Printed times are in this zone. */
  timezone: string;
  /** Language tag for numbers and dates; default: `en`. */
  locale?: string | undefined;
  /** Where its readers have a page. */
  links?: PageLinks | undefined;
  /** How commands have to be typed where the message is read; as `tidemark …` where left out. */
  called?: Called | undefined;
  /** Ranks by product id, oldest first; null where it was not on the list. */
  ranks: ReadonlyMap<string, readonly (number | null)[]>;
};
