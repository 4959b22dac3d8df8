// The HTML part of a letter. ghtml escapes every `${}`; `!${}` is for mark-up that was built here.
import { html } from 'ghtml';
import { rankPng } from '../../words/rank-png.ts';
import { DIRECTIONS, hintHtml, htmlPage, linked, TONES, type Picture } from './html-page.ts';
import type { Letter, Section } from './letter.ts';
import type { Entry } from '../../words/entry.ts';
import { ARROWS, hasCourse, leftOutText, moreText } from './lines.ts';

type Ranks = Entry['ranks'];

const PICTURE = { width: 132, height: 36 };

/** The page, and the pictures it shows: the n-th entry with known ranks has the n-th picture. */
export function letterHtml(letter: Letter): { html: string; pictures: Picture[] } {
  const pictures: Picture[] = [];
  const addPicture = (ranks: Ranks): string => {
    const cid = `rank-${pictures.length + 1}@tidemark`;
    pictures.push({ cid, draw: () => rankPng(ranks, PICTURE) });
    return cid;
  };
  const more = letter.more.url === undefined ? moreText(letter) : leftOutText(letter);
  const rows = [
    html`<tr><td class="pad" style="padding:24px 28px 4px">
      <h1 class="text" style="margin:0 0 8px;font-size:20px;line-height:26px;color:#1c2330;word-break:break-word">!${linked(letter.url, letter.title)}</h1>
      !${letter.intro.map((paragraph) => html`<p class="soft" style="margin:0 0 6px;font-size:14px;line-height:20px;color:#5f6b7a;word-break:break-word">${paragraph}</p>`)}
    </td></tr>`,
    ...letter.sections.map((section) => sectionHtml(section, addPicture)),
    ...(more === null
      ? []
      : [
          html`<tr><td class="pad text" style="padding:8px 28px;font-size:14px;line-height:20px;color:#1c2330;word-break:break-word">!${linked(letter.more.url, more)}</td></tr>`,
        ]),
    html`<tr><td class="pad line" style="padding:16px 28px 24px;border-top:1px solid #e3e7ec">!${letter.footer.map(hintHtml)}</td></tr>`,
  ];
  return { html: htmlPage({ subject: letter.subject, preview: preview(letter), rows }), pictures };
}

/** What a list of mails shows after the subject: the news that the subject had no room for. */
const preview = ({ sections, intro }: Letter): string =>
  sections
    .flatMap((section) => section.entries)
    .slice(1, 4)
    .map(({ title, headline }) => `${title} ${headline}`)
    .join(' · ') || intro.join(' ');

function sectionHtml(section: Section, addPicture: (ranks: Ranks) => string): string {
  return html`<tr><td class="pad" style="padding:16px 28px 0">
    <h2 class="text" style="margin:0;padding-left:10px;border-left:4px solid ${TONES[section.tone]};font-size:16px;line-height:22px;color:#1c2330;word-break:break-word">${section.heading}</h2>
    !${section.notes.map((note) => html`<p class="soft" style="margin:4px 0 0;font-size:13px;line-height:18px;color:#5f6b7a;word-break:break-word">${note}</p>`)}
  </td></tr>
  !${section.entries.map((entry) => entryHtml(entry, addPicture))}`;
}

function entryHtml(entry: Entry, addPicture: (ranks: Ranks) => string): string {
  const facts = entry.facts.map(
    (fact) =>
      html`<div style="margin-top:2px"><span class="soft" style="color:#5f6b7a">${fact.label}</span> ${fact.text}</div>`,
  );
  return html`<tr><td class="pad" style="padding:12px 28px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
    <td class="stack text" valign="top" style="font-size:14px;line-height:20px;color:#1c2330;word-break:break-word">
      <div style="font-size:16px;line-height:22px;font-weight:600">!${linked(entry.pages?.product ?? entry.link, entry.title)}</div>
      <div class="${entry.direction}" style="font-weight:600;color:${DIRECTIONS[entry.direction]}">${ARROWS[entry.direction]} ${entry.headline}</div>
      !${facts}
      <div class="soft" style="margin-top:2px;font-size:12px;line-height:17px;color:#5f6b7a">!${entry.since === null ? '' : html`${entry.since}<br>`}!${entry.pages === undefined ? html`${entry.context}` : pagesHtml(entry.context, entry.pages)}</div>
    </td>
    !${hasCourse(entry) ? pictureHtml(entry, addPicture(entry.ranks)) : ''}
  </tr></table></td></tr>`;
}

/** Its context, with its alert as a link, and one that mutes it. */
const pagesHtml = (context: string, { alert, mute }: NonNullable<Entry['pages']>): string =>
  html`${context} · !${linked(alert, 'why')} · !${linked(mute, 'mute')}`;

const pictureHtml = ({ caption }: Entry, cid: string): string =>
  html`<td class="stack" valign="top" align="right" width="${PICTURE.width + 16}" style="padding:4px 0 0 16px"><img src="cid:${cid}" width="${PICTURE.width}" height="${PICTURE.height}" alt="rank over the last ${caption}" style="display:inline-block;border:0"><div class="soft" style="font-size:11px;line-height:15px;color:#5f6b7a">${caption}</div></td>`;
