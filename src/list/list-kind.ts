/**
 * What a list declares about itself. Data only: config, parser, storage, gates, change columns,
 * views, rules, digests, tables, exports and the manual read it, and nothing else in the program
 * names a metric.
 */

import type { Dated } from './dated.ts';
import type { Echo, ListRequest } from './request.ts';

/** One figure of a row. */
export type Metric = {
  /** Its name in tables, views, rules, files and rule tests. */
  column: string;
  /** Where it stands in a row as served: keys, from the outside in. */
  path: readonly string[];
  /**
   * A whole number of things, a percentage from 0 to 100, an amount of money, or any other number.
   */
  kind: 'count' | 'percent' | 'money' | 'number';
  /** Of money; null for other kinds. */
  currency: 'USD' | 'unknown' | null;
  /** May it be below 0? Elsewhere a negative value is no value. */
  signed: boolean;
  /** What it counts over: the window of the list, all time, or the moment. */
  window: 'period' | 'total' | 'now';
  /** To how many significant digits the source rounds it; null when it does not. */
  significant: number | null;
  /** May a 0 mean "not covered" instead of "none"? Then it is read as not known. */
  zeroMayMeanUnknown: boolean;
  /** In words, as readers of messages and documents see it. */
  label: string;
  description: string;
  /** Does it have a z-score, `COLUMN_z`? At most two of a list, besides the rank. */
  scored: boolean;
  /**
   * Digests total it and pages lead with it: at most three of a list, the first of which stands for
   * all where there is room for one.
   */
  headline: Headline | null;
};

export type Headline = {
  /** Above a figure: `Ad spend`. */
  title: string;
  /** A percent change from a smaller base says nothing, and is written as "from 17". */
  tinyBase: number;
  /** Is more of it good? Money spent is neither good nor bad. */
  moreIsGood: boolean;
};

/**
 * One key of a watch that says what is asked for. Two lists can be compared only if all of these,
 * and the depth, are the same.
 */
export type Parameter = {
  /** In the config, in views and in files: `region`, `time_scope` … */
  key: string;
  description: string;
  values: ParameterValues;
  /**
   * The value where a watch does not give one; null is "not asked for". Undefined: a watch must
   * give one.
   */
  fallback: string | number | null | undefined;
  /** Says what was probably not meant by a valid value; null when nothing is odd about it. */
  doubt: (value: string | number) => string | null;
  /** How messages write a value: `US, 1-day window, category 601583`. */
  write: (value: string | number) => string;
  /**
   * Its column in views, and whether change rows have it too, not only `history`. `name` where the
   * key is a word of SQL, or a column already.
   */
  column: { name?: string; description: string; inChanges: boolean };
};

/** What a parameter is called in views and files. */
export const columnOfParameter = ({ key, column }: Pick<Parameter, 'key' | 'column'>): string =>
  column.name ?? key;

export type CategoryLevel = 1 | 2 | 3 | 'any';

export type ParameterValues =
  | { kind: 'whole'; from: number; to: number }
  /** One of a few words, each with what the source is told for it. */
  | { kind: 'choice'; of: readonly { value: string; sent: string }[] }
  | {
      /** `id`: digits, which may stand in a config without quotes. */
      kind: 'text' | 'id';
      /** What is wrong with a text, in words that do not repeat it; null for nothing. */
      check: (text: string) => string | null;
      /** For editors. */
      pattern?: RegExp;
      examples?: readonly string[];
      /** Of ids of categories: of which level of the tree. A config may name them. */
      categories?: CategoryLevel;
      /** What was probably meant by a text that is wrong. */
      suggest?: (text: string) => string | undefined;
    };

/** What a watch says of one parameter; null is "not asked for". */
export type AskedValue = string | number | null;

/** What a watch says of all parameters of its list, by their keys. */
export type Asked = Readonly<Record<string, AskedValue>>;

/** May a watch ask without it? */
export const isOptional = ({ fallback }: Parameter): boolean => fallback === null;

export type ListKind = {
  /** As `list:` in a watch names it. */
  name: string;
  /** Heads messages about it: `Top products`. */
  title: string;
  /** As `series.source` has it. Never changed: it is part of what tells series apart. */
  seriesSource: string;
  /** What a row is called. */
  row: { one: string; many: string };
  /**
   * Where a row as served has its id, its name and its groups (category levels), outermost first;
   * keys, from the outside in.
   */
  identity: {
    id: readonly string[];
    /** null: rows have none, and are called by their id. */
    name: readonly string[] | null;
    groups: readonly (readonly string[])[];
    /** Set where groups are ids of categories: they get their names where the tree is known. */
    groupsAre?: 'categories';
    /** What stands in a group that means none, such as the id `0`. */
    noGroup: readonly string[];
  };
  /** Where a row says its rank, from 1; null: its place is its rank. */
  rank: readonly string[] | null;
  /** What a row must say of itself, such as the region or date that was asked for. */
  echo: readonly Echo[];
  /** How it is asked for and read; null: by code of its own, in source/. */
  request: ListRequest | null;
  /** Set for a list of a day, a week or a month; null for a list of the present moment. */
  dated: Dated | null;
  /** How many ranks the source has at most; undefined: not known. */
  mostRanks?: number | undefined;
  /** The page of a row at the source, with `{id}`; null for none. */
  link: string | null;
  parameters: readonly Parameter[];
  /** In the order they are shown. */
  metrics: readonly Metric[];
  /**
   * The metric that orders it, from the greatest; where a parameter says which, that of each of its
   * values; null when nothing says so.
   */
  orderedBy: string | { by: string; of: Readonly<Record<string, string>> } | null;
  /**
   * The count by which a list is recognised: for one product it differs little from list to list,
   * but much from the list of another region or window. Null when it has none: then the other gates
   * must do.
   */
  level: string | null;
  /**
   * Metrics that go into the content hash of a list by their place. Metrics added later go in by
   * name, and only where they are known, so that a new metric does not change the hashes of what is
   * stored. Never changed.
   */
  hashedInOrder: readonly string[];
  /**
   * Change columns that tables show beside rank, name and category: the last of `drop` goes first
   * where room is short.
   */
  shown: readonly { column: string; head: string; drop: number | null }[];
  /** Its table of observations; made when a watch first uses the list. */
  table: string;
  /** Before the names of its views: `product_ranking_`. */
  viewPrefix: string;
  /**
   * Parameters that go into the key of a series by their place; null: all go in by name. Never
   * changed.
   */
  keyedInOrder: readonly string[] | null;
  /**
   * The parameter that says over how many days the metrics count, as a number or as `day`, `week`
   * or `month`; null: one day.
   */
  windowParameter: string | null;
};

/** What the metrics of a list count over, in days. */
export function windowDaysOf({ windowParameter }: ListKind, asked: Asked): number {
  const said = windowParameter === null ? 1 : (asked[windowParameter] ?? 1);
  return DAYS_OF[said] ?? Number(said);
}

const DAYS_OF: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30 };

/** The column of the metric that orders a list as it is asked for; null when nothing says so. */
export function orderOf({ orderedBy }: Pick<ListKind, 'orderedBy'>, asked: Asked): string | null {
  if (orderedBy === null || typeof orderedBy === 'string') return orderedBy;
  return orderedBy.of[String(asked[orderedBy.by] ?? '')] ?? null;
}

/** The metrics that digests total, in the order of the list. */
export const headlinesOf = (list: ListKind): readonly Metric[] =>
  list.metrics.filter(({ headline }) => headline !== null);

/** The headline that stands for all; a list without any has none. */
export const firstHeadline = (list: ListKind): Metric | null => headlinesOf(list)[0] ?? null;

/** The metric of a column; undefined where it is none. */
export const findMetric = (list: ListKind, column: string): Metric | undefined =>
  list.metrics.find((metric) => metric.column === column);

/** Whether a change column such as `posts_before` is a metric, or which figure of which one. */
export type MetricColumn = { metric: Metric; figure: '' | '_before' | '_delta' | '_pct' };

/** The metric that a change column speaks of; null for one that speaks of none. */
export function metricColumn(list: ListKind, column: string): MetricColumn | null {
  const whole = findMetric(list, column);
  if (whole !== undefined) return { metric: whole, figure: '' };
  const [, base = '', figure = ''] = /^(.+)(_before|_delta|_pct)$/.exec(column) ?? [];
  const metric = findMetric(list, base);
  return metric === undefined ? null : { metric, figure: figure as MetricColumn['figure'] };
}

/** What has a z-score: the rank, and the scored metrics. */
export const scoredColumns = (list: ListKind): readonly string[] => [
  'rank',
  ...list.metrics.filter(({ scored }) => scored).map(({ column }) => column),
];
