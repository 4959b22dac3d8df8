// Section 3 of the design, read once more and written by brute force: lists, statuses, baselines and change rows. It
// shares nothing with src/: a mistake there must not be repeated here. Types of the config are all it takes.
import type { Compare } from '../../src/config/config.ts';

export const DAY = 86_400_000;

export type Status = 'complete' | 'partial' | 'stale' | 'suspect' | 'failed' | 'missed';
export type Value = number | string | null;
/** A change row by column name. */
export type Row = Record<string, Value>;

/** What the oracle must be told of a kind of list. */
export type Vocabulary = {
  /** Its metrics, and whether they are counts (whose differences are whole). */
  metrics: Readonly<Record<string, 'count' | 'share'>>;
  /** Those that have a z-score. */
  scored: readonly string[];
  /** What change rows say of what was asked for. */
  asked: readonly string[];
  /** Each list is that of the period before its slot (UTC), and of one period there is one list. */
  period?: 'day' | 'week' | 'month';
};

export const TOP_PRODUCTS_WORDS: Vocabulary = {
  metrics: {
    posts: 'count',
    posts_growth: 'share',
    impressions: 'count',
    likes: 'count',
    comments: 'count',
    shares: 'count',
    ctr: 'share',
    cvr: 'share',
    view_rate_6s: 'share',
    cpa: 'share',
    cost: 'share',
  },
  scored: ['posts', 'impressions'],
  asked: ['region', 'time_scope'],
};

/** Those of the list in test/support/games.ts. */
export const GAMES_WORDS: Vocabulary = {
  metrics: { players: 'count', hours: 'share', price: 'share', reviews: 'count', praise: 'share' },
  scored: ['hours', 'reviews'],
  asked: ['platform', 'days'],
};

/** The same as lists of a day, a week and a month. */
export const DAY_WORDS: Vocabulary = { ...GAMES_WORDS, period: 'day' };
export const WEEK_WORDS: Vocabulary = { ...GAMES_WORDS, period: 'week' };
export const MONTH_WORDS: Vocabulary = { ...GAMES_WORDS, period: 'month' };

const BEGINS: Record<NonNullable<Vocabulary['period']>, (day: Date) => boolean> = {
  day: () => true,
  week: (day) => day.getUTCDay() === 1,
  month: (day) => day.getUTCDate() === 1,
};

/** The first day of the period a list is of, the last one that is over: `YYYY-MM-DD`. */
export function periodBefore(period: Vocabulary['period'] = 'day', slotAt: number): string {
  const begins = BEGINS[period];
  let at = Math.floor(slotAt / DAY) * DAY;
  // Back to where the period that runs began, and to where the one before it did.
  while (!begins(new Date(at))) at -= DAY;
  do at -= DAY;
  while (!begins(new Date(at)));
  return new Date(at).toISOString().slice(0, 10);
}

/** By the name of the list. */
export const WORDS: Readonly<Record<string, Vocabulary>> = {
  'top-products': TOP_PRODUCTS_WORDS,
  'most-played': GAMES_WORDS,
  'most-played-of-a-day': DAY_WORDS,
  'most-played-of-a-week': WEEK_WORDS,
  'most-played-of-a-month': MONTH_WORDS,
};

type Metrics = Readonly<Record<string, number | null>>;

/** A served row; null has no usable id. Metrics that are not named are unknown. */
export type Served = {
  id: string;
  name: string;
  l1: string | null;
  l2: string | null;
  metrics: Metrics;
} | null;

/** What one crawl brought: pages by number; those that are missing after all retries are not in it. */
export type Crawl = {
  pages: { page: number; rows: Served[] }[];
  pageSize: number;
  /** How many pages were asked for in vain. */
  missing: number;
  total: number;
  depth: number;
};

export type Seen = { rank: number; metrics: Metrics };
export type Snap = {
  slotAt: number;
  takenAt: number | null;
  status: Status;
  isImport: boolean;
  intervalMs: number;
  rows: Map<string, Seen>;
  /** What it lacked though no page was missing. */
  lacks: string | null;
};

/** The position in the list as served; a product seen twice keeps its better rank; rows without an id keep their place. */
export function ranked({ pages, pageSize, depth }: Crawl): Map<string, Seen> {
  const rows = new Map<string, Seen>();
  for (const { page, rows: served } of pages) {
    for (const [place, row] of served.entries()) {
      const rank = (page - 1) * pageSize + place + 1;
      if (row === null || rank > depth) continue;
      const known = rows.get(row.id);
      if (known !== undefined && known.rank < rank) continue;
      rows.set(row.id, { rank, metrics: row.metrics });
    }
  }
  return rows;
}

const SERVED_AGAIN_MS = 30 * 86_400_000;

/**
 * The status of a list. Which lists are suspect is a matter of thresholds that the design leaves open: it is handed in.
 * `earlier` are the snapshots of the series before it, in slot order.
 */
export function statusOf(
  rows: Map<string, Seen>,
  crawl: Crawl,
  earlier: readonly Snap[],
  { slotAt, intervalMs, isDated }: { slotAt: number; intervalMs: number; isDated: boolean },
  isSuspect: boolean,
): Status {
  if (rows.size === 0) return 'failed';
  const latest = earlier.findLast((snap) => snap.rows.size > 0);
  // The last list again, or one of the last 30 days: ranks alone may come back to what they were.
  const hasFigures = [...rows.values()].some(({ metrics }) =>
    Object.values(metrics).some((value) => value !== null),
  );
  // Of lists of a date four periods are looked through, also where these are months.
  const againMs = isDated ? Math.max(SERVED_AGAIN_MS, 4 * intervalMs) : SERVED_AGAIN_MS;
  const served = earlier.filter(
    (snap) =>
      snap === latest || (hasFigures && snap.rows.size > 0 && slotAt - snap.slotAt <= againMs),
  );
  if (served.some((snap) => isSame(snap.rows, rows))) return 'stale';
  if (isSuspect) return 'suspect';
  // A page that was asked for was needed: while it is missing a list is never complete.
  if (crawl.missing > 0) return 'partial';
  const lacks = lackOf(rows, crawl);
  if (lacks === null) return 'complete';
  const before = countedBefore(earlier, slotAt, intervalMs).slice(0, 2);
  // Three in a row that lack the same are how the list is.
  return before.length === 2 && before.every((snap) => snap.lacks === lacks)
    ? 'complete'
    : 'partial';
}

/**
 * How many products are missing of those there should be, how many rows have no id, and how many a
 * product that stands elsewhere too. Null when none is missing, or a page is.
 */
export function lackOf(rows: Map<string, Seen>, crawl: Crawl): string | null {
  if (crawl.missing > 0) return null;
  const places = crawl.pages
    .flatMap(({ page, rows: served }) =>
      served.map((row, place) => ({ row, rank: (page - 1) * crawl.pageSize + place + 1 })),
    )
    .filter(({ rank }) => rank <= crawl.depth);
  const lowest = Math.max(0, ...places.map(({ rank }) => rank));
  const missing = Math.min(crawl.depth, Math.max(crawl.total, lowest)) - rows.size;
  if (missing <= 0) return null;
  const nameless = places.filter(({ row }) => row === null).length;
  return [missing, nameless, places.length - nameless - rows.size].join('/');
}

/**
 * The complete and partial lists before a slot, newest first. Of those that lie within half an
 * interval of each other only the latest counts.
 */
function countedBefore(earlier: readonly Snap[], slotAt: number, intervalMs: number): Snap[] {
  let from = slotAt;
  return earlier
    .filter(({ status }) => status === 'complete' || status === 'partial')
    .sort((a, b) => b.slotAt - a.slotAt)
    .filter((snap) => {
      if (from - snap.slotAt < intervalMs / 2) return false;
      from = snap.slotAt;
      return true;
    });
}

function isSame(a: Map<string, Seen>, b: Map<string, Seen>): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([id, seen]) => {
    const other = b.get(id);
    return (
      other !== undefined &&
      other.rank === seen.rank &&
      Object.keys({ ...other.metrics, ...seen.metrics }).every(
        (name) => (other.metrics[name] ?? null) === (seen.metrics[name] ?? null),
      )
    );
  });
}

/** The snapshot a change is measured against; `snaps` is the whole series, `maxGapMs` of `previous` null means 3 intervals. */
export function baselineOf(
  snaps: readonly Snap[],
  snap: Snap,
  compare: Compare,
  maxGapMs: number | null,
): Snap | null {
  const candidates = snaps.filter(
    (other) => other.status === 'complete' && other.slotAt < snap.slotAt,
  );
  if (compare.kind === 'previous') {
    const last = candidates.reduce<Snap | null>(
      (best, other) => (best === null || other.slotAt > best.slotAt ? other : best),
      null,
    );
    return last !== null && snap.slotAt - last.slotAt <= (maxGapMs ?? 3 * snap.intervalMs)
      ? last
      : null;
  }
  const target = snap.slotAt - compare.ms;
  const distance = (other: Snap) => Math.abs(other.slotAt - target);
  return candidates
    .filter((other) => distance(other) <= snap.intervalMs / 2)
    .reduce<Snap | null>(
      (best, other) =>
        best === null ||
        distance(other) < distance(best) ||
        (distance(other) === distance(best) && other.slotAt < best.slotAt)
          ? other
          : best,
      null,
    );
}

/** A number as the decimal that was served: `digits` tenths, hundredths … by `places`. */
function decimal(value: number): { digits: bigint; places: number } {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places };
}

/** `above / below`, exactly, rounded to 4 decimals; a half goes away from zero. */
function quotient4(above: bigint, below: bigint): number {
  const isNegative = above < 0n !== below < 0n;
  const [top, bottom] = [above, below].map((part) => (part < 0n ? -part : part)) as [
    bigint,
    bigint,
  ];
  const tenThousandths = (top * 20_000n + bottom) / (bottom * 2n);
  return Number(isNegative ? -tenThousandths : tenThousandths) / 10_000 + 0;
}

/** Both as whole numbers of the same unit. */
function aligned(a: number, b: number): [bigint, bigint, bigint] {
  const [left, right] = [decimal(a), decimal(b)];
  const places = BigInt(Math.max(left.places, right.places));
  const scale = (one: typeof left) => one.digits * 10n ** (places - BigInt(one.places));
  return [scale(left), scale(right), 10n ** places];
}

/** `value - base`, of the decimals as served. */
function difference4(value: number, base: number): number {
  const [left, right, unit] = aligned(value, base);
  return quotient4(left - right, unit);
}

/** By how many percent of `base` it differs. */
function percent4(value: number, base: number): number {
  const [left, right] = aligned(value, base);
  return quotient4((left - right) * 100n, right);
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export type Names = { name: string; l1: string | null; l2: string | null };
export type List = { watch: string; asked: Row; words: Vocabulary };

/** Every column of a change row, in the order of the design. */
const columnsOf = ({ metrics, scored, asked, period }: Vocabulary): string[] => [
  'watch',
  ...asked,
  'slot_at',
  ...(period === undefined ? [] : ['data_date']),
  'taken_at',
  'product_id',
  'product',
  'category_l1',
  'category_l2',
  'rank',
  'rank_before',
  'rank_gain',
  'status',
  ...Object.keys(metrics).flatMap((name) => [
    name,
    `${name}_before`,
    `${name}_delta`,
    `${name}_pct`,
  ]),
  'rank_best',
  'slots_on_list',
  'first_seen_at',
  'streak',
  'rank_z',
  ...scored.map((name) => `${name}_z`),
  'baseline_at',
  'gap_days',
];

/** A product in one snapshot. */
export type Sighting = { snap: Snap; seen: Seen };

/** What a change row is made of. `record`: the product in all complete and partial snapshots up to and including this one. */
type Change = {
  list: List;
  snaps: readonly Snap[];
  snap: Snap;
  baseline: Snap | null;
  id: string;
  names: Names;
  record: readonly Sighting[];
};

/**
 * The change row of a product, and whether it is proven absent; null when nothing is known of it: it was not seen, and
 * the snapshot is partial. A value is worked out when it is first asked for: rules ask for few.
 */
export function changeRow(
  change: Change,
): { row: Row; isAbsent: boolean; whole: () => Row } | null {
  const { snap, id } = change;
  if (!snap.rows.has(id) && snap.status !== 'complete') return null;
  const get = (known: Row, column: string): Value => {
    known[column] ??= columnOf(change, column);
    return known[column] ?? null;
  };
  const row = new Proxy<Row>({}, { get });
  /** With all its values. */
  const whole = () =>
    Object.fromEntries(columnsOf(change.list.words).map((column) => [column, row[column] ?? null]));
  return { row, isAbsent: !snap.rows.has(id), whole };
}

function columnOf(
  { list, snaps, snap, baseline, id, names, record }: Change,
  column: string,
): Value {
  const now = snap.rows.get(id);
  const before = baseline?.rows.get(id);
  const score = (value: (seen: Seen) => number | null): number | null => {
    const scored = record
      .filter((other) => other.snap.status === 'complete' && other.snap !== snap)
      .slice(-28);
    return now === undefined
      ? null
      : zScore(
          value(now),
          scored.map(({ seen }) => value(seen)),
        );
  };
  switch (column) {
    case 'watch':
      return list.watch;
    case 'slot_at':
      return iso(snap.slotAt);
    case 'data_date':
      return periodBefore(list.words.period, snap.slotAt);
    case 'taken_at':
      return iso(snap.takenAt);
    case 'product_id':
      return id;
    case 'product':
      return names.name;
    case 'category_l1':
      return names.l1;
    case 'category_l2':
      return names.l2;
    case 'rank':
      return now?.rank ?? null;
    case 'rank_before':
      return before?.rank ?? null;
    case 'rank_gain':
      return now && before ? before.rank - now.rank : null;
    case 'status':
      return statusColumn(now !== undefined, before !== undefined, baseline, record[0]?.snap);
    case 'rank_best':
      return record.reduce<number | null>(
        (best, { seen }) => (best === null || seen.rank < best ? seen.rank : best),
        null,
      );
    case 'slots_on_list':
      return record.length === 0 ? null : record.length;
    case 'first_seen_at':
      return iso(record[0]?.snap.slotAt ?? null);
    case 'streak':
      return now === undefined ? null : streakOf(snaps, snap, id);
    case 'rank_z':
      return score((seen) => seen.rank);
    case 'baseline_at':
      return iso(baseline?.slotAt ?? null);
    case 'gap_days':
      return baseline === null
        ? null
        : quotient4(BigInt(snap.slotAt - baseline.slotAt), BigInt(DAY));
    default:
      if (list.words.asked.includes(column)) return list.asked[column] ?? null;
      return metricColumn(list.words, column, now, before, score);
  }
}

function metricColumn(
  { metrics, scored }: Vocabulary,
  column: string,
  now: Seen | undefined,
  before: Seen | undefined,
  score: (value: (seen: Seen) => number | null) => number | null,
): Value {
  const name = column in metrics ? column : column.replace(/_(before|delta|pct|z)$/, '');
  const kind = metrics[name];
  if (kind === undefined) return null;
  const value = now?.metrics[name] ?? null;
  const base = before?.metrics[name] ?? null;
  if (column === name) return value;
  if (column === `${name}_z`)
    return scored.includes(name) ? score((seen) => seen.metrics[name] ?? null) : null;
  if (column === `${name}_before`) return base;
  if (value === null || base === null) return null;
  if (column === `${name}_delta`) return kind === 'count' ? value - base : difference4(value, base);
  return base <= 0 ? null : percent4(value, base);
}

function statusColumn(
  isHere: boolean,
  wasThere: boolean,
  baseline: Snap | null,
  first: Snap | undefined,
): string | null {
  if (!isHere) return 'left';
  if (baseline === null) return null;
  if (wasThere) return 'stayed';
  return first !== undefined && first.slotAt <= baseline.slotAt ? 'returned' : 'new';
}

/** Steps in a row of strictly better rank (negative: worse) along the `previous` baselines; unknown without one. */
function streakOf(snaps: readonly Snap[], snap: Snap, id: string): number | null {
  let steps = 0;
  let at = snap;
  for (;;) {
    const baseline = baselineOf(snaps, at, { kind: 'previous' }, null);
    if (baseline === null) return at === snap ? null : steps;
    const rank = at.rows.get(id)?.rank;
    const before = baseline.rows.get(id)?.rank;
    if (rank === undefined || before === undefined || rank === before) return steps;
    const direction = rank < before ? 1 : -1;
    if (steps !== 0 && Math.sign(steps) !== direction) return steps;
    steps += direction;
    at = baseline;
  }
}

/** How scores are stored: a half goes up. */
const tenThousandths = (score: number): number => Math.round(score * 10_000) / 10_000 + 0;

/** 0.6745 (x - median) / MAD over at least 14 values; with a MAD of 0 the mean absolute deviation times 1.253314. */
function zScore(x: number | null, earlier: readonly (number | null)[]): number | null {
  const values = earlier.filter((value) => value !== null);
  if (x === null || values.length < 14) return null;
  const center = middle(values);
  const off = values.map((value) => Math.abs(value - center));
  const mad = middle(off);
  if (mad !== 0) return tenThousandths((0.6745 * (x - center)) / mad);
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
  return mean === 0 ? null : tenThousandths((x - center) / (1.253314 * mean));
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  return sorted.length % 2 === 1
    ? at((sorted.length - 1) / 2)
    : (at(sorted.length / 2 - 1) + at(sorted.length / 2)) / 2;
}
