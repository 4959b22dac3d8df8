// Where an entry leads, for chats that show a link beside its text.
import type { Entry } from '../../words/entry.ts';

/** An address, and the host to show for it: no text of a source stands in the link. */
export type ChatLink = { url: string; host: string };

/**
 * The page of an entry: yours, or else that of its source; null for none. Characters that end a link
 * in Slack or Discord are encoded, so that no id can break out of it.
 */
export function chatLink({ pages, link }: Entry): ChatLink | null {
  const address = pages?.product ?? link;
  if (address === undefined || !URL.canParse(address)) return null;
  const { href, host, protocol } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const url = href.replace(
    /[()<>[\]|\\*_~`"'\s]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return { url, host };
}
