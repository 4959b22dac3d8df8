// The figures of whole lists and of their categories, in words.
import type { DigestFacts, DigestFigure, DigestTotal, DigestWatch } from '../../message/digest.ts';
import { commandText } from '../../words/shell-text.ts';
import type { Formats, RoundedMetric } from '../../words/formats.ts';
import { moved, nameText } from './list-words.ts';
import type { Direction, TableBlock, TotalsBlock } from './page.ts';

const METRICS = ['posts', 'impressions', 'cost'] as const;
const METRIC_LABELS: Record<RoundedMetric, string> = {
  posts: 'Posts',
  impressions: 'Impressions',
  cost: 'Ad spend',
};

/** Tiles for one list, a table of several. Lists are not added up: their regions and windows overlap. */
export function totalsBlock(facts: DigestFacts, formats: Formats): TotalsBlock | null {
  const [only, ...others] = facts.watches;
  if (only !== undefined && others.length === 0) return tiles(only, formats);
  return facts.watches.every(({ totals }) => totals === null)
    ? null
    : table(facts.watches, formats);
}

function tiles({ totals, baseline }: DigestWatch, formats: Formats): TotalsBlock | null {
  if (totals === null) return null;
  return {
    kind: 'tiles',
    heading: 'Totals',
    tiles: [
      {
        label: 'Products',
        value: formats.number(totals.products.now ?? 0),
        change: countChange(totals.products, formats),
        direction: 'level',
      },
      ...METRICS.filter((metric) => totals[metric].now !== null).map((metric) => ({
        label: METRIC_LABELS[metric],
        value: formats.value(metric, totals[metric].now ?? 0),
        change: changeText(metric, totals[metric], formats),
        // More money spent is neither good nor bad.
        direction: metric === 'cost' ? ('level' as const) : directionOf(totals[metric]),
      })),
    ],
    note:
      [
        baseline === null
          ? null
          : `${formats.number(totals.entered)} new, ${formats.number(totals.returned)} back, ${formats.number(totals.left)} left.`,
        baseline === null || METRICS.every((metric) => isWhole(totals[metric], totals.products))
          ? null
          : 'Changes are of the products known on both lists.',
        unknownText(totals, formats),
      ]
        .filter((text) => text !== null)
        .join(' ') || null,
  };
}

/** Is a change that of all products of both lists? Also where there is nothing to compare. */
const isWhole = ({ compared }: DigestTotal, { now, before }: DigestFigure): boolean =>
  compared === 0 || (compared === now && compared === before);

/** `Not known: posts of 3 of 500 products, impressions of 2 of 498 before.` */
function unknownText(totals: NonNullable<DigestWatch['totals']>, formats: Formats): string | null {
  const { now, before } = totals.products;
  const side = (key: 'unknown' | 'unknown_before', of: string) =>
    METRICS.flatMap((metric) =>
      totals[metric][key] === 0
        ? []
        : [
            `${METRIC_LABELS[metric].toLowerCase()} of ${formats.number(totals[metric][key])} of ${of}`,
          ],
    );
  const parts = [
    ...side('unknown', formats.count(now ?? 0, 'product')),
    ...side('unknown_before', `${formats.number(before ?? 0)} before`),
  ];
  return parts.length === 0 ? null : `Not known: ${parts.join(', ')}.`;
}

/** A change is that of the products that are compared. */
const changeText = (metric: RoundedMetric, total: DigestTotal, formats: Formats): string | null =>
  formats.change(metric, { ...total, now: total.compared_now });

function directionOf({ compared_now: now, before, about_same }: DigestTotal): Direction {
  if (now === null || before === null || about_same) return 'level';
  return now > before ? 'up' : 'down';
}

const countChange = ({ now, before }: DigestFigure, formats: Formats): string | null =>
  now === null || before === null
    ? null
    : now === before
      ? 'as before'
      : formats.difference(now - before);

function table(watches: readonly DigestWatch[], formats: Formats): TotalsBlock {
  return {
    kind: 'table',
    heading: 'Lists',
    head: ['list', 'products', 'new', 'back', 'left', 'alerts'],
    more: null,
    rest: { count: 0, command: commandText(['status']) },
    rows: watches.map((watch) => {
      const { totals, baseline, alerts } = watch;
      const count = (value: number | undefined) =>
        baseline === null || value === undefined ? '–' : formats.number(value);
      return {
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
              : METRICS.flatMap((metric) => metricText(metric, totals[metric], formats))),
            ...moverText(watch, formats),
            ...(totals === null
              ? []
              : [unknownText(totals, formats)].filter((text) => text !== null)),
          ].join(' · ') || null,
      };
    }),
  };
}

const postsCell = (posts: DigestTotal | undefined, formats: Formats): string =>
  posts === undefined || posts.now === null
    ? '–'
    : (changeText('posts', posts, formats) ?? formats.value('posts', posts.now));

/** `67.7K posts (-6.3%)`; nothing when it is not known. */
function metricText(metric: RoundedMetric, total: DigestTotal, formats: Formats): string[] {
  if (total.now === null) return [];
  const change = changeText(metric, total, formats);
  return [
    `${formats.value(metric, total.now)} ${METRIC_LABELS[metric].toLowerCase()}${change === null ? '' : ` (${change})`}`,
  ];
}

/** Who moved most. */
function moverText({ top_mover: row }: DigestWatch, formats: Formats): string[] {
  if (row === null) return [];
  const { badge, direction, move } = moved(row, formats);
  return [`${direction === 'up' ? '▲' : '▼'} ${nameText(row.product.name)} ${move} to ${badge}`];
}

/** In a category of which posts are not known. */
function unknownPosts(
  { unknown, unknown_before: before }: DigestTotal,
  formats: Formats,
): string | null {
  const parts = [
    ...(unknown === 0 ? [] : [`of ${formats.number(unknown)}`]),
    ...(before === 0 ? [] : [`of ${formats.number(before)} before`]),
  ];
  return parts.length === 0 ? null : `posts not known ${parts.join(', ')}`;
}

/** A summary per first-level category, for each list that has one. */
export function categoryBlocks(facts: DigestFacts, formats: Formats): TableBlock[] {
  return facts.watches.flatMap(({ watch, categories, baseline }): TableBlock[] =>
    categories.rows.length < 2
      ? []
      : [
          {
            heading: `Categories${facts.watches.length === 1 ? '' : ` of ${watch}`}`,
            head: [
              'category',
              'products',
              ...(baseline === null ? [] : ['new', 'left', '▲', '▼']),
              'posts',
            ],
            rows: categories.rows.map((row) => ({
              cells: [
                row.category_l1 === null ? '(none)' : nameText(row.category_l1),
                formats.number(row.products.now ?? 0),
                ...(baseline === null
                  ? []
                  : [row.entered + row.returned, row.left, row.climbed, row.fell].map(
                      formats.number,
                    )),
                postsCell(row.posts, formats),
              ],
              note: unknownPosts(row.posts, formats),
            })),
            rest: { count: 0, command: null },
            more:
              categories.total > categories.rows.length
                ? `and ${formats.count(categories.total - categories.rows.length, 'category', 'categories')} with fewer posts`
                : null,
          },
        ],
  );
}
