import type { Called } from '../../words/as-called.ts';
import type { DigestMessage } from '../../message/digest.ts';
import { digestPage } from './compose.ts';
import { MAX_HTML_BYTES, type EmailContent } from '../render/email-content.ts';
import type { PageLinks } from '../page-links.ts';
import { digestHtml } from './html.ts';
import { cutPage, type Caps } from './cut-page.ts';
import type { DigestPage } from './page.ts';
import { digestText } from './text.ts';

/** Nobody reads a table of more lists than this, nor more rules. */
const MOST = { tableRows: 60, rules: 30, lines: 5 };

/**
 * A digest as a mail, with as much of every part as fits: both parts show the same, and count what
 * they leave out. With `links` it leads to the page; commands are
 * written as `called`.
 */
export function digestMail(
  message: DigestMessage,
  channel: string,
  links?: PageLinks,
  called?: Called,
): EmailContent {
  const page = digestPage(message, channel, links, called);
  const most = longest(page);
  for (let share = 1; ;) {
    const isLast = share < 0.02;
    const cut = isLast ? bare(page) : cutPage(page, capsOf(most, share));
    const { html, pictures } = digestHtml(cut);
    const text = digestText(cut);
    const bytes = Math.max(...[html, text].map((part) => Buffer.byteLength(part)));
    if (isLast || bytes <= MAX_HTML_BYTES)
      return { subject: page.subject, thread: page.thread, text, html, pictures };
    // Some parts do not get smaller with the share, so the guess is made smaller than the ratio
    // says.
    share *= Math.min(0.85, MAX_HTML_BYTES / bytes);
  }
}

/**
 * At least one of everything, so that no part is pushed out by another. The rows of the table of
 * lists are short, and are cut later.
 */
const capsOf = (rows: number, share: number): Caps => ({
  rows: Math.max(1, Math.floor(rows * share)),
  tableRows: Math.max(1, Math.floor(MOST.tableRows * Math.min(1, share * 3))),
  rules: Math.max(1, Math.floor(MOST.rules * share)),
  lines: Math.max(1, Math.floor(MOST.lines * share)),
});

const longest = (page: DigestPage): number =>
  Math.max(0, ...page.lists.map(({ rows }) => rows.length));

/** The news, what the data is worth, and where the rest is. */
const bare = (page: DigestPage): DigestPage => ({
  ...page,
  alerts: null,
  totals: null,
  lists: [],
  categories: [],
});
