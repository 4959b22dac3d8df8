// What a backtest of an edited rule comes to, beside the rule as it is configured.
import { html } from 'ghtml';
import { plural } from '../../lib/text.ts';
import type { OneSided, RuleBacktest } from '../rules/backtest.ts';
import { countText } from '../../words/short-numbers.ts';
import { path } from '../links.ts';
import type { PageContext } from '../parts/page.ts';
import { section, table } from '../parts/table.ts';
import { name, text } from '../parts/text.ts';
import { dayTime } from '../parts/times.ts';

const KINDS = [
  { key: 'fired', label: 'told' },
  { key: 'resolved', label: 'of these, resolved' },
  { key: 'firing', label: 'of these, still firing' },
  { key: 'flaps', label: 'fired again within 7 days' },
  { key: 'products', label: 'different products' },
  { key: 'adopted', label: 'adopted quietly' },
  { key: 'cooldown', label: 'kept quiet by cooldown' },
] as const;

/** The figures, per week and per product, what differs, and the YAML. */
export function backtestHtml(ctx: PageContext, report: RuleBacktest, yaml: string): string {
  const { timezone } = ctx.deps.config;
  if (report.from === null || report.to === null)
    return html`<p class="card pad soft">There is no history yet to try a rule on.</p>`;
  const weeks = report.weeks.length;
  const noise = (fired: number) => (weeks === 0 ? '–' : (countText(fired / weeks) ?? '–'));
  const counts = KINDS.map(({ key, label }) => [
    text(label),
    String(report.configured[key]),
    String(report.edited[key]),
  ]);
  const aside =
    report.set_aside === null
      ? ''
      : html`<p class="banner">It could not be evaluated everywhere: ${report.set_aside}</p>`;
  const left = report.in_lake.map((line) => html`<p class="warn">${line}</p>`);
  const [from, to] = [report.from, report.to].map((at) => dayTime(Date.parse(at), timezone));
  const span = html`<span>${plural(report.evaluated, 'snapshot')}, !${from} to !${to} ${timezone}</span>`;
  return html`!${section('What it would have told', span)}!${aside}!${left}
<dl class="facts card">
<div><dt>Told, as configured</dt><dd>${report.configured.fired} <small class="soft">${noise(report.configured.fired)} a week</small></dd></div>
<div><dt>Told, as edited</dt><dd>${report.edited.fired} <small class="soft">${noise(report.edited.fired)} a week</small></dd></div>
<div><dt>The same</dt><dd>${report.both}</dd></div>
<div><dt>More</dt><dd>${report.only_edited_count}</dd></div>
<div><dt>No longer</dt><dd>${report.only_configured_count}</dd></div></dl>
<div class="columns"><div>!${weekChart(report)}
!${table(
    [
      { head: 'How it behaves', kind: 'name' },
      { head: 'Configured', kind: 'n' },
      { head: 'Edited', kind: 'n' },
    ],
    counts,
    '',
  )}</div>
<div>!${table(
    [
      { head: 'Told most of', kind: 'name' },
      { head: 'Watch', kind: 'long' },
      { head: 'Times', kind: 'n' },
    ],
    report.products.map((one) => [name(one.product), text(one.watch), String(one.fired)]),
    'It would have told nobody of anything.',
  )}</div></div>
<div class="columns"><div>!${section(`More: ${report.only_edited_count}`)}
!${oneSided(ctx, report.only_edited)}</div><div>
!${section(`No longer: ${report.only_configured_count}`)}!${oneSided(ctx, report.only_configured)}</div></div>
!${section('As YAML', html`<button type="button" class="plain" data-copy="${yaml}" hidden>Copy</button>`)}
<div class="card"><pre tabindex="0">${yaml}</pre></div>`;
}

const oneSided = ({ links, deps }: PageContext, all: readonly OneSided[]): string =>
  table(
    [
      { head: `Slot, ${deps.config.timezone}`, kind: 'w', from: 'under' },
      { head: 'Product', kind: 'name' },
      { head: 'Watch', kind: 'long', from: 'far' },
    ],
    all.map((one) => [
      dayTime(Date.parse(one.slot_at), deps.config.timezone),
      html`<a href="${links.to(path`/watches/${one.watch}/products/${one.product_id}`)}">!${name(one.product)}</a>`,
      text(one.watch),
    ]),
    'None.',
  );

/** A tenth of a pixel is enough. */
const pixel = (value: number): number => Math.round(value * 10) / 10;

const WIDTH = 520;
const HEIGHT = 128;
/** Of the line of text above the bars. */
const ABOVE = 20;

/** Two bars a week: as configured in grey, as edited in blue. */
function weekChart({ weeks }: RuleBacktest): string {
  const most = Math.max(1, ...weeks.flatMap(({ configured, edited }) => [configured, edited]));
  const step = WIDTH / Math.max(1, weeks.length);
  const width = pixel(Math.max(1, step * 0.38));
  const bar = (count: number, x: number, kind: string, title: string) => {
    if (count === 0) return '';
    const height = (count / most) * (HEIGHT - 16 - ABOVE);
    return html`<rect class="!${kind}" x="${pixel(x)}" y="${pixel(HEIGHT - 16 - height)}"
 width="${width}" height="${pixel(height)}"><title>${title}</title></rect>`;
  };
  const bars = weeks.map(({ week, configured, edited }, index) => {
    const title = `week of ${week}: ${configured} as configured, ${edited} as edited`;
    return (
      bar(configured, index * step + step * 0.1, 'bar', title) +
      bar(edited, index * step + step * 0.52, 'bar first', title)
    );
  });
  const [first, last] = [weeks[0]?.week ?? '', weeks.at(-1)?.week ?? ''];
  const rows = weeks.map(({ week, configured, edited }) => [
    week,
    String(configured),
    String(edited),
  ]);
  return html`<div class="card chart small">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Told a week, as configured and as edited; the table below has the figures">
<line class="grid" x1="0" x2="${WIDTH}" y1="${HEIGHT - 16}" y2="${HEIGHT - 16}"/>!${bars}
<text class="axis" x="0" y="${HEIGHT - 2}">${first}</text>
<text class="axis" x="${WIDTH}" y="${HEIGHT - 2}" text-anchor="end">${last}</text>
<text class="axis" x="0" y="${ABOVE - 6}">${most} a week</text></svg>
<details class="small"><summary>Each week</summary>!${table(
    [
      { head: 'Week of', kind: 'w' },
      { head: 'Configured', kind: 'n' },
      { head: 'Edited', kind: 'n' },
    ],
    rows,
    '',
  )}</details></div>`;
}
