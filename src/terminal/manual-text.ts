// A page of Markdown on a terminal: headings stand out, paragraphs wrap, tables become lists where
// they are too wide.
import { lexer, type Token, type Tokens } from 'marked';
import { wrapText } from '../words/fit-text.ts';
import { formatTable } from './table.ts';
import { paint } from './tone.ts';

type Page = { columns: number; color: boolean };

/** Wider lines are hard to read, however wide the terminal is. */
const MOST_COLUMNS = 100;

/** The page as lines of at most the terminal's width; code is left as it is. Ends in a newline. */
export function manualText(markdown: string, { columns, color }: Page): string {
  const page = { columns: Math.min(columns, MOST_COLUMNS), color };
  const blocks = lexer(markdown).flatMap((token) => blockText(token, page));
  return `${blocks.join('\n\n')}\n`;
}

function blockText(token: Token, page: Page): string[] {
  switch (token.type) {
    case 'heading':
      return [paint(plain(token), 'strong', page.color)];
    case 'paragraph':
      return [wrapText(plain(token), page.columns)];
    case 'code':
      return [indented((token as Tokens.Code).text)];
    case 'list':
      return [(token as Tokens.List).items.map((item) => itemText(item, page)).join('\n')];
    case 'table':
      return [tableText(token as Tokens.Table, page)];
    default:
      return [];
  }
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');

const itemText = (item: Tokens.ListItem, page: Page): string =>
  `* ${wrapText(plain(item), page.columns - 2, '  ')}`;

/** As columns where all of it fits; else each row as its first cell, and the others below it. */
function tableText(table: Tokens.Table, page: Page): string {
  const head = table.header.map(plain);
  const rows = table.rows.map((cells) => cells.map(plain));
  const asTable = formatTable(
    head.map((text) => ({ head: text })),
    rows,
  ).trimEnd();
  const isNarrow = asTable.split('\n').every((line) => line.length <= page.columns);
  if (isNarrow) return asTable;
  return rows.map((cells) => rowText(cells, page)).join('\n');
}

function rowText([first = '', ...others]: readonly string[], page: Page): string {
  const rest = others.filter((text) => text !== '').join('; ');
  return `${paint(first, 'strong', page.color)}\n    ${wrapText(rest, page.columns - 4, '    ')}`;
}

/** The words of a token without its marks: what is emphasised or linked reads as text. */
function plain(token: { type?: string; text?: string; tokens?: Token[] | undefined }): string {
  // A key such as `when` would read as a common word without its marks.
  if (token.type === 'codespan') return `\`${unescaped(token.text ?? '')}\``;
  if (token.tokens === undefined || token.tokens.length === 0) {
    return unescaped(token.text ?? '').replaceAll('\n', ' ');
  }
  return token.tokens.map((inner) => plain(inner as { text?: string; tokens?: Token[] })).join('');
}

/** marked leaves what it escaped in the text of code spans. */
const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
