import { cleanText } from '../lib/text.ts';

/** The product with this id; or else those of this name, in any case. */
export function matchProducts<Product extends { upstreamId: string; name: string }>(
  text: string,
  known: readonly Product[],
): Product[] {
  const byId = known.filter(({ upstreamId }) => upstreamId === text);
  return byId.length > 0 ? byId : known.filter(({ name }) => fold(name) === fold(text));
}

/** Products with this text somewhere in their names. */
export function searchProducts<Product extends { name: string }>(
  text: string,
  known: readonly Product[],
): Product[] {
  const part = fold(text);
  return part === '' ? [] : known.filter(({ name }) => fold(name).includes(part));
}

const fold = (text: string): string => cleanText(text).normalize('NFKC').toLowerCase();
