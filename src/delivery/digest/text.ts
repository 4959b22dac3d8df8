// The plain-text part of a digest, at 72 columns: the same facts as the HTML part, with pictures in block characters.
import stringWidth from 'string-width';
import { sparkline } from '../../lib/sparkline.ts';
import { truncate } from '../../lib/text.ts';
import { hintText, underlined, WIDTH, wrap } from '../render/email-text.ts';
import { ARROWS } from '../render/lines.ts';
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

export function digestText(page: DigestPage): string {
  const blocks = [
    `${underlined(page.title, '=')}\n${wrap(page.subtitle)}`,
    page.health
      .map(({ text, isBad }) => wrap(isBad ? `! ${text}` : text, '', isBad ? '  ' : ''))
      .join('\n'),
    page.quiet === null ? null : wrap(page.quiet),
    page.alerts && alertsText(page.alerts),
    page.totals && totalsText(page.totals),
    ...page.lists.map(listText),
    ...page.categories.map(tableText),
    ['-'.repeat(WIDTH), ...page.footer.map(hintText)].join('\n'),
  ];
  return `${blocks.filter((block) => block !== null).join('\n\n')}\n`;
}

function alertsText({ heading, rules }: AlertsBlock): string {
  const blocks = rules.map(({ name, counts, lines, more }) =>
    [
      wrap(`${name}: ${counts}`, '', '  '),
      ...lines.map(({ direction, text }) => wrap(`${ARROWS[direction]} ${text}`, '  ', '    ')),
      ...(more === null ? [] : [`  ${more}`]),
    ].join('\n'),
  );
  return [underlined(heading, '-'), ...blocks].join('\n');
}

function totalsText(totals: TotalsBlock): string {
  if (totals.kind === 'table') return tableText(totals);
  const labels = Math.max(...totals.tiles.map(({ label }) => label.length));
  const values = Math.max(...totals.tiles.map(({ value }) => value.length));
  const lines = totals.tiles.map(({ label, value, change }) =>
    `${label.padEnd(labels)}  ${value.padStart(values)}  ${change ?? ''}`.trimEnd(),
  );
  return [
    underlined(totals.heading, '-'),
    ...lines,
    ...(totals.note === null ? [] : [wrap(totals.note)]),
  ].join('\n');
}

function listText({ heading, note, chart, rows, more }: ListBlock): string {
  const badges = widest(rows, ({ badge }) => badge);
  const moves = widest(rows, ({ move }) => move);
  const blocks = rows.map((row) => {
    const blocks = courseText(row.ranks);
    const start = `${row.badge.padEnd(badges)} ${moves === 0 ? '' : `${ARROWS[row.direction]} ${row.move.padEnd(moves)}  `}${blocks === '' ? '' : `${blocks}  `}`;
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
    ...(more.count === 0
      ? []
      : [`and ${more.count} more${more.command === null ? '' : `:\n  ${more.command}`}`]),
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
  Math.max(0, ...rows.map((row) => stringWidth(text(row))));

function tableText({ heading, head, rows, more }: TableBlock): string {
  const widths = head.map((name, column) =>
    Math.max(stringWidth(name), ...rows.map(({ cells }) => stringWidth(cells[column] ?? ''))),
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
    ...(more === null ? [] : [more]),
  ].join('\n');
}

const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
