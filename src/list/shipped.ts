// The lists that come with the program.
import { CREATOR_RANKING } from './creator-ranking.ts';
import type { ListKind } from './list-kind.ts';
import { PRESETS } from './presets.ts';
import { PRODUCT_RANKING } from './product-ranking.ts';
import { SHOP_RANKING } from './shop-ranking.ts';
import { TRENDING_HASHTAGS, TRENDING_MUSIC } from './trending.ts';
import { VIDEO_RANKING } from './video-ranking.ts';
import { TOP_PRODUCTS } from './top-products.ts';

/** What KeyAPI serves. */
export const KEYAPI_LISTS: readonly ListKind[] = [
  TOP_PRODUCTS,
  PRODUCT_RANKING,
  SHOP_RANKING,
  CREATOR_RANKING,
  VIDEO_RANKING,
  TRENDING_HASHTAGS,
  TRENDING_MUSIC,
];

/** In the order of the manual; the first is what a watch tracks that names none. */
export const SHIPPED_LISTS: readonly ListKind[] = [
  ...KEYAPI_LISTS,
  ...Object.values(PRESETS).flatMap(({ lists }) => lists),
];

/** What a watch tracks that names none. */
export const DEFAULT_LIST: ListKind = TOP_PRODUCTS;

/** The list that a source's series name; undefined for one that a user declared. */
export const shippedList = (seriesSource: string): ListKind | undefined =>
  SHIPPED_LISTS.find((list) => list.seriesSource === seriesSource);
