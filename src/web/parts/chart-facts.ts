// What a chart is drawn of.
import type { Instant } from '../../lib/clock.ts';

export type ChartLine = {
  name: string;
  /** In the order of the slots; null where nothing is known. */
  values: readonly (number | null)[];
};

export type Chart = {
  /** What the chart shows, for screen readers. */
  label: string;
  isRank: boolean;
  slots: readonly { at: Instant; /** Why there is a gap; null for none. */ gap: string | null }[];
  /** The first is the one that the page is about. */
  lines: readonly ChartLine[];
  /** Slots at which the first is known not to be on the list, as indexes; and what that is called. */
  away: { indexes: readonly number[]; label: string };
  /** Alerts of the first, at indexes of slots. */
  marks: readonly { index: number; label: string }[];
  write: (value: number) => string;
  timeZone: string;
};

/** Where an index of a slot, and a value, are in the picture. */
export type Place = { x: (index: number) => number; y: (value: number) => number };
