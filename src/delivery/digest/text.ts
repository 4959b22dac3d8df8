// The plain-text part of a digest, at 72 columns: the same facts as the HTML part, with pictures in
// block characters.
import stringWidth from 'string-width';
import { sparkline } from '../../words/sparkline.ts';
import { truncate } from '../../lib/text.ts';
import { hintText, underlined, WIDTH, wrap } from '../render/email-text.ts';
import { ARROWS } from '../render/lines.ts';
import { commandText } from '../../words/shell-text.ts';
import { restText } from './list-words.ts';
import type {
  AlertsBlock,
  DigestPage,
  ListBlock,
  RowBlock,
  TableBlock,
  TotalsBlock,
} from './page.ts';

/** Wider pictures would leave no room for names. */
const MAX_BLOCKS = 14;

/** The text part of a digest, at 72 columns. */
export function digestText(page: DigestPage): string {
  const blocks = [
    `${underlined(page.title, '=')}\n${wrap(page.subtitle)}`,
    page.health
      .map(({ text, isBad }) => wrap(isBad ? `! ${text}` : text, '', isBad ? '  ' : ''))
      .join('\n'),
    page.quiet === null ? null : wrap(page.quiet),
    page.alerts && alertsText(page.alerts, page.locale),
    page.totals && totalsText(page.totals, page.locale),
    ...page.lists.map((list) => listText(list, page.locale)),
    ...page.categories.map((table) => tableText(table, page.locale)),
    ['-'.repeat(WIDTH), ...page.footer.map(hintText)].join('\n'),
  ];
  return `${blocks.filter((block) => block !== null).join('\n\n')}\n`;
}

function alertsText({ heading, rules, rest }: AlertsBlock, locale: string): string {
  const blocks = rules.map(({ name, counts, lines, more }) =>
    [
      wrap(`${name}: ${counts}`, '', '  '),
      ...lines.map(({ direction, text }) => wrap(`${ARROWS[direction]} ${text}`, '  ', '    ')),
      ...(more === null ? [] : [`  ${more}`]),
    ].join('\n'),
  );
  const more = restText({ count: rest, command: commandText(['alerts']) }, locale);
  return [underlined(heading, '-'), ...blocks, ...(more === null ? [] : [more])].join('\n');
}

function totalsText(totals: TotalsBlock, locale: string): string {
  if (totals.kind === 'table') return tableText(totals, locale);
  const labels = Math.max(...totals.tiles.map(({ label }) => columnsOf(label)));
  const values = Math.max(...totals.tiles.map(({ value }) => columnsOf(value)));
  const lines = totals.tiles.map(({ label, value, change }) =>
    `${padEnd(label, labels)}  ${padStart(value, values)}  ${change ?? ''}`.trimEnd(),
  );
  return [
    underlined(totals.heading, '-'),
    ...lines,
    ...(totals.note === null ? [] : [wrap(totals.note)]),
  ].join('\n');
}

function listText({ heading, note, chart, rows, more }: ListBlock, locale: string): string {
  const badges = widest(rows, ({ badge }) => badge);
  const moves = widest(rows, ({ move }) => move);
  const blocks = rows.map((row) => {
    const blocks = courseText(row.ranks);
    const start = `${padEnd(row.badge, badges)} ${moves === 0 ? '' : `${ARROWS[row.direction]} ${padEnd(row.move, moves)}  `}${blocks === '' ? '' : `${blocks}  `}`;
    const facts =
      chart === null && row.facts.length > 0
        ? [wrap(row.facts.join(' · '), ' '.repeat(badges + 3))]
        : [];
    return [wrap(`${start}${row.title}`, '', ' '.repeat(badges + 3)), ...facts].join('\n');
  });
  return [
    underlined(heading, '-'),
    ...(note === null ? [] : [wrap(note)]),
    ...blocks,
    ...[restText(more, locale, ':\n  ')].filter((text) => text !== null),
  ].join('\n');
}

/** As wide for every row of one list; empty where there is no course to show. */
function courseText(ranks: RowBlock['ranks']): string {
  const step = Math.max(1, (ranks.length - 1) / (MAX_BLOCKS - 1));
  const shown = Array.from(
    { length: Math.min(ranks.length, MAX_BLOCKS) },
    (_, index) => ranks[Math.round(index * step)] ?? null,
  );
  return ranks.length < 2 ? '' : sparkline(shown, { inverted: true });
}

const widest = (rows: readonly RowBlock[], text: (row: RowBlock) => string): number =>
  Math.max(0, ...rows.map((row) => columnsOf(text(row))));

function tableText({ heading, head, rows, rest, more }: TableBlock, locale: string): string {
  const widths = head.map((name, column) =>
    Math.max(columnsOf(name), ...rows.map(({ cells }) => columnsOf(cells[column] ?? ''))),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const first = Math.min(widths[0] ?? 0, WIDTH - others);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0
          ? padEnd(truncate(cell, first), first)
          : padStart(cell, (widths[column] ?? 0) + 2),
      )
      .join('')
      .trimEnd();
  return [
    underlined(heading, '-'),
    line(head),
    ...rows.flatMap(({ cells, note }) => [
      line(cells),
      ...(note === null ? [] : [wrap(note, '  ', '    ')]),
    ]),
    ...[restText(rest, locale), more].filter((text) => text !== null),
  ].join('\n');
}

const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columnsOf(text)));
const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

/** Isolates take no room. */
const columnsOf = (text: string): number => stringWidth(text.replace(/[\u2068\u2069]/g, ''));
