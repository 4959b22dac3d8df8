// Declarations that the program ships for sources of type http.
import type { ListKind } from './list-kind.ts';
import { APPLE_CHARTS } from './apple-charts.ts';
import { HACKER_NEWS } from './hacker-news.ts';
import { HUGGINGFACE_TRENDING } from './huggingface-trending.ts';
import { STEAM_MOST_PLAYED } from './steam-most-played.ts';
import { WIKIPEDIA_TOP_PAGES } from './wikipedia-top-pages.ts';

export type Preset = { baseUrl: string; lists: readonly ListKind[] };

/** By the name that `preset:` has. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  'apple-charts': APPLE_CHARTS,
  'wikipedia-top-pages': WIKIPEDIA_TOP_PAGES,
  'steam-most-played': STEAM_MOST_PLAYED,
  'huggingface-trending': HUGGINGFACE_TRENDING,
  'hacker-news': HACKER_NEWS,
};

/** The preset of a name in an unchecked file; undefined for none. */
export const presetOf = (name: unknown): Preset | undefined =>
  typeof name === 'string' && Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
