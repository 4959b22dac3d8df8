// The figures of whole lists and of their categories, in words.
import { plural } from '../../lib/text.ts';
import type { DigestFacts, DigestFigure, DigestTotal, DigestWatch } from '../../model.ts';
import type { Formats, RoundedMetric } from './formats.ts';
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
  const unknown = METRICS.flatMap((metric) =>
    totals[metric].unknown === 0
      ? []
      : [`${METRIC_LABELS[metric].toLowerCase()} of ${totals[metric].unknown}`],
  );
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
        change: formats.change(metric, totals[metric]),
        // More money spent is neither good nor bad.
        direction: metric === 'cost' ? ('level' as const) : directionOf(totals[metric]),
      })),
    ],
    note:
      [
        baseline === null
          ? null
          : `${formats.number(totals.entered)} new, ${formats.number(totals.returned)} back, ${formats.number(totals.left)} left.`,
        unknown.length === 0
          ? null
          : `Not known: ${unknown.join(', ')} of ${plural(totals.products.now ?? 0, 'product')}.`,
      ]
        .filter((text) => text !== null)
        .join(' ') || null,
  };
}

const directionOf = ({ now, before, about_same }: DigestTotal): Direction =>
  now === null || before === null || about_same ? 'level' : now > before ? 'up' : 'down';

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
            ...moverText(watch),
          ].join(' · ') || null,
      };
    }),
  };
}

const postsCell = (posts: DigestTotal | undefined, formats: Formats): string =>
  posts === undefined || posts.now === null
    ? '–'
    : (formats.change('posts', posts) ?? formats.value('posts', posts.now));

/** `67.7K posts (-6.3%)`; nothing when it is not known. */
function metricText(metric: RoundedMetric, total: DigestTotal, formats: Formats): string[] {
  if (total.now === null) return [];
  const change = formats.change(metric, total);
  return [
    `${formats.value(metric, total.now)} ${METRIC_LABELS[metric].toLowerCase()}${change === null ? '' : ` (${change})`}`,
  ];
}

/** Who moved most. */
function moverText({ top_mover: row }: DigestWatch): string[] {
  if (row === null) return [];
  const { badge, direction, move } = moved(row);
  return [`${direction === 'up' ? '▲' : '▼'} ${nameText(row.product.name)} ${move} to ${badge}`];
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
              note: null,
            })),
            more:
              categories.total > categories.rows.length
                ? `and ${plural(categories.total - categories.rows.length, 'category', 'categories')} with fewer posts`
                : null,
          },
        ],
  );
}
