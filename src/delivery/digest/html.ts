// The HTML part of a digest. ghtml escapes every `${}`; `!${}` is for mark-up that was built here.
import { html } from 'ghtml';
import { sparkline } from '../../words/sparkline.ts';
import { rankPng } from '../../words/rank-png.ts';
import { hintHtml, htmlPage, linked, type Picture } from '../render/html-page.ts';
import { ARROWS } from '../render/lines.ts';
import { restCount, restText } from './list-words.ts';
import { bumpPng, HUES } from '../../words/bump-png.ts';
import type {
  AlertsBlock,
  DigestPage,
  ListBlock,
  RowBlock,
  TableBlock,
  TotalsBlock,
} from './page.ts';
import { DIGEST_STYLE } from './style.ts';

/** Every mail program shows this many pictures without complaint. */
const MAX_PICTURES = 20;

/** In CSS pixels. */
const SPARK = { width: 96, height: 28 };
const BUMP = { width: 240, rowHeight: 28 };
/** Not in a template: the bundle would keep the letter, and V8 two bytes for each of its file. */
const DOT = '●';

/** Takes a picture into the mail; returns its `cid`. */
type Show = (name: string, draw: () => Buffer) => string;

/** The page, and the pictures it shows. */
export function digestHtml(page: DigestPage): { html: string; pictures: Picture[] } {
  const pictures: Picture[] = [];
  const show: Show = (name, draw) => {
    const cid = `${name}-${pictures.length + 1}@tidemark`;
    pictures.push({ cid, draw });
    return cid;
  };
  // Charts, and the pictures of some rows of the first two lists. Other rows show their ranks in
  // block characters.
  const charts = page.lists.filter(({ chart }) => chart !== null).length;
  const pictured = page.lists.filter(({ chart }) => chart === null).slice(0, 2);
  const share = Math.floor((MAX_PICTURES - charts) / Math.max(1, pictured.length));
  const rows = [
    headHtml(page),
    ...(page.quiet === null ? [] : [html`<tr><td class="s">${page.quiet}</td></tr>`]),
    ...(page.alerts === null ? [] : [alertsHtml(page.alerts, page.locale)]),
    ...(page.totals === null ? [] : [totalsHtml(page.totals, page.locale)]),
    ...page.lists.map((list) =>
      list.chart === null
        ? listHtml(list, page.locale, pictured.includes(list) ? share : 0, show)
        : chartHtml(list, list.chart, show),
    ),
    ...page.categories.map((table) => tableHtml(table, page.locale)),
    html`<tr><td class="s" style="padding-bottom:24px"><div class="a" style="width:auto;padding:0"></div>!${page.footer.map(hintHtml)}</td></tr>`,
  ];
  return {
    html: htmlPage({ subject: page.subject, preview: page.preview, rows, style: DIGEST_STYLE }),
    pictures,
  };
}

const headHtml = ({
  title,
  subtitle,
  url,
  health,
}: DigestPage): string => html`<tr><td class="s"><h1>${title}</h1><p class="h" style="margin-bottom:10px">!${linked(url, subtitle)}</p>
!${health.map(({ text, isBad }) => html`<p class="h">!${isBad ? html`<span class="bad">!</span> ` : ''}${text}</p>`)}</td></tr>
`;

const sectionHtml = (
  heading: string,
  note: string | null,
  content: string,
): string => html`<tr><td class="s"><h2>${heading}</h2>!${note === null ? '' : html`<p class="o">${note}</p>`}!${content}</td></tr>
`;

const tableOf = (rows: readonly string[]): string =>
  html`<table role="presentation" width="100%" cellpadding="2" cellspacing="0" border="0">!${rows}</table>`;

const directed = (direction: RowBlock['direction'], text: string): string =>
  html`<span class="${direction}">${text}</span>`;

const moveText = ({ direction, move }: RowBlock): string =>
  move === '' ? '' : `${ARROWS[direction]} ${move}`;

/** How many there are besides, and where. */
function restHtml(more: ListBlock['more'], locale: string): string {
  if (more.url !== undefined && more.count > 0)
    return html`<p class="o">!${linked(more.url, restCount(more.count, locale))}</p>`;
  return noteHtml(restText(more, locale));
}

const noteHtml = (text: string | null): string =>
  text === null ? '' : html`<p class="o">${text}</p>`;

const alertsHtml = ({ heading, rules, rest, command, url }: AlertsBlock, locale: string): string =>
  sectionHtml(
    heading,
    null,
    rules
      .map(
        ({
          name,
          tone,
          counts,
          lines,
          more,
        }) => html`<div class="rule ${tone}"><b>${name}</b> ${counts}
!${lines.map((line) => html`<div>!${directed(line.direction, ARROWS[line.direction])} !${linked(line.url, line.text)}</div>`)}!${restHtml(more, locale)}</div>`,
      )
      .join('') + restHtml({ count: rest, command, url }, locale),
  );

function totalsHtml(totals: TotalsBlock, locale: string): string {
  if (totals.kind === 'table') return tableHtml(totals, locale);
  const cells = totals.tiles.map(
    ({
      label,
      value,
      change,
      direction,
    }) => html`<td class="tile" valign="top" width="${Math.floor(100 / totals.tiles.length)}%"><div class="o">${label}</div><div class="v">${value}</div>
<div class="h">!${change === null ? '' : directed(direction, `${direction === 'level' ? '' : `${ARROWS[direction]} `}${change}`)}</div></td>`,
  );
  return sectionHtml(
    totals.heading,
    null,
    html`!${tableOf([html`<tr>!${cells}</tr>`])}!${totals.note === null ? '' : html`<p>${totals.note}</p>`}`,
  );
}

/**
 * Beside the picture each row is as high as one rank in it, so that the line of a product ends at
 * its name. On a phone there is no room for names there: they stand below, and break where they
 * must.
 */
function chartHtml(
  { heading, note, rows }: ListBlock,
  { alt, places }: NonNullable<ListBlock['chart']>,
  show: Show,
): string {
  const byRank = new Map(
    rows.map((row, index) => [row.rank ?? 0, { row, hue: HUES[index % HUES.length] ?? '' }]),
  );
  const ranks = places.length;
  const cid = show('top', () =>
    bumpPng(
      rows.map((row) => row.ranks),
      { ...BUMP, ranks },
    ),
  );
  const height = BUMP.rowHeight;
  const labels = places.map((place, index) => {
    const at = byRank.get(index + 1);
    if (at === undefined) return html`<td class="t" height="${height}"><div>${place}</div></td>`;
    const { title, direction, url } = at.row;
    const dot = html`<span style="color:${at.hue}">${DOT}</span>`;
    const move = html`<small class="${direction}">${moveText(at.row)}</small>`;
    return html`<td class="t" height="${height}"><div>!${dot} <b>${place}</b> <span class="w">!${linked(url, title)}</span> !${move}</div></td>`;
  });
  const names = places.flatMap((place, index) => {
    const at = byRank.get(index + 1);
    return at === undefined
      ? []
      : [
          html`<p><span style="color:${at.hue}">${DOT}</span> <b>${place}</b> !${linked(at.row.url, at.row.title)}</p>`,
        ];
  });
  const image = html`<td class="bump" rowspan="${ranks + 1}" valign="top" width="${BUMP.width}"><img class="bump" src="cid:${cid}" width="${BUMP.width}" height="${height * (ranks + 1)}" style="display:block;height:${height * (ranks + 1)}px" alt="${alt}"></td>`;
  const below = html`<td class="t" height="${height}"><div class="o">further down</div></td>`;
  return sectionHtml(
    heading,
    note,
    html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">!${[...labels, below].map((label, index) => html`<tr>!${index === 0 ? image : ''}!${label}</tr>`)}</table><div class="y" style="display:none;mso-hide:all">!${names}</div>`,
  );
}

function listHtml(
  { heading, note, rows, more }: ListBlock,
  locale: string,
  pictures: number,
  show: Show,
): string {
  const lines = rows.map(
    (
      row,
      index,
    ) => html`<tr valign="top"><td class="a" width="92">${row.badge}<div class="${row.direction}">${moveText(row)}</div></td><td class="b">!${linked(row.url, row.title)}<div class="o">${row.facts.join(' · ')}</div></td>!${courseHtml(row, index < pictures, show)}</tr>
`,
  );
  return sectionHtml(heading, note, html`!${tableOf(lines)}!${restHtml(more, locale)}`);
}

/** With more points than this, block characters are too wide for a phone. */
const MAX_BLOCKS = 10;

/** The ranks of a row as a picture, or in block characters where there are pictures enough. */
function courseHtml({ ranks, alt }: RowBlock, isPictured: boolean, show: Show): string {
  if (ranks.filter((rank) => rank !== null).length < 2) return '<td class="c"></td>';
  const picture = isPictured
    ? html`<img class="spark" src="cid:${show('ranks', () => rankPng(ranks, SPARK))}" width="${SPARK.width}" height="${SPARK.height}" alt="${alt}">`
    : html`<span class="bars" role="img" aria-label="${alt}">${sparkline(ranks.slice(-MAX_BLOCKS), { inverted: true })}</span>`;
  return html`<td class="c" align="right" width="${SPARK.width}">!${picture}</td>`;
}

/** Figures in columns; a note stands below its row. */
function tableHtml({ heading, head, rows, rest, more }: TableBlock, locale: string): string {
  const cell = (names: string, text: string, column: number, url?: string) =>
    html`<td class="${names}"!${column === 0 ? '' : ' align="right"'}>!${linked(url, text)}</td>`;
  const lines = rows.map(
    ({
      cells,
      note,
      url,
    }) => html`<tr valign="top">!${cells.map((text, column) => cell('n', text, column, column === 0 ? url : undefined))}</tr>
!${note === null ? '' : html`<tr><td class="x o" colspan="${cells.length}">${note}</td></tr>`}`,
  );
  return sectionHtml(
    heading,
    null,
    html`!${tableOf([html`<tr>!${head.map((name, column) => cell('k o', name, column))}</tr>`, ...lines])}!${restHtml(rest, locale)}!${noteHtml(more)}`,
  );
}
