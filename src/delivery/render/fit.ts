// How much of a letter a format has room for. Every part has a share of it, and says what it leaves
// out.
import { shortened, truncate } from '../../lib/text.ts';
import { writerOf } from '../../words/writer.ts';
import type { Letter, Section } from './letter.ts';

/** In code points, but for what is counted. */
type Share = {
  intro: number;
  /** The most characters of each note of a section. */
  note: number;
  hints: number;
  hint: number;
  /** Alerts that ended and are only named: how many of a section, and how long each name. */
  names: number;
  name: number;
  /** How many sections that show nothing are named by their headings; further ones are counted. */
  headings: number;
};

/**
 * How much a letter says besides its entries, from the most to the least. The last fits into every
 * format, whatever its characters cost there.
 */
const SHARES: readonly [Share, ...Share[]] = [
  { intro: 1_800, note: 320, hints: 8, hint: 300, names: 12, name: 40, headings: 4 },
  { intro: 900, note: 160, hints: 4, hint: 300, names: 6, name: 30, headings: 2 },
  { intro: 500, note: 60, hints: 2, hint: 240, names: 3, name: 24, headings: 0 },
  { intro: 300, note: 0, hints: 1, hint: 240, names: 2, name: 20, headings: 0 },
];
const MAX_TITLE = 150;
/** No line of the intro is cut shorter than this: rather, lines are left out from the end. */
const SHORTEST_LINE = 60;
/** In how many sections alerts that ended are only named; those of further sections are counted. */
const MAX_NAMED_SECTIONS = 3;

/**
 * Writes the letter with as much as `fits` allows: first `max` entries, then fewer; when not even
 * one fits, less of everything else. The last try, with no entry and the least of all else, is
 * always accepted.
 */
export function fitLetter<Written>(
  letter: Letter,
  max: number,
  write: (letter: Letter) => Written,
  fits: (written: Written) => boolean,
): Written {
  const most = Math.min(max, countEntries(letter));
  for (const share of SHARES)
    for (let entries = most; entries >= Math.min(1, most); entries--) {
      const written = write(cutLetter(letter, entries, share));
      if (fits(written)) return written;
    }
  return write(cutLetter(letter, 0, SHARES.at(-1) ?? SHARES[0]));
}

/**
 * The letter with at most `max` entries, and everything else of a length that most formats can
 * take.
 */
export const cutEntries = (letter: Letter, max: number): Letter =>
  cutLetter(letter, Math.min(max, countEntries(letter)), SHARES[0]);

/** The letter reduced to what it is about and the first hint, for a chat that refused the whole. */
export const shortLetter = (letter: Letter): Letter => ({
  ...cutEntries(letter, 0),
  intro: [letter.subject],
  footer: letter.footer.slice(0, 1),
});

const countEntries = ({ sections }: Letter): number =>
  sections.reduce((sum, { entries }) => sum + entries.length, 0);

function cutLetter(letter: Letter, max: number, share: Share): Letter {
  const { sections, named, left } = cutSections(letter.sections, max, share);
  const shown = sections.reduce((sum, { entries }) => sum + entries.length, 0);
  const headings = left.map(({ heading }) => truncate(heading, 80));
  return {
    ...letter,
    title: truncate(letter.title, MAX_TITLE),
    intro: boundIntro(letter, share.intro),
    sections,
    more: {
      ...letter.more,
      count: letter.more.count + countEntries(letter) - shown - named,
      elsewhere: headings.slice(0, share.headings),
      others: Math.max(0, headings.length - share.headings),
    },
    footer: letter.footer.slice(0, share.hints).map(({ text, command, url }) => ({
      ...(url === undefined ? {} : { url }),
      text: truncate(text, share.hint),
      // Half a command is of no use.
      command: command !== null && command.length > share.hint ? null : command,
    })),
  };
}

/**
 * The sections with at most `max` entries in all, of which each gets a share. Sections without
 * entries are left out, but for sections of ends: these name what they have no room for, as far as
 * possible.
 */
function cutSections(
  sections: readonly Section[],
  max: number,
  share: Share,
): { sections: Section[]; named: number; left: Section[] } {
  // When there are several ends, the news comes first: ends without room are named all the same.
  const first = sharesOf(
    sections.map(({ entries, isOver }) => Math.min(entries.length, isOver ? 1 : Infinity)),
    max,
  );
  const more = sharesOf(
    sections.map(({ entries }, index) => entries.length - (first[index] ?? 0)),
    max - first.reduce((sum, share) => sum + share, 0),
  );
  const shares = first.map((share, index) => share + (more[index] ?? 0));
  const kept: Section[] = [];
  const left: Section[] = [];
  let named = 0;
  let namedSections = 0;
  for (const [index, section] of sections.entries()) {
    const entries = section.entries.slice(0, shares[index]);
    const rest = section.isOver
      ? section.entries.slice(entries.length, entries.length + share.names)
      : [];
    const isNamed =
      rest.length > 0 && (entries.length > 0 || ++namedSections <= MAX_NAMED_SECTIONS);
    if (entries.length === 0 && !isNamed) {
      left.push(section);
      continue;
    }
    const notes = share.note === 0 ? [] : section.notes.map((note) => truncate(note, share.note));
    if (isNamed) {
      named += rest.length;
      const names = rest.map(({ title }) => truncate(title, share.name));
      notes.push(`Over as well: ${names.join(', ')}`);
    }
    kept.push({ ...section, heading: truncate(section.heading, MAX_TITLE), notes, entries });
  }
  return { sections: kept, named, left };
}

/**
 * Divides `max` among parts of these lengths. All get the same; what a short part does not need
 * goes to the longer ones, from the first on.
 */
function sharesOf(lengths: readonly number[], max: number): number[] {
  const shares = lengths.map(() => 0);
  let room = max;
  let isFull = false;
  while (room > 0 && !isFull) {
    isFull = true;
    for (const [index, length] of lengths.entries()) {
      const share = shares[index] ?? 0;
      if (share >= length || room === 0) continue;
      shares[index] = share + 1;
      room--;
      isFull = false;
    }
  }
  return shares;
}

const lengthOf = (text: string): number => [...text].length;

/**
 * The intro in at most `max` code points: the longest lines are cut first, in their middle, since
 * their ends say what to do. Lines without room are counted in a line of their own.
 */
function boundIntro({ intro, locale, more }: Letter, max: number): string[] {
  const lengths = intro.map(lengthOf);
  if (lengths.reduce((sum, length) => sum + length, 0) <= max) return [...intro];
  const rest = (count: number) =>
    `and ${writerOf({ locale, timezone: 'UTC' }).count(count, 'line')} more: ${more.command}`;
  for (let count = intro.length; count > 0; count--) {
    const end = count < intro.length ? [rest(intro.length - count)] : [];
    const longest = longestWithin(lengths.slice(0, count), max - lengthOf(end.join('')));
    if (longest >= SHORTEST_LINE || count === 1)
      return [...intro.slice(0, count).map((line) => shortened(line, longest)), ...end];
  }
  return [];
}

/** How long a line may be so that all lines together are not longer than `max`. */
function longestWithin(lengths: readonly number[], max: number): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  let room = max;
  for (const [index, length] of sorted.entries()) {
    const share = Math.floor(room / (sorted.length - index));
    if (length > share) return share;
    room -= length;
  }
  return max;
}
