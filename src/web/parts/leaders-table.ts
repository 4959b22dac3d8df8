// The table of a leaderboard: one line a product.
import { html } from 'ghtml';
import { cleanText } from '../../lib/text.ts';
import type { Comparison } from '../../store/reading/leaderboard.ts';
import type { OpenAlert } from '../../store/reading/open-alerts.ts';
import { path } from '../links.ts';
import type { Leaders } from '../pages/leaders.ts';
import { metricTexts, metricTitle, moved, shownMetrics } from './cells.ts';
import type { PageContext } from './page.ts';
import { SPARK_SNAPSHOTS, sparksOf } from './sparks.ts';
import { heard } from './text.ts';

export type LeadersTable = {
  watch: string;
  comparison: Comparison;
  leaders: Leaders;
  alerts: ReadonlyMap<string, readonly OpenAlert[]>;
  /** The same page with other choices. */
  to: (changes: Record<string, string | undefined>) => string;
};

/** The table, and the way to its other pages. */
export function leadersTable(ctx: PageContext, table: LeadersTable): string {
  const { comparison, leaders, watch, alerts } = table;
  const { list } = comparison.list;
  const metrics = shownMetrics(list);
  const { at, compare } = ctx.asked.query;
  const base = ctx.links.to(path`/watches/${watch}/products/`);
  const query = ctx.links.to('', { at, compare }).slice(ctx.links.base.length);
  const sparks = leaders.show === 'left' ? null : sparksOf(ctx.deps.db, comparison.snapshot.id);
  const rows = leaders.rows.map((row) => {
    const open = alerts.get(row.product_id);
    const figures = metrics.map((metric) => figure(metricTexts(metric, row)));
    const to = `${base}${encodeURIComponent(row.product_id)}${query}`;
    // Cells end where the next begins, as HTML has it; their columns say how they look. The name
    // heads its row: all cells of its column are heads. Where it is cut, its end is, whichever side
    // it begins on.
    return html`<tr><td>${row.rank ?? row.rank_before ?? '–'}<td>!${moved(row)}<th><div><a dir="auto" href="${to}">${cleanText(row.product)}</a>!${
      open === undefined ? '' : dot(open)
    }<small>${cleanText(row.category_l1 ?? '')}</small></div><td>!${sparks?.lines.get(row.product_id) ?? ''}!${figures}<td>${row.rank_best ?? '–'}`;
  });
  const one = list.row.one;
  const head = [
    sortHead(table, 'rank', leaders.show === 'left' ? 'Was' : 'Rank', 'n'),
    sortHead(table, 'rank_gain', 'Move', 'n', true),
    sortHead(table, 'product', one.charAt(0).toUpperCase() + one.slice(1), ''),
    html`<th scope="col" class="n far">${SPARK_SNAPSHOTS} snapshots</th>`,
    ...metrics.map((metric, index) =>
      sortHead(table, metric.column, metricTitle(metric), index === 0 ? 'n' : 'n far', true),
    ),
    sortHead(table, 'rank_best', 'Best', 'n mid'),
  ];
  const none = html`<tr>
<td colspan="${head.length}">Nobody. !${leaders.found === 0 && leaders.show !== 'all' ? 'Nothing of that kind happened between the two.' : ''}</td></tr>`;
  return html`<div class="card">!${sparks?.dot ?? ''}
<table class="leaders sticky narrow !${ctx.asked.query['dense'] === undefined ? '' : 'dense'}"><thead><tr>
!${head}</tr></thead><tbody>!${rows.length === 0 ? none : rows.join('')}</tbody></table>!${pager(table)}</div>`;
}

const figure = ({ value, by }: ReturnType<typeof metricTexts>): string =>
  by === null ? html`<td>${value}` : html`<td>${value}<small>${by}</small>`;

/** A dot for alerts that fire and were told, with their rules in words. Nothing for quiet ones. */
function dot(open: readonly OpenAlert[]): string {
  const told = open.filter(({ quiet }) => quiet === null);
  if (told.length === 0) return '';
  const isCritical = told.some(({ severity }) => severity === 'critical');
  const words = [...new Set(told.map(({ rule }) => rule))].join(', ');
  return html`<span class="dot !${isCritical ? 'critical' : ''}" title="fires: ${words}"></span>!${heard(`fires: ${words}`)}`;
}

/** A heading that sorts by its column; a second click turns the order round. */
function sortHead(
  { leaders: { sort }, to }: LeadersTable,
  column: string,
  label: string,
  classes: string,
  isBiggestFirst = false,
): string {
  const isChosen = sort?.column === column;
  const descending = isChosen ? !sort.descending : isBiggestFirst;
  const order = sort?.descending === true ? 'descending' : 'ascending';
  const sorted = isChosen ? ` aria-sort="${order}"` : '';
  const href = to({ sort: `${descending ? '-' : ''}${column}` });
  return html`<th scope="col" class="${classes}"!${sorted}><a href="${href}">${label}</a></th>`;
}

function pager({ leaders: { page, pages, found, rows }, to }: LeadersTable): string {
  if (pages <= 1) return '';
  const link = (label: string, target: number) =>
    target < 1 || target > pages
      ? html`<span>${label}</span>`
      : html`<a href="${to({ page: String(target) })}">${label}</a>`;
  return html`<nav class="pager" aria-label="More rows">!${link('earlier', page - 1)}
<span>page ${page} of ${pages}, ${rows.length} of ${found} rows</span>
!${link('later', page + 1)}<a href="${to({ rows: '1000' })}">all</a></nav>`;
}
