// `/watches/W/products/P`: one product over time, beside up to seven others.
import { html } from 'ghtml';
import { isEvaluatedStatus } from '../../change/baseline.ts';
import { productQuery } from '../../history/sql/page-queries.ts';
import { AppError } from '../../lib/errors.ts';
import { cleanText } from '../../lib/text.ts';
import type { Metric } from '../../list/list-kind.ts';
import { linkOf } from '../../list/link.ts';
import { findProducts, readProduct, type ProductReport } from '../../report/product.ts';
import { listAlerts, type LoggedAlert } from '../../store/alerts/alert-log.ts';
import { ofDateText } from '../../terminal/comparison-text.ts';
import { commandText } from '../../words/shell-text.ts';
import { askedAt, askedCount, askedText, type Asked } from '../asked.ts';
import { path } from '../links.ts';
import { alsoLinks } from '../parts/also.ts';
import { alertRows } from '../parts/alert-rows.ts';
import {
  metricCell,
  metricNamed,
  metricTitle,
  moved,
  shownMetrics,
  valueText,
} from '../parts/cells.ts';
import { leftHtml } from '../parts/left.ts';
import { chartSvg } from '../parts/chart.ts';
import { page, type PageContext } from '../parts/page.ts';
import { statusCell } from '../parts/slots.ts';
import { section, table } from '../parts/table.ts';
import { tabs } from '../parts/tabs.ts';
import { name } from '../parts/text.ts';
import { dayTime, tableTime } from '../parts/times.ts';

const MOST_OTHERS = 7;
const SPANS = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: '1 year' },
  { days: 3_650, label: 'all' },
] as const;

/** What the page and the API ask for: the product, and those beside it. */
export function readProducts(
  { deps, now }: Pick<PageContext, 'deps' | 'now'>,
  asked: Asked,
  watch: string,
  id: string,
): [ProductReport, ...ProductReport[]] {
  const { db, config } = deps;
  const days = askedCount(asked, 'days', 30, [1, 3_650]);
  const until = askedAt(asked, config.timezone) ?? now;
  const others = (askedText(asked, 'with') ?? '').split(',').filter((text) => text !== '');
  if (others.length > MOST_OTHERS)
    throw new AppError('usage', `at most ${MOST_OTHERS} others fit beside a product`);
  const read = (text: string): ProductReport => {
    const { newest, products } = findProducts({ db, config }, watch, text, until);
    const exact = products.find(({ upstreamId }) => upstreamId === text) ?? products[0];
    if (exact === undefined) throw new AppError('not_found', `there is no product ${text}`);
    return readProduct(db, watch, newest, exact, days);
  };
  return [read(id), ...others.map(read)];
}

/** The page. @throws AppError `not_found`, `usage` */
export function productPage(ctx: PageContext, watch: string, id: string): string {
  const { deps, asked, links } = ctx;
  const reports = readProducts(ctx, asked.query, watch, id);
  const [report] = reports;
  const { product, list } = report;
  const metric = metricNamed(list.list, askedText(asked.query, 'metric'));
  const alerts = listAlerts(deps.db, { watch, product: product.upstreamId }, 100);
  const here = path`/watches/${watch}/products/${product.upstreamId}`;
  const to = (changes: Record<string, string | undefined>) =>
    links.to(here, { ...asked.query, ...changes });
  const groups = [product.categoryL1, product.categoryL2].filter((text) => text !== null);
  const above = groups.map((text) => html` › ${cleanText(text)}`).join('');
  const crumbs = html`<p class="crumbs"><a href="${links.to(path`/watches/${watch}`)}">${watch}</a>!${above}</p>`;
  const days = asked.query['days'];
  const also = alsoLinks(ctx, {
    json: `/api/v1${here}${links.to('', asked.query).slice(links.base.length)}`,
    csv: `/api/v1${here}.csv${links.to('', asked.query).slice(links.base.length)}`,
    command: commandText(['product', watch, product.upstreamId], { days }),
    sql: productQuery({ name: watch, list: list.list }, product.upstreamId),
  });
  const body = html`<div class="head"><div>!${crumbs}<h1>!${name(product.name)}</h1>
<p>!${record(ctx, report)}!${atSource(report)}</p>!${leftHtml(report.left, deps.config.timezone)}</div>!${also}</div>
<div class="row">!${tabs('Which figure', figures(report, metric, to))}!${tabs('How far back', spans(days, to))}</div>
<div class="card chart time" tabindex="0" role="group" aria-label="Chart">!${chartOf(ctx, reports, metric, alerts)}</div>!${beside(ctx, reports, to)}
!${section('Alerts', html`<a href="${links.to('/alerts', { watch, product: product.upstreamId, told: 'all' })}">all of them</a>`)}
!${alertRows(ctx, alerts.slice(0, 10), 'No rule has fired for it.')}
!${section('Every snapshot')}!${history(ctx, report)}`;
  return page(ctx, { title: `${cleanText(product.name)} · ${watch}`, section: '/', body });
}

/** `rank 9, down 6 from 3 · best 3, on 19 Nov · on the list in 43 of 45 snapshots` */
function record({ deps }: PageContext, { product, list, record: known }: ProductReport): string {
  const { timezone } = deps.config;
  const change = known.latest.change;
  const rank =
    change === null || change.rank === null
      ? html`not on the list at !${dayTime(known.latest.snapshot.slotAt, timezone)}`
      : html`rank <strong>${change.rank}</strong> !${moved(change)} at <strong>!${dayTime(known.latest.snapshot.slotAt, timezone)}</strong> ${timezone}${ofDateText(list, known.latest.snapshot)}`;
  const best =
    known.bestAt === null
      ? html`best ${product.rankBest}`
      : html`best ${product.rankBest}, on !${dayTime(known.bestAt, timezone)}`;
  return html`!${rank} · !${best} · on the list in ${product.slotsOnList} of ${known.snapshots} snapshots`;
}

/** Its page at the source, which is another's: it is told nothing of who looks. */
function atSource({ product, list }: ProductReport): string {
  const url = linkOf(list.list, list.asked, product.upstreamId);
  return url === undefined
    ? ''
    : html` · <a href="${url}" rel="noopener noreferrer nofollow">at the source</a>`;
}

type To = (changes: Record<string, string | undefined>) => string;

function figures({ list }: ProductReport, chosen: Metric | undefined, to: To) {
  return [
    { label: 'Rank', href: to({ metric: undefined }), isChosen: chosen === undefined },
    ...list.list.metrics.map((metric) => ({
      label: metricTitle(metric),
      href: to({ metric: metric.column }),
      isChosen: metric === chosen,
    })),
  ];
}

const spans = (days: string | undefined, to: To) =>
  SPANS.map(({ days: span, label }) => ({
    label,
    href: to({ days: span === 30 ? undefined : String(span) }),
    isChosen: (days ?? '30') === String(span),
  }));

function chartOf(
  { deps }: PageContext,
  reports: readonly ProductReport[],
  metric: Metric | undefined,
  alerts: readonly LoggedAlert[],
): string {
  const [first] = reports;
  if (first === undefined) return '';
  const column = metric?.column ?? 'rank';
  const { points, list } = first;
  const fired = alerts.filter(({ quiet }) => quiet === null);
  const figure = metric === undefined ? 'rank' : metric.label;
  return chartSvg({
    label: `${cleanText(first.product.name)}: ${figure} over ${points.length} slots. The same figures are in the table below.`,
    isRank: metric === undefined,
    slots: points.map(({ snapshot }) => ({
      at: snapshot.slotAt,
      gap: isEvaluatedStatus(snapshot.status) ? null : snapshot.status,
    })),
    lines: reports.map(({ product, points: own }) => ({
      name: cleanText(product.name),
      values: own.map(({ change }) => numberIn(change?.[column])),
    })),
    away: {
      indexes: points.flatMap(({ snapshot, change }, index) =>
        snapshot.status === 'complete' && (change === null || change.rank === null) ? [index] : [],
      ),
      label: `not in the top ${list.depth}`,
    },
    marks: fired.flatMap(({ slotAt, evidence }) => {
      const index = points.findIndex(({ snapshot }) => snapshot.slotAt === slotAt);
      return index < 0 ? [] : [{ index, label: evidence.rule }];
    }),
    write: (value) => (metric === undefined ? `#${value}` : valueText(metric, value)),
    timeZone: deps.config.timezone,
  });
}

const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The products shown beside it, each with a link to remove it; and a field to add one more. */
function beside({ asked, links }: PageContext, reports: readonly ProductReport[], to: To): string {
  const [first, ...others] = reports;
  if (first === undefined) return '';
  const ids = others.map(({ product }) => product.upstreamId);
  const kept = others.map(
    ({ product }) =>
      html`<li>!${name(product.name)} <a href="${to({ with: ids.filter((one) => one !== product.upstreamId).join(',') || undefined })}" aria-label="Remove ${cleanText(product.name)}">remove</a></li>`,
  );
  const hidden = Object.entries(asked.query)
    .filter(([key]) => key !== 'with' && key !== 'add')
    .map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`);
  const here = path`/watches/${first.watch}/products/${first.product.upstreamId}`;
  const shown =
    ids.length === 0 ? '' : html`<input type="hidden" name="with" value="${ids.join(',')}">`;
  const field =
    ids.length >= MOST_OTHERS
      ? ''
      : html`<form class="line" action="${links.to(here)}">!${hidden}!${shown}
<input name="add" placeholder="Name or id of another" aria-label="Name or id of another">
<button class="second">Show beside it</button></form>`;
  return html`<div class="row">!${kept.length === 0 ? '' : html`<ul class="beside">!${kept}</ul>`}!${field}</div>`;
}

function history({ deps, links }: PageContext, { points, list }: ProductReport): string {
  const { timezone } = deps.config;
  const metrics = shownMetrics(list.list);
  const rows = [...points].reverse().map(({ snapshot, change }) => {
    const when = html`<a href="${links.to(path`/snapshots/${snapshot.id}`)}">!${tableTime(snapshot.slotAt, timezone)}</a>${ofDateText(list, snapshot)}`;
    const missing = snapshot.status === 'complete' ? 'not on the list' : '';
    const why = change === null ? (snapshot.reason ?? missing) : '';
    const said = why === '' ? '' : html` <span class="soft">${cleanText(why)}</span>`;
    const status = `${statusCell(snapshot.status)}${said}`;
    if (change === null) return [when, status, '–'];
    const figures = metrics.map((metric) => metricCell(metric, change));
    return [when, status, String(change.rank ?? '–'), moved(change), ...figures];
  });
  const columns = [
    { head: `Slot, ${timezone}`, kind: 'name' as const },
    { head: 'Status', kind: 'long' as const, from: 'under' as const },
    { head: 'Rank', kind: 'n' as const },
    { head: 'Move', kind: 'n' as const },
    ...metrics.map((metric, index) => ({
      head: metricTitle(metric),
      kind: 'n' as const,
      ...(index === 0 ? {} : { from: 'far' as const }),
    })),
  ];
  return table(columns, rows, 'No snapshot in that time.');
}
