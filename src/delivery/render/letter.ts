import type { Entry, Hint, Tone } from '../../words/entry.ts';

/**
 * A letter is what a message says to a person, in plain text and independent of the channel. Each
 * kind of message is composed into one (compose.ts), and each format writes it down in its own way,
 * so that every channel, and both parts of a mail, tell the same facts. All text is already clean:
 * no control, bidirectional or invisible characters. How much of it a format has room for is said in
 * fit.ts; escaping is the business of each format.
 */
export type Letter = {
  /** At most 78 characters: says what happened. */
  subject: string;
  title: string;
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
  /** Headings of sections of which there is nothing else. */
  elsewhere?: readonly string[] | undefined;
  /** How many more of these sections there are, whose headings had no room either. */
  others?: number | undefined;
  command: string;
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
