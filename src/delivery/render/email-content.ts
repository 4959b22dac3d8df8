import { letterHtml } from './email-html.ts';
import { letterText } from './email-text.ts';
import type { Picture } from './html-page.ts';
import { fitLetter } from './fit.ts';
import type { Letter } from './letter.ts';

/**
 * Gmail cuts a page at about 102 KB, and what is lost is the end: why the reader gets it, and how
 * to mute.
 */
export const MAX_HTML_BYTES = 80_000;
/** Also the limit of pictures: one per entry. */
const MAX_ENTRIES = 20;

/** Both parts of a mail, telling the same facts. */
export type EmailContent = {
  subject: string;
  /** Mails with the same thread belong together. */
  thread: string;
  text: string;
  html: string;
  /** Shown in the page as `cid:`. */
  pictures: readonly Picture[];
};

/** The letter as a mail of at most 80 KB and 20 pictures. */
export function letterContent(letter: Letter): EmailContent {
  const write = (cut: Letter): EmailContent => ({
    subject: letter.subject,
    thread: letter.thread,
    text: letterText(cut),
    ...letterHtml(cut),
  });
  const fits = ({ html }: EmailContent) => Buffer.byteLength(html) <= MAX_HTML_BYTES;
  return fitLetter(letter, MAX_ENTRIES, write, fits);
}
