// The HTML part of a digest. ghtml escapes every `${}`; `!${}` is for mark-up that was built here.
import { html } from 'ghtml';
import { sparkline } from '../../lib/sparkline.ts';
import { truncate } from '../../lib/text.ts';
import { rankPng } from '../rank-png.ts';
import { DIRECTIONS, hintHtml, htmlPage, MONO, TONES, type Picture } from '../render/html-page.ts';
import { ARROWS } from '../render/lines.ts';
import { bumpPng, HUES } from './bump-png.ts';
import type { AlertsBlock, DigestPage, ListBlock, RowBlock, TableBlock, TotalsBlock } from './page.ts';

/** Mail programs fetch and show so many without complaint, and a reader looks at fewer. */
export const MAX_PICTURES = 20;

const SPARK = { width: 96, height: 28 };
const BUMP = { width: 240, rowHeight: 28 };
const NARROW = `.bump { width:116px !important; } .tile { display:inline-block !important; width:47% !important; } .spark { width:72px !important; } .where { width:74px !important; }`;

const TEXT = 'color:#1c2330';
const SOFT = 'color:#5f6b7a';
const LINE = 'border-top:1px solid #e9ecf1';
const BAD = '#b7791f';

/** The page, and the pictures it shows. */
export function digestHtml(page: DigestPage): { html: string; pictures: Picture[] } {
  const pictures: Picture[] = [];
  const show = (name: string, draw: () => Buffer): string => {
    const cid = `${name}-${pictures.length + 1}@tidemark`;
    pictures.push({ cid, draw });
    return cid;
  };
  // Charts first, then as many of each of the first lists, so that none is left without.
  const charts = page.lists.filter(({ chart }) => chart !== null).length;
  const pictured = page.lists.filter(({ chart }) => chart === null).slice(0, 2);
  const share = Math.floor((MAX_PICTURES - charts) / Math.max(1, pictured.length));
  const rows = [
    headHtml(page),
    ...(page.quiet === null ? [] : [html`<tr><td class="pad text" style="padding:12px 28px 0;font-size:16px;line-height:23px;${TEXT}">${page.quiet}</td></tr>`]),
    ...(page.alerts === null ? [] : [alertsHtml(page.alerts)]),
    ...(page.totals === null ? [] : [totalsHtml(page.totals)]),
    ...page.lists.map((list) => (list.chart === null ? listHtml(list, pictured.includes(list) ? share : 0, show) : chartHtml(list, list.chart.alt, show))),
    ...page.categories.map(tableHtml),
    html`<tr><td class="pad" style="padding:24px 28px 24px"><div class="line" style="${LINE}"></div>!${page.footer.map(hintHtml)}</td></tr>`,
  ];
  return { html: htmlPage({ subject: page.subject, preview: page.preview, rows, narrow: NARROW }), pictures };
}

const headHtml = ({ title, subtitle, health }: DigestPage): string => html`<tr><td class="pad" style="padding:24px 28px 0">
<h1 class="text" style="margin:0;font-size:20px;line-height:26px;${TEXT}">${title}</h1>
<p class="soft" style="margin:2px 0 10px;font-size:14px;line-height:20px;${SOFT}">${subtitle}</p>
!${health.map(({ text, isBad }) => html`<p class="soft" style="margin:0 0 3px;font-size:13px;line-height:18px;${SOFT};overflow-wrap:anywhere">!${isBad ? html`<span style="font-weight:600;color:${BAD}">! </span>` : ''}${text}</p>`)}
</td></tr>`;

const sectionHtml = (heading: string, note: string | null, content: string): string => html`<tr><td class="pad" style="padding:24px 28px 0">
<h2 class="text" style="margin:0 0 4px;font-size:16px;line-height:22px;${TEXT}">${heading}</h2>!${note === null ? '' : html`<p class="soft" style="margin:0 0 4px;font-size:12px;line-height:17px;${SOFT}">${note}</p>`}
!${content}</td></tr>`;

const tableOf = (rows: readonly string[]): string => html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">!${rows}</table>`;

const directed = (direction: RowBlock['direction'], text: string): string => html`<span class="${direction}" style="color:${DIRECTIONS[direction]}">${text}</span>`;

const alertsHtml = ({ heading, rules }: AlertsBlock): string => sectionHtml(heading, null, rules.map(({ name, tone, counts, lines, more }) => html`<div style="margin:8px 0 0;padding-left:10px;border-left:4px solid ${TONES[tone]}">
<div class="text" style="font-size:14px;line-height:20px;${TEXT};overflow-wrap:anywhere"><b>${name}</b> ${counts}</div>
!${lines.map(({ direction, text }) => html`<div class="text" style="font-size:14px;line-height:20px;${TEXT}">!${directed(direction, ARROWS[direction])} ${text}</div>`)}
!${more === null ? '' : html`<div class="soft" style="font-size:12px;line-height:17px;${SOFT}">${more}</div>`}</div>`).join(''));

function totalsHtml(totals: TotalsBlock): string {
  if (totals.kind === 'table') return tableHtml(totals);
  const cells = totals.tiles.map(({ label, value, change, direction }) => html`<td class="tile" valign="top" width="${Math.floor(100 / totals.tiles.length)}%" style="padding:4px 8px 4px 0">
<div class="soft" style="font-size:12px;line-height:17px;${SOFT}">${label}</div><div class="text" style="font-size:20px;line-height:26px;font-weight:600;${TEXT}">${value}</div>
<div style="font-size:13px;line-height:18px">!${change === null ? '' : directed(direction, `${direction === 'level' ? '' : `${ARROWS[direction]} `}${change}`)}</div></td>`);
  const note = totals.note === null ? '' : html`<p class="text" style="margin:6px 0 0;font-size:14px;line-height:20px;${TEXT}">${totals.note}</p>`;
  return sectionHtml('In all', null, html`!${tableOf([html`<tr>!${cells}</tr>`])}!${note}`);
}

/** Beside the picture each row is as high as a rank in it, so that a line ends at its name. */
function chartHtml({ heading, note, rows }: ListBlock, alt: string, show: (name: string, draw: () => Buffer) => string): string {
  const byRank = new Map(rows.map((row, index) => [Number(row.badge.slice(1)), { row, hue: HUES[index % HUES.length] ?? TEXT }]));
  const ranks = Math.max(...byRank.keys());
  const cid = show('top', () => bumpPng(rows.map((row) => row.ranks), { ...BUMP, ranks }));
  const height = BUMP.rowHeight;
  const cell = (content: string) => html`<td height="${height}" class="text" style="height:${height}px;max-width:0;width:100%;padding:0 0 0 6px;font-size:14px;line-height:${height}px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;${TEXT}">!${content}</td>`;
  const labels = Array.from({ length: ranks }, (_, index) => {
    const at = byRank.get(index + 1);
    if (at === undefined) return cell(String(index + 1));
    const { badge, title, direction, move } = at.row;
    return cell(html`<span style="color:${at.hue}">●</span> <b>${badge.slice(1)}</b> ${title} <span class="${direction}" style="font-size:12px;color:${DIRECTIONS[direction]}">${ARROWS[direction]}&nbsp;${move}</span>`);
  });
  const image = html`<td rowspan="${ranks + 1}" valign="top" class="bump" width="${BUMP.width}" style="padding:0;width:${BUMP.width}px"><img class="bump" src="cid:${cid}" width="${BUMP.width}" height="${height * (ranks + 1)}" alt="${alt}" style="display:block;border:0;width:${BUMP.width}px;height:${height * (ranks + 1)}px"></td>`;
  const below = html`<td height="${height}" class="soft" style="height:${height}px;padding:0 0 0 6px;font-size:12px;line-height:${height}px;${SOFT}">further down</td>`;
  return sectionHtml(heading, note, tableOf([...labels, below].map((label, index) => html`<tr>!${index === 0 ? image : ''}!${label}</tr>`)));
}

function listHtml({ heading, note, rows, more }: ListBlock, pictures: number, show: (name: string, draw: () => Buffer) => string): string {
  const lines = rows.map((row, index) => html`<tr><td class="where line text" valign="top" width="92" style="padding:8px 8px 8px 0;${LINE};font-size:16px;line-height:20px;font-weight:600;${TEXT}">${row.badge}<div style="font-size:12px;line-height:17px;font-weight:400">!${directed(row.direction, `${ARROWS[row.direction]} ${row.move}`)}</div></td>
<td class="line text" valign="top" style="padding:8px 0;${LINE};font-size:14px;line-height:20px;${TEXT};overflow-wrap:anywhere">${row.title}<div class="soft" style="font-size:12px;line-height:17px;${SOFT}">${row.facts.join(' · ')}</div></td>
!${courseHtml(row, index < pictures, show)}</tr>`);
  const rest = more > 0 ? html`<p class="soft" style="margin:6px 0 0;font-size:12px;line-height:17px;${SOFT}">and ${more} more</p>` : '';
  return sectionHtml(heading, note, html`!${tableOf(lines)}!${rest}`);
}

/** More points than this make block characters too wide for a phone. */
const MAX_BLOCKS = 10;

/** The row's ranks as a picture, or in block characters where there are enough pictures. */
function courseHtml({ ranks }: RowBlock, isPictured: boolean, show: (name: string, draw: () => Buffer) => string): string {
  const known = ranks.filter((rank) => rank !== null);
  const cell = (content: string) => html`<td class="spark line" valign="top" align="right" width="${SPARK.width}" style="padding:8px 0 8px 8px;${LINE}">!${content}</td>`;
  if (known.length < 2) return cell('');
  const alt = `ranks ${ranks.map((rank) => rank ?? '–').join(' ')}`;
  if (isPictured) return cell(html`<img class="spark" src="cid:${show('ranks', () => rankPng(ranks, SPARK))}" width="${SPARK.width}" height="${SPARK.height}" alt="${alt}" style="border:0">`);
  return cell(html`<span role="img" aria-label="${alt}" style="!${MONO};font-size:12px;color:#4a8fe7;white-space:nowrap">${sparkline(ranks.slice(-MAX_BLOCKS), { inverted: true })}</span>`);
}

/** Figures in columns; a note stands below its row. */
function tableHtml({ heading, head, rows, more }: TableBlock): string {
  const align = (column: number) => (column === 0 ? 'left' : 'right');
  const headCells = head.map((name, column) => html`<td class="soft" align="${align(column)}" style="padding:4px 0 4px ${column === 0 ? 0 : 8}px;font-size:12px;line-height:17px;${SOFT}">${name}</td>`);
  const lines = rows.map(({ cells, note }) => html`<tr>!${cells.map((cell, column) => html`<td class="line text" align="${align(column)}" valign="top" style="padding:5px 0 ${note === null ? 5 : 0}px ${column === 0 ? 0 : 8}px;${LINE};font-size:13px;line-height:18px;${TEXT}!${column === 0 ? ';overflow-wrap:anywhere' : ';white-space:nowrap'}">${column === 0 ? truncate(cell, 60) : cell}</td>`)}</tr>
!${note === null ? '' : html`<tr><td class="soft" colspan="${cells.length}" style="padding:0 0 5px;font-size:12px;line-height:17px;${SOFT}">${note}</td></tr>`}`);
  const rest = more === null ? '' : html`<p class="soft" style="margin:6px 0 0;font-size:12px;line-height:17px;${SOFT}">${more}</p>`;
  return sectionHtml(heading, null, html`!${tableOf([html`<tr>!${headCells}</tr>`, ...lines])}!${rest}`);
}
