// What is said of one alert or product, for every place that shows it. Mails, chats, terminals and
// pages lay it out in their own ways.

/** A sentence, and the command it speaks of; or the page, where its readers have one. */
export type Hint = { text: string; command: string | null; url?: string };

export type Tone = 'info' | 'warning' | 'critical' | 'good';

export type Entry = {
  title: string;
  /** Where it belongs, and its id. */
  context: string;
  /** The rank before and after, in words. */
  headline: string;
  direction: 'up' | 'down' | 'level';
  facts: readonly Fact[];
  /** What it is compared with, where that differs from the section's. */
  since: string | null;
  /**
   * Ranks of the last snapshots, oldest first; null where it was not on the list. Empty: unknown.
   */
  ranks: readonly (number | null)[];
  /** The scale of a picture of them, in words; empty where there is none. */
  caption: string;
  /** Its page at the source. */
  link?: string;
  /** Where its readers have a page. */
  pages?: { product: string; alert: string; mute: string };
};

export type Fact = { label: string; text: string };
