import { letterHtml } from './email-html.ts';
import { letterText } from './email-text.ts';
import type { Picture } from './html-page.ts';
import { fitLetter } from './fit.ts';
import type { Letter } from './letter.ts';

/**
 * Gmail cuts a page at about 102 KB. What is lost then is the end: why the reader gets the mail,
 * and how to mute it.
 */
export const MAX_HTML_BYTES = 80_000;
/** The most entries, and so the most pictures: one for each entry. */
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
