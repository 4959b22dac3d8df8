// The plain-text part of a digest, at 72 columns: the same facts as the HTML part, with pictures in
// block characters.
import { widthOf } from '../../lib/text-width.ts';
import { sparkline } from '../../words/sparkline.ts';
import { fitText } from '../../words/fit-text.ts';
import { hintText, underlined, WIDTH, withCommand, wrap } from '../render/email-text.ts';
import { ARROWS } from '../render/lines.ts';
import { restCount } from './list-words.ts';
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
/** At least this much of a name is shown, however many figures stand beside it. */
const SHORTEST_FIRST = 8;

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

function alertsText({ heading, rules, rest, command, url }: AlertsBlock, locale: string): string {
  const blocks = rules.map(({ name, counts, lines, more }) =>
    [
      wrap(`${name}: ${counts}`, '', '  '),
      ...lines.map(({ direction, text }) => wrap(`${ARROWS[direction]} ${text}`, '  ', '    ')),
      ...restLines(more, locale, '  '),
    ].join('\n'),
  );
  const more = restLines({ count: rest, command, url }, locale);
  return [underlined(heading, '-'), ...blocks, ...more].join('\n');
}

/** How many there are besides, and where; nothing when that is none. */
const restLines = (
  { count, command, url }: ListBlock['more'],
  locale: string,
  indent = '',
): string[] => (count === 0 ? [] : [withCommand(restCount(count, locale), url ?? command, indent)]);

function totalsText(totals: TotalsBlock, locale: string): string {
  if (totals.kind === 'table') return tableText(totals, locale);
  const labels = Math.max(...totals.tiles.map(({ label }) => widthOf(label)));
  const values = Math.max(...totals.tiles.map(({ value }) => widthOf(value)));
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
    const move = moves === 0 ? '' : `${ARROWS[row.direction]} ${padEnd(row.move, moves)}  `;
    const start = `${padEnd(row.badge, badges)} ${move}${blocks === '' ? '' : `${blocks}  `}`;
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
    ...restLines(more, locale),
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
  Math.max(0, ...rows.map((row) => widthOf(text(row))));

function tableText({ heading, head, rows, rest, more }: TableBlock, locale: string): string {
  const widths = head.map((name, column) =>
    Math.max(widthOf(name), ...rows.map(({ cells }) => widthOf(cells[column] ?? ''))),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const first = Math.min(widths[0] ?? 0, Math.max(SHORTEST_FIRST, WIDTH - others));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0
          ? padEnd(fitText(cell, first), first)
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
    ...restLines(rest, locale),
    ...(more === null ? [] : [wrap(more)]),
  ].join('\n');
}

const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));
const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + text;
