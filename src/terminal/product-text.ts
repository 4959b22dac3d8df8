import type { Instant } from '../lib/clock.ts';
import { extentOf } from '../lib/extent.ts';
import { sparkline } from '../words/sparkline.ts';
import { cleanText, plural } from '../lib/text.ts';
import type { ListQuery } from '../config/config.ts';
import type { ChangeRow } from '../store/reading/leaderboard.ts';
import type { HistoryPoint, KnownProduct } from '../store/reading/product-history.ts';
import type { ProductRecord, ProductReport } from '../report/product.ts';
import { listText, ofDateText, statusText } from './comparison-text.ts';
import { shownColumns } from './metric-columns.ts';
import { moveCell } from './change-cells.ts';
import { formatTable, type Cell, type Column, type Fit } from './table.ts';
import { wrapText } from '../words/fit-text.ts';
import { leftText } from '../words/left-text.ts';
import { shortDataDate, shortTime, timeWithZone } from '../words/times.ts';
import { paint } from './tone.ts';

/** Everything about a product; of its history the newest `limit` snapshots. */
export function productText(
  { watch, product, list, record, points, earlierLists, left }: ProductReport,
  limit: number,
  timeZone: string,
  fit: Fit,
): string {
  const title = paint(productTitle(product), 'strong', fit.color);
  const more = points.length > limit ? points.length - limit : 0;
  const parts = [
    `${title}\n${watch} (${listText(list)})\n`,
    `${recordLines(product, list, record, timeZone).join('\n')}\n`,
    rankLine(points, fit),
    historyTable(points.slice(-limit), list, timeZone, fit) +
      (more === 0 ? '' : `${more} more: --limit ${points.length}\n`),
    earlierText(watch, earlierLists),
    left === null ? '' : `${wrapText(leftText(left, timeZone), fit.columns, '  ')}\n`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function earlierText(watch: string, count: number): string {
  if (count === 0) return '';
  const lists = plural(count, 'earlier list is', 'earlier lists are');
  return `The query of ${watch} was edited: ${lists} not shown here.\n`;
}

/** `Perfume (601583), Beauty & Personal Care > Makeup & Perfume`. */
function productTitle({ name, upstreamId, categoryL1, categoryL2 }: KnownProduct): string {
  const categories = [categoryL1, categoryL2]
    .filter((category) => category !== null)
    .map(cleanText);
  return [
    `${cleanText(name)} (${cleanText(upstreamId)})`,
    ...(categories.length > 0 ? [categories.join(' > ')] : []),
  ].join(', ');
}

/** Two or more products of one name: each with its id, to ask again. */
export const productChoice = (products: readonly KnownProduct[], fit: Fit): string =>
  formatTable(
    [
      { head: 'id', min: 8 },
      { head: 'product', min: 12 },
      { head: 'category', min: 12 },
      { head: 'subcategory', min: 12, drop: 1 },
      { head: 'best', align: 'right' },
      { head: 'slots', align: 'right' },
    ],
    products.map((product) => [
      product.upstreamId,
      product.name,
      product.categoryL1,
      product.categoryL2,
      product.rankBest,
      product.slotsOnList,
    ]),
    fit,
  );

/** What there is to say of a product before its numbers. */
function recordLines(
  product: KnownProduct,
  list: ListQuery,
  { latest, bestAt, snapshots }: ProductRecord,
  timeZone: string,
): string[] {
  const time = (at: Instant) => timeWithZone(at, timeZone);
  return [
    `now         ${nowText(product, list, latest, timeZone)}`,
    `best rank   ${product.rankBest}${bestAt === null ? '' : `, last on ${time(bestAt)}`}`,
    `first seen  ${time(product.firstSeenAt)}`,
    `on list     ${product.slotsOnList} of ${plural(snapshots, 'snapshot')}`,
    ...streakLine(latest),
  ];
}

function nowText(
  product: KnownProduct,
  list: ListQuery,
  { snapshot, change }: HistoryPoint,
  timeZone: string,
): string {
  const at = `${timeWithZone(snapshot.slotAt, timeZone)}${ofDateText(list, snapshot)}`;
  const lastSeen = `last seen ${timeWithZone(product.lastSeenAt, timeZone)}`;
  if (change === null || change.rank === null)
    return snapshot.status === 'partial'
      ? `not seen on ${at}, a partial snapshot; ${lastSeen}`
      : `not on the list; ${lastSeen}`;
  return `rank ${change.rank}${moveText(change)}, ${at}`;
}

function moveText({ rank_gain: gain, rank_before: before, status }: ChangeRow): string {
  if (gain === null || before === null)
    return status === 'new' || status === 'returned' ? ` (${status})` : '';
  return gain === 0 ? ' (as before)' : ` (${gain > 0 ? '▲' : '▼'}${Math.abs(gain)} from ${before})`;
}

function streakLine({ change }: HistoryPoint): string[] {
  const streak = change?.['streak'];
  if (typeof streak !== 'number' || Math.abs(streak) < 2) return [];
  return [`streak      ${Math.abs(streak)} times ${streak > 0 ? 'better' : 'worse'} in a row`];
}

/**
 * The ranks over time in one line, best at the top; a blank is a snapshot without the product, or
 * none at all.
 */
function rankLine(points: readonly HistoryPoint[], fit: Fit): string {
  const ranks = points.map(({ change }) => change?.rank ?? null);
  const known = ranks.filter((rank) => rank !== null);
  if (known.length < 2) return '';
  const perColumn = Math.ceil(ranks.length / Math.max(1, fit.columns - 2));
  const best = Array.from({ length: Math.ceil(ranks.length / perColumn) }, (_, index) =>
    bestOf(ranks.slice(index * perColumn, (index + 1) * perColumn)),
  );
  const { low, high } = extentOf(known);
  const each = perColumn > 1 ? `; each column is the best of ${perColumn}` : '';
  const scale = `Rank in ${plural(points.length, 'snapshot')}, from ${low} (high) to ${high} (low)${each}`;
  return `${paint(scale, 'strong', fit.color)}\n│${sparkline(best, { inverted: true })}│\n`;
}

function bestOf(ranks: readonly (number | null)[]): number | null {
  const known = ranks.filter((rank) => rank !== null);
  return known.length === 0 ? null : extentOf(known).low;
}

/** One line per snapshot, newest first; a snapshot that does not show the product says why. */
function historyTable(
  points: readonly HistoryPoint[],
  query: ListQuery,
  timeZone: string,
  fit: Fit,
): string {
  const { list } = query;
  const notes = points.map(noteOf);
  const hasNotes = notes.some((note) => note !== '');
  const metrics = shownColumns(list);
  const columns: Column[] = [
    { head: timeZone },
    ...(list.dated === null ? [] : [{ head: 'data of' }]),
    { head: 'rank', align: 'right' },
    { head: 'move', align: 'right' },
    ...metrics.map(({ column: { head } }): Column => ({ head, align: 'right' })),
    ...(hasNotes ? [{ head: 'note', min: 11 }] : []),
  ];
  const rows = points.map(({ snapshot, change }, index): Cell[] => [
    shortTime(snapshot.slotAt, timeZone),
    ...(list.dated === null
      ? []
      : [snapshot.dataDate === null ? null : shortDataDate(query, snapshot.dataDate)]),
    change?.rank ?? null,
    change === null ? null : moveCell(change),
    ...metrics.map(({ cell }) => (change === null ? null : cell(change))),
    ...(hasNotes
      ? [
          {
            text: notes[index] ?? '',
            tone: snapshot.status === 'complete' ? ('faint' as const) : ('warning' as const),
          },
        ]
      : []),
  ]);
  return formatTable(columns, rows.reverse(), fit);
}

function noteOf({ snapshot, change }: HistoryPoint): string {
  if (snapshot.status === 'complete')
    return change?.rank === undefined || change.rank === null ? 'not on list' : '';
  return snapshot.status === 'partial' && change === null
    ? statusText({ ...snapshot, reason: `not seen; ${snapshot.reason}` })
    : statusText(snapshot);
}
