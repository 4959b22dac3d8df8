// Declarations that the program ships for sources of type http.
import type { ListKind } from './list-kind.ts';
import { APPLE_CHARTS } from './apple-charts.ts';

export type Preset = { baseUrl: string; lists: readonly ListKind[] };

/** By the name that `preset:` has. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  'apple-charts': APPLE_CHARTS,
};

/** The preset of a name in an unchecked file; undefined for none. */
export const presetOf = (name: unknown): Preset | undefined =>
  typeof name === 'string' && Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
