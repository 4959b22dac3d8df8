// EchoTik's own door to the rankings of a date: the same rows as KeyAPI's, under other addresses. A
// watch that goes from one door to the other goes on in its series.
import { CREATOR_RANKING } from './creator-ranking.ts';
import type { ListKind } from './list-kind.ts';
import { PRODUCT_RANKING } from './product-ranking.ts';
import { SHOP_RANKING } from './shop-ranking.ts';
import { VIDEO_RANKING } from './video-ranking.ts';

const throughEchotik = (list: ListKind, name: string): ListKind => ({
  ...list,
  request: list.request && { ...list.request, url: `/echotik/${name}/ranklist` },
});

/** What a source of type echotik serves. */
export const ECHOTIK_LISTS: readonly ListKind[] = [
  throughEchotik(PRODUCT_RANKING, 'product'),
  throughEchotik(SHOP_RANKING, 'seller'),
  throughEchotik(CREATOR_RANKING, 'influencer'),
  throughEchotik(VIDEO_RANKING, 'video'),
];
