// What every HTML part shares: tables of at most 600 px with inline styles, which Gmail and Outlook
// understand, and a style sheet for what only better clients know: dark mode and narrow screens.
import { html } from 'ghtml';
import type { Entry, Hint, Tone } from '../../words/entry.ts';

/** A picture, shown as `cid:`. It is drawn only once the page is final. */
export type Picture = { cid: string; draw: () => Buffer };

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';
export const TONES: Record<Tone, string> = {
  info: '#2f6fde',
  warning: '#b7791f',
  critical: '#c5303a',
  good: '#14804a',
};
export const DIRECTIONS: Record<Entry['direction'], string> = {
  up: '#14804a',
  down: '#c5303a',
  level: '#5f6b7a',
};

// Rules that a mail can do without: Gmail's apps drop the dark mode, Outlook on Windows drops
// all of them.
const STYLE = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background:#14171c !important; } .card { background:#1d2128 !important; border-color:#333a45 !important; }
    .text { color:#e7eaf0 !important; } .soft { color:#a9b2c0 !important; } .line { border-color:#333a45 !important; }
    .code { background:#14171c !important; color:#dbe0e8 !important; }
    .up { color:#4fd08f !important; } .down { color:#ff8a80 !important; } .level { color:#a9b2c0 !important; }
  }
  @media (max-width: 480px) {
    .pad { padding-left:16px !important; padding-right:16px !important; }
    .stack { display:block !important; width:100% !important; text-align:left !important; padding-left:0 !important; }
  }`;

/**
 * What the client shows of a mail: `preview` in its list after the subject, `rows` as rows of the
 * one card.
 */
type HtmlPage = {
  subject: string;
  preview: string;
  rows: readonly string[];
  /** Further rules. */ style?: string;
};

const BDI: Record<string, string> = { '\u2068': '<bdi>', '\u2069': '</bdi>' };

/**
 * Marks of isolation (for right-to-left text) become an element. In attributes and in the title,
 * where elements are not possible, the characters stay.
 */
const withBdi = (page: string): string =>
  page.replace(/<title>[^<]*|<[^>]*>|[\u2068\u2069]/g, (part) => BDI[part] ?? part);

/** A whole page of HTML for a mail. `rows` are table rows that are escaped already. */
export const htmlPage = ({ subject, preview, rows, style = '' }: HtmlPage): string =>
  withBdi(
    html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${subject}</title><style>!${STYLE}!${style}</style></head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8">
<div style="display:none;max-height:0;overflow:hidden">${preview}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f5f8"><tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border:1px solid #e3e7ec;border-radius:8px;!${FONT};text-align:left">
!${rows}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>
`,
  );

/** Text as a link in the colour of what stands around it; only text where there is no address. */
export const linked = (url: string | undefined, text: string): string =>
  url === undefined ? html`${text}` : html`<a href="${url}" style="color:inherit">${text}</a>`;

/** A hint and its command, or its page. */
export const hintHtml = ({ text, command, url }: Hint): string =>
  html`<p class="soft" style="margin:8px 0 0;font-size:12px;line-height:17px;color:#5f6b7a;word-break:break-word">!${linked(url, text)}!${command === null ? '' : html`<br><code class="code" style="display:inline-block;margin-top:2px;padding:2px 6px;border-radius:4px;background:#f3f5f8;color:#1c2330;!${MONO};font-size:12px;overflow-wrap:anywhere">!${command.split(' ').map(commandWord).join(' ')}</code>`}</p>`;

/** Mail programs break a line after `--`, and what follows would read as an option of its own. */
const commandWord = (word: string): string =>
  word.startsWith('--') ? html`<span style="white-space:nowrap">${word}</span>` : html`${word}`;
