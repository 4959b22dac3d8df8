// The figures of whole lists and of their categories, in words.
import { firstHeadline, headlinesOf, type ListKind, type Metric } from '../../list/list-kind.ts';
import { listOfMessage } from '../../message/about-list.ts';
import {
  totalIn,
  type DigestCategory,
  type DigestFacts,
  type DigestFigure,
  type DigestTotal,
  type DigestTotals,
  type DigestWatch,
} from '../../message/digest.ts';
import { commandText } from '../../words/shell-text.ts';
import type { Formats } from '../../words/digest-formats.ts';
import { moved, nameText } from './list-words.ts';
import type { PageLinks } from '../page-links.ts';
import type { Direction, TableBlock, TotalsBlock } from './page.ts';

const titleOf = ({ headline, label }: Metric): string => headline?.title ?? label;
/** Within a sentence. */
const nameOf = (metric: Metric): string => titleOf(metric).toLowerCase();

type MetricTotal = { metric: Metric; total: DigestTotal };

/** The totals that are known: a digest stored before a list had some metric has no total of it. */
const totalsOf = (totals: DigestTotals, list: ListKind): MetricTotal[] =>
  headlinesOf(list).flatMap((metric) => {
    const total = totalIn(totals, metric);
    return total === null ? [] : [{ metric, total }];
  });

/**
 * Tiles for one list, a table for several. Lists are not added up: their regions and windows
 * overlap.
 */
export function totalsBlock(
  facts: DigestFacts,
  formats: Formats,
  links?: PageLinks,
): TotalsBlock | null {
  const [only, ...others] = facts.watches;
  if (only !== undefined && others.length === 0) return tiles(only, formats);
  return facts.watches.every(({ totals }) => totals === null) ? null : table(facts, formats, links);
}

function tiles(watch: DigestWatch, formats: Formats): TotalsBlock | null {
  const { totals, baseline } = watch;
  if (totals === null) return null;
  const list = listOfMessage(watch);
  const known = totalsOf(totals, list);
  return {
    kind: 'tiles',
    heading: 'Totals',
    tiles: [
      {
        label: capitalized(list.row.many),
        value: formats.number(totals.products.now ?? 0),
        change: countChange(totals.products, formats),
        direction: 'level',
      },
      ...known
        .filter(({ total }) => total.now !== null)
        .map(({ metric, total }) => ({
          label: titleOf(metric),
          value: formats.value(metric, total.now ?? 0),
          change: changeText(metric, total, formats),
          direction: metric.headline?.moreIsGood === true ? directionOf(total) : ('level' as const),
        })),
    ],
    note:
      [
        baseline === null
          ? null
          : `${formats.number(totals.entered)} new, ${formats.number(totals.returned)} back, ${formats.number(totals.left)} left.`,
        baseline === null || known.every(({ total }) => isWhole(total, totals.products))
          ? null
          : `Changes are of the ${list.row.many} known on both lists.`,
        unknownText(totals, list, formats),
      ]
        .filter((text) => text !== null)
        .join(' ') || null,
  };
}

/** Does a change cover all products of both lists? True also where there is nothing to compare. */
const isWhole = ({ compared }: DigestTotal, { now, before }: DigestFigure): boolean =>
  compared === 0 || (compared === now && compared === before);

/** `Not known: posts of 3 of 500 products, impressions of 2 of 498 before.` */
function unknownText(totals: DigestTotals, list: ListKind, formats: Formats): string | null {
  const { now, before } = totals.products;
  const side = (key: 'unknown' | 'unknown_before', of: string) =>
    totalsOf(totals, list).flatMap(({ metric, total }) =>
      total[key] === 0 ? [] : [`${nameOf(metric)} of ${formats.number(total[key])} of ${of}`],
    );
  const parts = [
    ...side('unknown', formats.count(now ?? 0, list.row.one, list.row.many)),
    ...side('unknown_before', `${formats.number(before ?? 0)} before`),
  ];
  return parts.length === 0 ? null : `Not known: ${parts.join(', ')}.`;
}

/** A change is of those products only that are known on both sides. */
const changeText = (metric: Metric, total: DigestTotal, formats: Formats): string | null =>
  formats.change(metric, { ...total, now: total.compared_now });

function directionOf({ compared_now: now, before, about_same }: DigestTotal): Direction {
  if (now === null || before === null || about_same) return 'level';
  return now > before ? 'up' : 'down';
}

function countChange({ now, before }: DigestFigure, formats: Formats): string | null {
  if (now === null || before === null) return null;
  return now === before ? 'as before' : formats.difference(now - before);
}

function table(
  { watches, compare }: DigestFacts,
  formats: Formats,
  links: PageLinks | undefined,
): TotalsBlock {
  return {
    kind: 'table',
    heading: 'Lists',
    head: ['list', wordOf(watches), 'new', 'back', 'left', 'alerts'],
    more: null,
    rest: { count: 0, command: commandText(['status']) },
    rows: watches.map((watch) => {
      const { totals, baseline, alerts, snapshot } = watch;
      const at = snapshot?.slot_at;
      const list = listOfMessage(watch);
      const count = (value: number | undefined) =>
        baseline === null || value === undefined ? '–' : formats.number(value);
      return {
        url: links?.watch(watch.watch, { compare, ...(at === undefined ? {} : { at }) }),
        cells: [
          watch.watch,
          totals === null ? '–' : formats.number(totals.products.now ?? 0),
          count(totals?.entered),
          count(totals?.returned),
          count(totals?.left),
          formats.number(alerts.fired),
        ],
        note:
          [
            ...(totals === null
              ? []
              : totalsOf(totals, list).flatMap(({ metric, total }) =>
                  metricText(metric, total, formats),
                )),
            ...moverText(watch, formats),
            ...(totals === null
              ? []
              : [unknownText(totals, list, formats)].filter((text) => text !== null)),
          ].join(' · ') || null,
      };
    }),
  };
}

/** What the rows of these lists are called, where it is one word for all. */
function wordOf(watches: readonly DigestWatch[]): string {
  const [word = 'rows', ...others] = new Set(watches.map((one) => listOfMessage(one).row.many));
  return others.length === 0 ? word : 'rows';
}

const capitalized = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** How the first headline of a category changed, or what it is. */
function leadCell(lead: Metric, category: DigestCategory, formats: Formats): string {
  const total = totalIn(category, lead);
  if (total === null || total.now === null) return '–';
  return changeText(lead, total, formats) ?? formats.value(lead, total.now);
}

/** `67.7K posts (-6.3%)`; nothing when it is not known. */
function metricText(metric: Metric, total: DigestTotal, formats: Formats): string[] {
  if (total.now === null) return [];
  const change = changeText(metric, total, formats);
  return [
    `${formats.value(metric, total.now)} ${nameOf(metric)}${change === null ? '' : ` (${change})`}`,
  ];
}

/** The product that moved most. */
function moverText({ top_mover: row }: DigestWatch, formats: Formats): string[] {
  if (row === null) return [];
  const { badge, direction, move } = moved(row, formats);
  return [`${direction === 'up' ? '▲' : '▼'} ${nameText(row.product.name)} ${move} to ${badge}`];
}

/** In a category of which the first headline is not known: `posts not known of 3, of 2 before`. */
function unknownLead(lead: Metric, category: DigestCategory, formats: Formats): string | null {
  const { unknown = 0, unknown_before: before = 0 } = totalIn(category, lead) ?? {};
  const parts = [
    ...(unknown === 0 ? [] : [`of ${formats.number(unknown)}`]),
    ...(before === 0 ? [] : [`of ${formats.number(before)} before`]),
  ];
  return parts.length === 0 ? null : `${nameOf(lead)} not known ${parts.join(', ')}`;
}

/** A summary per first-level category, for each list that has one. */
export const categoryBlocks = (facts: DigestFacts, formats: Formats): TableBlock[] =>
  facts.watches
    .filter(({ categories }) => categories.rows.length >= 2)
    .map((watch) => categoryBlock(watch, facts.watches.length === 1, formats));

function categoryBlock(watch: DigestWatch, isSingle: boolean, formats: Formats): TableBlock {
  const { categories, baseline } = watch;
  const list = listOfMessage(watch);
  const lead = firstHeadline(list);
  const moves = ({ entered, returned, left, climbed, fell }: DigestCategory) =>
    baseline === null ? [] : [entered + returned, left, climbed, fell].map(formats.number);
  return {
    heading: `Categories${isSingle ? '' : ` of ${watch.watch}`}`,
    head: [
      'category',
      list.row.many,
      ...(baseline === null ? [] : ['new', 'left', '▲', '▼']),
      ...(lead === null ? [] : [nameOf(lead)]),
    ],
    rows: categories.rows.map((row) => ({
      cells: [
        row.category_l1 === null ? '(none)' : nameText(row.category_l1),
        formats.number(row.products.now ?? 0),
        ...moves(row),
        ...(lead === null ? [] : [leadCell(lead, row, formats)]),
      ],
      note: lead === null ? null : unknownLead(lead, row, formats),
    })),
    rest: { count: 0, command: null },
    more:
      categories.total > categories.rows.length
        ? `and ${formats.count(categories.total - categories.rows.length, 'category', 'categories')} with fewer ${lead === null ? list.row.many : nameOf(lead)}`
        : null,
  };
}
