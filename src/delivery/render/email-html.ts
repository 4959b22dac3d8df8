// The HTML part: tables of at most 600 px with inline styles, which Gmail and Outlook understand, and a style
// sheet for what only better clients know: dark mode and narrow screens. ghtml escapes every `${}`; `!${}` is for
// mark-up that was built here.
import { html } from 'ghtml';
import type { Entry, Hint, Letter, Section, Tone } from './letter.ts';
import { ARROWS, hasCourse, moreText } from './lines.ts';

/** A picture of ranks, shown as `cid:`. */
export type RankPicture = { cid: string; ranks: readonly (number | null)[] };

export const PICTURE_WIDTH = 132;
export const PICTURE_HEIGHT = 36;

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";
const TONES: Record<Tone, string> = { info: '#2f6fde', warning: '#b7791f', critical: '#c5303a', good: '#14804a' };
const DIRECTIONS: Record<Entry['direction'], string> = { up: '#14804a', down: '#c5303a', level: '#5f6b7a' };

// Only what clients without it can do without: Gmail's apps drop the dark-mode part, Outlook on Windows drops all.
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

/** The page, and the pictures it shows: the n-th entry with known ranks has the n-th picture. */
export function letterHtml(letter: Letter): { html: string; pictures: RankPicture[] } {
  const pictures: RankPicture[] = [];
  const addPicture = (ranks: RankPicture['ranks']): string => {
    const cid = `rank-${pictures.length + 1}@tidemark`;
    pictures.push({ cid, ranks });
    return cid;
  };
  const more = moreText(letter);
  const rows = [
    html`<tr><td class="pad" style="padding:24px 28px 4px">
      <h1 class="text" style="margin:0 0 8px;font-size:20px;line-height:26px;color:#1c2330">${letter.title}</h1>
      !${letter.intro.map((paragraph) => html`<p class="soft" style="margin:0 0 6px;font-size:14px;line-height:20px;color:#5f6b7a">${paragraph}</p>`)}
    </td></tr>`,
    ...letter.sections.map((section) => sectionHtml(section, addPicture)),
    ...(more === null ? [] : [html`<tr><td class="pad text" style="padding:8px 28px;font-size:14px;line-height:20px;color:#1c2330">${more}</td></tr>`]),
    html`<tr><td class="pad line" style="padding:16px 28px 24px;border-top:1px solid #e3e7ec">!${letter.footer.map(hintHtml)}</td></tr>`,
  ];
  return { html: page(letter, rows), pictures };
}

const page = (letter: Letter, rows: readonly string[]): string => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${letter.subject}</title><style>!${STYLE}</style></head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8">
<div style="display:none;max-height:0;overflow:hidden">${preview(letter)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f5f8"><tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border:1px solid #e3e7ec;border-radius:8px;!${FONT};text-align:left">
!${rows}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>
`;

/** What a list of mails shows after the subject: the news that the subject had no room for. */
const preview = ({ sections, intro }: Letter): string =>
  sections.flatMap((section) => section.entries).slice(1, 4).map(({ title, headline }) => `${title} ${headline}`).join(' · ') || intro.join(' ');

function sectionHtml(section: Section, addPicture: (ranks: RankPicture['ranks']) => string): string {
  return html`<tr><td class="pad" style="padding:16px 28px 0">
    <h2 class="text" style="margin:0;padding-left:10px;border-left:4px solid ${TONES[section.tone]};font-size:16px;line-height:22px;color:#1c2330">${section.heading}</h2>
    !${section.notes.map((note) => html`<p class="soft" style="margin:4px 0 0;font-size:13px;line-height:18px;color:#5f6b7a;word-break:break-word">${note}</p>`)}
  </td></tr>
  !${section.entries.map((entry) => entryHtml(entry, addPicture))}`;
}

function entryHtml(entry: Entry, addPicture: (ranks: RankPicture['ranks']) => string): string {
  const facts = entry.facts.map((fact) => html`<div style="margin-top:2px"><span class="soft" style="color:#5f6b7a">${fact.label}</span> ${fact.text}</div>`);
  return html`<tr><td class="pad" style="padding:12px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
    <td class="stack text" valign="top" style="font-size:14px;line-height:20px;color:#1c2330;word-break:break-word">
      <div style="font-size:16px;line-height:22px;font-weight:600">${entry.title}</div>
      <div class="${entry.direction}" style="font-weight:600;color:${DIRECTIONS[entry.direction]}">${ARROWS[entry.direction]} ${entry.headline}</div>
      !${facts}
      <div class="soft" style="margin-top:2px;font-size:12px;line-height:17px;color:#5f6b7a">!${entry.since === null ? '' : html`${entry.since}<br>`}${entry.context}</div>
    </td>
    !${hasCourse(entry) ? pictureHtml(entry, addPicture(entry.ranks)) : ''}
  </tr></table></td></tr>`;
}

const pictureHtml = ({ ranks }: Entry, cid: string): string =>
  html`<td class="stack" valign="top" align="right" width="${PICTURE_WIDTH + 16}" style="padding:4px 0 0 16px"><img src="cid:${cid}" width="${PICTURE_WIDTH}" height="${PICTURE_HEIGHT}" alt="rank over the last ${caption(ranks)}" style="display:inline-block;border:0"><div class="soft" style="font-size:11px;line-height:15px;color:#5f6b7a">${caption(ranks)}</div></td>`;

/** The picture has no axes: this is its scale. */
const caption = (ranks: readonly (number | null)[]): string => {
  const known = ranks.filter((rank) => rank !== null);
  return `${ranks.length} snapshots, #${Math.max(...known)} to #${Math.min(...known)}`;
};

const hintHtml = ({ text, command }: Hint): string =>
  html`<p class="soft" style="margin:8px 0 0;font-size:12px;line-height:17px;color:#5f6b7a">${text}!${command === null ? '' : html`<br><code class="code" style="display:inline-block;margin-top:2px;padding:2px 6px;border-radius:4px;background:#f3f5f8;color:#1c2330;!${MONO};font-size:12px;overflow-wrap:anywhere">!${command.split(' ').map(commandWord).join(' ')}</code>`}</p>`;

/** Clients break a line after `--`, which reads as an option of its own. */
const commandWord = (word: string): string => (word.startsWith('--') ? html`<span style="white-space:nowrap">${word}</span>` : html`${word}`);
