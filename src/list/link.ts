// The page of a row at its source.
import { fillTemplate } from './template.ts';
import type { Asked, ListKind } from './list-kind.ts';

/**
 * The address of a row, as its list declares it; undefined where it declares none, or where the address
 * would be none of the web. Ids come from others: they are encoded, but for the slashes of a path.
 */
export function linkOf(
  { link }: Pick<ListKind, 'link'>,
  asked: Asked,
  id: string,
): string | undefined {
  if (link === null || !/^https?:\/\//i.test(link)) return undefined;
  const said: Record<string, string | null> = { id };
  for (const [key, value] of Object.entries(asked))
    said[key] = value === null ? null : String(value);
  const encode = (text: string) => text.split('/').map(encodeURIComponent).join('/');
  const filled = fillTemplate(link, said, encode);
  return filled !== null && URL.canParse(filled) ? new URL(filled).href : undefined;
}
