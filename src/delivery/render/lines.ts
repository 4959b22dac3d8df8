import { sparkline } from '../../words/sparkline.ts';
import type { Letter } from './letter.ts';
import type { Entry } from '../../words/entry.ts';
import { writerOf, type Writer } from '../../words/writer.ts';

/** What an entry says below its title, line by line: the same in every format without pictures. */
export function entryLines(entry: Entry): string[] {
  const picture = hasCourse(entry)
    ? `  ${sparkline(entry.ranks, { inverted: true }).trimEnd()}`
    : '';
  return [
    `${entry.headline}${picture}`,
    ...entry.facts.map((fact) => `${fact.label}: ${fact.text}`),
    ...(entry.since === null ? [] : [entry.since]),
    entry.context,
  ];
}

/** One known rank alone makes no picture. */
export const hasCourse = ({ ranks }: Entry): boolean =>
  ranks.filter((rank) => rank !== null).length > 1;

export const ARROWS: Record<Entry['direction'], string> = { up: '▲', down: '▼', level: '•' };

/** A picture of ranks has no axes: this is its scale, `30 snapshots, #48 to #12`. */
export function courseCaption(ranks: readonly (number | null)[], writer: Writer): string {
  const known = ranks.filter((rank) => rank !== null);
  if (known.length < 2) return '';
  const [worst, best] = [Math.max(...known), Math.min(...known)].map(writer.rank);
  return `${writer.count(ranks.length, 'snapshot')}, ${worst ?? ''} to ${best ?? ''}`;
}

/** `+5 more: tidemark alerts`: how much is left out, and how to see it; null when nothing is. */
export function moreText(letter: Letter): string | null {
  const text = leftOutText(letter);
  return text === null ? null : `${text}: ${letter.more.command}`;
}

/** `+5 more`, `+14 more, also of breakout and 3 others`; null when nothing is left out. */
export function leftOutText({ more, locale }: Letter): string | null {
  const { count, elsewhere = [], others = 0 } = more;
  if (count === 0) return null;
  const writer = writerOf({ locale, timezone: 'UTC' });
  const rest = others === 0 ? [] : [writer.count(others, 'other')];
  const named = [...elsewhere, ...rest];
  const last = named.length > 1 ? ` and ${named.pop() ?? ''}` : '';
  const of = named.length === 0 ? '' : `, also of ${named.join(', ')}${last}`;
  return `${writer.difference(count)} more${of}`;
}
