import type { DigestMessage } from '../../model.ts';
import { digestPage } from './compose.ts';
import { MAX_HTML_BYTES, type EmailContent } from '../render/email-content.ts';
import { digestHtml } from './html.ts';
import type { DigestPage } from './page.ts';
import { digestText } from './text.ts';

/** A digest as a mail, with as many rows of each list as fit: both parts show the same. */
export function digestMail(message: DigestMessage, channel: string): EmailContent {
  const page = digestPage(message, channel);
  for (let max = longest(page); ; max = Math.floor(max * 0.85)) {
    const cut = cutRows(page, max);
    const { html, pictures } = digestHtml(cut);
    if (max === 0 || Buffer.byteLength(html) <= MAX_HTML_BYTES)
      return { subject: page.subject, thread: page.thread, text: digestText(cut), html, pictures };
  }
}

const longest = (page: DigestPage): number =>
  Math.max(0, ...page.lists.map(({ rows }) => rows.length));

/** The page with at most `max` rows in each list, charts excepted; the others are counted. */
const cutRows = (page: DigestPage, max: number): DigestPage => ({
  ...page,
  lists: page.lists.map((list) =>
    list.chart === null
      ? {
          ...list,
          rows: list.rows.slice(0, max),
          more: { ...list.more, count: list.more.count + Math.max(0, list.rows.length - max) },
        }
      : list,
  ),
});
