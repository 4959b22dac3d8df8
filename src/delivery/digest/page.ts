/**
 * A digest page is what a digest says to a person, in words, before it is written as text, HTML or
 * a letter for chats (text.ts, html.ts, chat-letter.ts). So all of these say the same. Facts come
 * in as a `digest.ready` message. All text is clean and of bounded length; escaping is left to each
 * format.
 */
import type { Hint, Tone } from '../../words/entry.ts';

export type DigestPage = {
  /** At most 78 characters: the news. */
  subject: string;
  /** What a list of mails shows after the subject. */
  preview: string;
  title: string;
  /** Which lists, and when. */
  subtitle: string;
  /** The page of the one list. */
  url?: string | undefined;
  /** What the data is worth: always first. */
  health: readonly { text: string; isBad: boolean }[];
  /** What to say instead, when there is nothing else to say. */
  quiet: string | null;
  alerts: AlertsBlock | null;
  totals: TotalsBlock | null;
  lists: readonly ListBlock[];
  categories: readonly TableBlock[];
  footer: readonly Hint[];
  /** Language tag by which its readers write numbers. */
  locale: string;
  thread: string;
};

export type AlertsBlock = {
  heading: string;
  rules: readonly {
    name: string;
    tone: Tone;
    counts: string;
    lines: readonly { direction: Direction; text: string; url?: string | undefined }[];
    /** How many of its alerts there are besides the lines, and the command that shows them. */
    more: ListBlock['more'];
  }[];
  /** How many rules there are besides. */
  rest: number;
  /** Shows them. */
  command: string;
  /** The page that shows them. */
  url?: string | undefined;
};

export type Direction = 'up' | 'down' | 'level';

/** The figures of the one list, or a row for each of several. */
export type TotalsBlock =
  | {
      kind: 'tiles';
      heading: string;
      note: string | null;
      tiles: readonly {
        label: string;
        value: string;
        change: string | null;
        direction: Direction;
      }[];
    }
  | ({ kind: 'table' } & TableBlock);

/** The first column is text, the others are figures. */
export type TableBlock = {
  heading: string;
  head: readonly string[];
  rows: readonly { cells: readonly string[]; note: string | null; url?: string | undefined }[];
  /** How many rows there are besides, and the command that shows them. */
  rest: ListBlock['more'];
  more: string | null;
};

export type ListBlock = {
  heading: string;
  note: string | null;
  /** A chart of the ranks of all rows over the slots; its rows are those of ranks 1, 2, 3 … */
  chart: {
    slots: readonly string[];
    alt: string;
    /** `1`, `2`, `3` …: as many as there are heights. */
    places: readonly string[];
  } | null;
  rows: readonly RowBlock[];
  /** How many there are besides the rows, and the command that shows them. */
  more: { count: number; command: string | null; url?: string | undefined };
};

export type RowBlock = {
  /** NULL where it is not ranked now. */
  rank: number | null;
  /** `#2` */
  badge: string;
  direction: Direction;
  /** `from #12`, `new`, `6 in a row` */
  move: string;
  title: string;
  url?: string | undefined;
  /** Where it belongs, and what else is known, the most important first. */
  facts: readonly string[];
  /** Oldest first; null where nothing is known. */
  ranks: readonly (number | null)[];
  /** What a picture of them shows, in words. */
  alt: string;
};
