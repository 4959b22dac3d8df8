// One row of each list of a digest, in words.
import { cleanText, isolated, truncate } from '../../lib/text.ts';
import { linkOf } from '../../list/link.ts';
import { firstHeadline, type Asked, type ListKind } from '../../list/list-kind.ts';
import { askedOfMessage, listOfMessage } from '../../message/about-list.ts';
import {
  figureIn,
  type DigestFacts,
  type DigestList,
  type DigestRow,
  type DigestWatch,
} from '../../message/digest.ts';
import { commandText } from '../../words/shell-text.ts';
import { writerOf } from '../../words/writer.ts';
import { sentence, type Formats } from '../../words/digest-formats.ts';
import type { PageLinks } from '../page-links.ts';
import type { ListBlock, RowBlock } from './page.ts';

const SHOWN = ['climbers', 'fallers', 'entered', 'returned', 'left'] as const;
/** A name of this length still fits on a line of its own in the text part. */
const NAME_LENGTH = 60;

/** Upstream text, clean and short; never empty. */
export const nameText = (text: string): string =>
  isolated(truncate(cleanText(text), NAME_LENGTH)) || '(no name)';

type Words = {
  formats: Formats;
  links: PageLinks | undefined;
  /** Rows name their watch where there are several. */
  isSingle: boolean;
  /** The list of each watch, by the name of the watch. */
  lists: ReadonlyMap<string, ListKind>;
  asked: ReadonlyMap<string, Asked>;
};
type Told = Pick<RowBlock, 'badge' | 'direction' | 'move'> & { fact?: string | null };

/** All lists of a digest, in the order they are told; those without rows are left out. */
export function listBlocks(facts: DigestFacts, formats: Formats, links?: PageLinks): ListBlock[] {
  const words: Words = {
    formats,
    links,
    isSingle: facts.watches.length === 1,
    lists: new Map(facts.watches.map((one) => [one.watch, listOfMessage(one)])),
    asked: new Map(facts.watches.map((one) => [one.watch, askedOfMessage(one)])),
  };
  const block = (
    heading: string,
    list: DigestList,
    tell: (row: DigestRow) => Told,
    note: string | null = null,
  ): ListBlock[] =>
    list.total === 0
      ? []
      : [
          {
            heading: `${heading} (${formats.number(list.total)})`,
            note,
            chart: null,
            rows: list.rows.map((row) => rowBlock(row, tell(row), words)),
            more: {
              count: list.total - list.rows.length,
              command: moversCommand(facts, list),
              url: links && moversUrl(facts, list, links),
            },
          },
        ];
  const move = (row: DigestRow) => moved(row, formats);
  const badge = (rank: number | null) => rankText(rank, formats);
  const step = (from: number, to: number) => `${formats.rank(from)} to ${formats.rank(to)}`;
  const seen = (row: DigestRow) =>
    row.last_seen === null
      ? null
      : `last seen ${formats.day(row.last_seen.slot_at)} at ${formats.rank(row.last_seen.rank)}`;
  return [
    ...facts.watches.flatMap((watch) => topBlock(watch, words)),
    ...block(
      'Climbers',
      facts.climbers,
      move,
      `The largest step first: from ${step(12, 2)} is more than from ${step(400, 390)}.`,
    ),
    ...block('Fallers', facts.fallers, move),
    ...block('New on the list', facts.entered, (row) => ({
      badge: badge(row.rank),
      direction: 'up',
      move: 'new',
    })),
    ...block('Back on the list', facts.returned, (row) => ({
      badge: badge(row.rank),
      direction: 'up',
      move: 'back',
      fact: [seen(row), `best ${badge(row.rank_best)}`].filter((text) => text !== null).join(', '),
    })),
    ...block(
      'Left the list',
      facts.left,
      (row) => ({
        badge: '–',
        direction: 'down',
        move: `was ${badge(row.rank_before)}`,
        fact: seen(row),
      }),
      'Left means below the part of the list that is tracked: not that nothing is sold any more.',
    ),
    ...block(
      'New best ranks',
      facts.records,
      (row) => ({
        badge: badge(row.rank_best),
        direction: 'up',
        move: `was ${badge(row.rank_best_before)}`,
        fact: row.rank === row.rank_best ? null : `now ${badge(row.rank)}`,
      }),
      'The best rank ever, and the best before.',
    ),
    ...block('Longest streaks', facts.streaks, (row) => ({
      badge: badge(row.rank),
      direction: (row.streak ?? 0) > 0 ? 'up' : 'down',
      move: `${formats.number(Math.abs(row.streak ?? 0))} in a row`,
    })),
  ];
}

/** `and 21 more: tidemark movers …`; null when the rows are all there is. */
export function restText({ count, command }: ListBlock['more'], locale: string): string | null {
  if (count === 0) return null;
  return `${restCount(count, locale)}${command === null ? '' : `: ${command}`}`;
}

/** `and 21 more` */
export const restCount = (count: number, locale: string): string =>
  `and ${writerOf({ locale, timezone: 'UTC' }).number(count)} more`;

/** Shows all of a list of movers; there is none for several watches at once. */
function moversCommand(
  { watches, compare, climbers, fallers, entered, returned, left }: DigestFacts,
  list: DigestList,
): string | null {
  const [only, ...others] = watches;
  if (
    only === undefined ||
    only.snapshot === null ||
    others.length > 0 ||
    ![climbers, fallers, entered, returned, left].includes(list)
  )
    return null;
  return commandText(['movers', only.watch], {
    compare,
    at: shortInstant(only.snapshot.slot_at),
    limit: String(list.total),
  });
}

/** The same on the page. */
function moversUrl(
  { watches, compare, ...lists }: DigestFacts,
  list: DigestList,
  links: PageLinks,
): string | undefined {
  const show = SHOWN.find((name) => lists[name] === list);
  const [only, ...others] = watches;
  if (show === undefined || only === undefined || only.snapshot === null || others.length > 0)
    return undefined;
  return links.watch(only.watch, {
    at: only.snapshot.slot_at,
    compare,
    show,
  });
}

/** `2026-02-11T08:00:00Z`, for commands. */
export const shortInstant = (at: string): string => at.replace('.000Z', 'Z');

/** `#12`, or a dash where there is none. */
export const rankText = (rank: number | null, formats: Formats): string =>
  rank === null ? '–' : formats.rank(rank);

/** Up, down or level, and from where. */
export function moved(row: DigestRow, formats: Formats): Told {
  const badge = rankText(row.rank, formats);
  if (row.status === 'new' || row.status === 'returned')
    return { badge, direction: 'up', move: row.status === 'new' ? 'new' : 'back' };
  const gain = row.rank_gain ?? 0;
  if (row.rank_before === null || gain === 0)
    return { badge, direction: 'level', move: row.rank_before === null ? '' : 'as before' };
  return {
    badge,
    direction: gain > 0 ? 'up' : 'down',
    move: `from ${rankText(row.rank_before, formats)}`,
  };
}

function rowBlock(row: DigestRow, { badge, direction, move, fact }: Told, words: Words): RowBlock {
  const { formats, isSingle, links } = words;
  const { product } = row;
  const list = words.lists.get(row.watch);
  const category = [product.category_l1, product.category_l2]
    .flatMap((part) => (part === null || part === '' ? [] : [nameText(part)]))
    .join(' › ');
  return {
    rank: row.rank,
    badge,
    direction,
    move,
    title: nameText(product.name),
    url:
      links?.product(row.watch, product.id) ??
      (list && linkOf(list, words.asked.get(row.watch) ?? {}, product.id)),
    facts: [fact ?? '', leadText(row, words) ?? '', isSingle ? '' : row.watch, category].filter(
      (text) => text !== '',
    ),
    ranks: row.ranks,
    alt: `ranks ${formats.ranks(row.ranks)}`,
  };
}

/** `11.5K posts, +8.3%`; null when it is not known, or the list has no headline. */
function leadText(row: DigestRow, { formats, lists }: Words): string | null {
  const list = lists.get(row.watch);
  const lead = list === undefined ? null : firstHeadline(list);
  const figure = lead === null ? null : figureIn(row, lead);
  if (lead === null || figure === null || figure.now === null) return null;
  const change = formats.change(lead, figure);
  return `${formats.value(lead, figure.now)} ${lead.label}${change === null ? '' : `, ${change}`}`;
}

/** The top of one list, with the chart of its ranks. */
function topBlock({ watch, chart, baseline }: DigestWatch, words: Words): ListBlock[] {
  const [from, to] = [chart?.slots[0], chart?.slots.at(-1)];
  if (chart === null || chart.rows.length === 0 || from === undefined || to === undefined)
    return [];
  const { formats } = words;
  const course = chart.rows
    .map(({ product, ranks }) => `${nameText(product.name)} ${formats.ranks(ranks)}`)
    .join('; ');
  const hasGap = chart.slots.some((_, index) =>
    chart.rows.every(({ ranks }) => (ranks[index] ?? null) === null),
  );
  const span = chart.slots.length < 2 ? formats.day(to) : formats.span(from, to);
  return [
    {
      heading: `Top ${formats.number(chart.rows.length)}${words.isSingle ? '' : ` of ${watch}`}`,
      note:
        chart.slots.length < 2
          ? null
          : `${sentence(`Ranks from ${span}${baseline === null || baseline.slot_at === from ? '' : `; compared with ${formats.day(baseline.slot_at)}`}`)}${hasGap ? ' Where all lines break, there is no list.' : ''}`,
      chart: {
        slots: chart.slots,
        places: Array.from(
          { length: Math.max(...chart.rows.map(({ rank }) => rank ?? 0)) },
          (_, index) => formats.number(index + 1),
        ),
        alt: `Ranks of the top ${formats.number(chart.rows.length)} of ${watch}, ${span}: ${course}`,
      },
      rows: chart.rows.map((row) =>
        rowBlock(row, moved(row, formats), { ...words, isSingle: true }),
      ),
      more: { count: 0, command: null },
    },
  ];
}
