// What a digest says: figures of one list at one time beside another. Nothing is ever summed over
// days, since windows overlap. JSON bodies of webhooks, so their keys are snake_case.
import type { AboutList } from './about-list.ts';
import type { Severity } from '../config/config.ts';
import type { Metric } from '../list/list-kind.ts';
import type { SnapshotStatus } from '../model.ts';
import type { AlertFact } from './alerts.ts';

/** A scheduled summary of the period (since_at, slot_at]. */
export type DigestMessage = { type: 'digest.ready'; timestamp: string; data: DigestFacts };

export type DigestFacts = {
  digest: string;
  since_at: string;
  slot_at: string;
  /** How many periods it covers: more than one when those before could not be written in time. */
  periods: number;
  timezone: string;
  locale: string;
  /** `previous`, or a duration such as `7d`. */
  compare: string;
  /**
   * How much of it people are shown; programs get all. Digests of earlier versions, which have none,
   * are `full`.
   */
  detail?: 'short' | 'full';
  /** Is it sent on schedule, or was it asked for by hand? */
  origin: 'schedule' | 'manual';
  /** Nothing fired, entered, left or moved by much, and no data is missing. */
  quiet: boolean;
  credits: {
    used: number;
    /** Of today, at `slot_at`; null without a daily limit. */ left: number | null;
    /** Of several sources: what each with a limit has left. */
    sources?: readonly { source: string; left: number }[];
  };
  /** In the order of the config. */
  watches: DigestWatch[];
  alerts: DigestRule[];
  climbers: DigestList;
  fallers: DigestList;
  entered: DigestList;
  returned: DigestList;
  left: DigestList;
  /** Products of the baseline that were never better than in this period. */
  records: DigestList;
  streaks: DigestList;
};

/** The first rows of a list, over all watches, and how many there are. */
export type DigestList = { total: number; rows: DigestRow[] };

/**
 * One product in one list: its change row, and what leads up to it; the figure of the list's first
 * headline under its column.
 */
export type DigestRow = {
  watch: string;
  product: AlertFact['product'];
  /** NULL without a baseline. */
  status: 'new' | 'returned' | 'stayed' | 'left' | null;
  rank: number | null;
  rank_before: number | null;
  rank_gain: number | null;
  rank_best: number | null;
  /** Its best rank as of the baseline. */
  rank_best_before: number | null;
  slots_on_list: number | null;
  streak: number | null;
  /** For who returned or left: the last snapshot before, and its rank there. */
  last_seen: { slot_at: string; rank: number } | null;
  /** Ranks at `chart.slots` of its watch; null where it was not seen, or nothing is known. */
  ranks: (number | null)[];
};

/** A figure now and in the baseline. */
export type DigestFigure = {
  now: number | null;
  before: number | null;
  /** NULL when the base is 0 or less, or not known. */
  pct: number | null;
  /** The difference may be nothing but the source's rounding to 3 significant digits. */
  about_same: boolean;
};

/**
 * The figure of a metric, which stands among the keys of a row under its column; null where the row
 * has none.
 */
export const figureIn = (row: DigestRow, { column }: Metric): DigestFigure | null =>
  (row as unknown as Readonly<Record<string, DigestFigure | undefined>>)[column] ?? null;

/**
 * The total of a metric, which stands among the keys of a list or category under its column; null
 * where there is none, as in a digest of a time before the list had the metric.
 */
export const totalIn = (
  holder: DigestTotals | DigestCategory,
  { column }: Metric,
): DigestTotal | null =>
  (holder as unknown as Readonly<Record<string, DigestTotal | undefined>>)[column] ?? null;

/**
 * The sum of a metric over the products of one list. `before`, `pct` and `about_same` speak of the
 * `compared` products of which it is known on both sides, whose sum is now `compared_now`.
 */
export type DigestTotal = DigestFigure & {
  compared: number;
  compared_now: number | null;
  /** Of how many products it is not known: of those on the list, and of those in the baseline. */
  unknown: number;
  unknown_before: number;
};

export type DigestTrouble = {
  slot_at: string;
  status: Exclude<SnapshotStatus, 'complete'> | 'pending';
  reason: string;
};

/** The figures of one list; each headline of the list stands under its column: `totalIn`. */
export type DigestTotals = {
  products: DigestFigure;
  entered: number;
  returned: number;
  left: number;
};

export type DigestWatch = AboutList & {
  watch: string;
  /**
   * The date of `snapshot`, where the list is a dated one; else null. Digests of earlier versions
   * have none.
   */
  data_date?: string | null;
  health: {
    /** Slots of the period, by the schedule. */
    expected: number;
    /** Of these, by what came of them; `pending` are not taken yet. */
    complete: number;
    partial: number;
    stale: number;
    suspect: number;
    failed: number;
    missed: number;
    pending: number;
    /** Snapshots taken by hand or imported, not counted above. */
    extra: number;
    /** Of all these, those whose rows are in a lake alone; only where there are some. */
    in_lake?: { snapshots: number; from: string; to: string };
    /** What is not complete, the newest first, at most 10. */
    troubles: DigestTrouble[];
    credits: number;
  };
  /** The newest complete snapshot of the period: what all figures are of. */
  snapshot: {
    id: number;
    slot_at: string;
    rows: number;
    /** Length of the list, as far as it is tracked. */ of: number;
  } | null;
  baseline: { id: number; slot_at: string; gap_days: number } | null;
  /** Why there is no snapshot or no baseline; null when there are both. */
  missing: DigestMissing | null;
  /** NULL without a snapshot. What speaks of a change is zero or unknown without a baseline. */
  totals: DigestTotals | null;
  alerts: { fired: number; resolved: number; muted: number };
  /** Who moved most, up or down. */
  top_mover: DigestRow | null;
  chart: {
    /** Slots of the list from the baseline on, oldest first, thinned out where there are many. */
    slots: string[];
    /** The first ten, for the first watches of the digest. */
    rows: DigestRow[];
  } | null;
  /**
   * The first-level categories with most of the first headline, and how many there are; for the
   * first watches of the digest.
   */
  categories: { total: number; rows: DigestCategory[] };
};

/**
 * not_started nothing was taken yet no_complete no complete snapshot in the period; the last one
 * before it is of `at` no_baseline nothing complete to compare with; the first complete snapshot of
 * this list is of `at` in_lake the list of `at` is what should be shown, or what it should be
 * compared with, and is in a lake alone
 */
export type DigestMissing = {
  kind: 'not_started' | 'no_complete' | 'no_baseline' | 'in_lake';
  at: string | null;
};

/** The first headline of the list stands under its column: `totalIn`. */
export type DigestCategory = {
  category_l1: string | null;
  products: DigestFigure;
  entered: number;
  returned: number;
  left: number;
  climbed: number;
  fell: number;
};

/** What one rule said in the period. */
export type DigestRule = {
  rule: string;
  severity: Severity;
  /** Told. */
  fired: number;
  resolved: number;
  /** Fired, but kept quiet by a silence or a cooldown. */
  muted: number;
  /** True already when the rule first met the list. */
  adopted: number;
  /** Told, and firing at the end of the period, whenever that began. */
  open: number;
  /** Some of them: those that fired, the newest first, and then those that resolved. */
  alerts: {
    id: number;
    watch: string;
    product: AlertFact['product'];
    event: 'fired' | 'resolved';
    at: string;
    rank: number | null;
    rank_before: number | null;
  }[];
};
