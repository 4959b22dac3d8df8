import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

export type SavedMail = { subject: string; date: string; file: string };

/**
 * Writes each mail as `.eml`, as it came, and as `.html` with its pictures inside, for any browser.
 * Oldest first.
 */
export async function saveMails(mails: readonly Buffer[], folder: string): Promise<SavedMail[]> {
  const saved: SavedMail[] = [];
  for (const [index, mail] of mails.entries()) {
    const {
      subject = '',
      date = '',
      html = '',
      attachments,
    } = await PostalMime.parse(mail, { attachmentEncoding: 'base64' });
    const file = String(index + 1).padStart(3, '0');
    writeFileSync(join(folder, `${file}.eml`), mail);
    const pictures = attachments.reduce(
      (text, { contentId = '', mimeType, content }) =>
        text.replaceAll(
          `cid:${contentId.replace(/^<|>$/g, '')}`,
          `data:${mimeType};base64,${base64Of(content)}`,
        ),
      html,
    );
    writeFileSync(join(folder, `${file}.html`), pictures);
    saved.push({ subject, date, file });
  }
  return saved;
}

/** Text already, as `attachmentEncoding` asks; the type allows bytes. */
const base64Of = (content: string | ArrayBuffer | Uint8Array): string =>
  typeof content === 'string' ? content : Buffer.from(new Uint8Array(content)).toString('base64');
