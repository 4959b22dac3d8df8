// Section 3 of the design, read once more and written by brute force: lists, statuses, baselines and change rows. It
// shares nothing with src/: a mistake there must not be repeated here. Types of the config are all it takes.
import type { Compare } from '../../src/config/config.ts';

export const DAY = 86_400_000;

export type Status = 'complete' | 'partial' | 'stale' | 'suspect' | 'failed' | 'missed';
export type Value = number | string | null;
/** A change row by column name. */
export type Row = Record<string, Value>;

/** The metrics, and whether they are counts (whose differences are whole). */
export const METRIC_NAMES = {
  posts: 'count', posts_growth: 'share', impressions: 'count', likes: 'count', comments: 'count', shares: 'count',
  ctr: 'share', cvr: 'share', view_rate_6s: 'share', cpa: 'share', cost: 'share',
} as const;
export type MetricName = keyof typeof METRIC_NAMES;
const metricNames = Object.keys(METRIC_NAMES) as MetricName[];

/** A served row; null has no usable id. Metrics that are not named are unknown. */
export type Served = { id: string; name: string; l1: string | null; l2: string | null; metrics: Partial<Record<MetricName, number | null>> } | null;

/** What one crawl brought: pages by number; those that are missing after all retries are not in it. */
export type Crawl = { pages: { page: number; rows: Served[] }[]; pageSize: number; total: number; depth: number };

export type Seen = { rank: number; metrics: Record<MetricName, number | null> };
export type Snap = { slotAt: number; takenAt: number | null; status: Status; isImport: boolean; intervalMs: number; rows: Map<string, Seen> };

/** The position in the list as served; a product seen twice keeps its better rank; rows without an id keep their place. */
export function ranked({ pages, pageSize, depth }: Crawl): Map<string, Seen> {
  const rows = new Map<string, Seen>();
  for (const { page, rows: served } of pages) {
    for (const [place, row] of served.entries()) {
      const rank = (page - 1) * pageSize + place + 1;
      if (row === null || rank > depth) continue;
      const known = rows.get(row.id);
      if (known !== undefined && known.rank < rank) continue;
      rows.set(row.id, { rank, metrics: Object.fromEntries(metricNames.map((name) => [name, row.metrics[name] ?? null])) as Seen['metrics'] });
    }
  }
  return rows;
}

/**
 * The status of a list. Which lists are suspect is a matter of thresholds that the design leaves open: it is handed in.
 * `earlier` are the snapshots of the series before it, in slot order.
 */
export function statusOf(rows: Map<string, Seen>, crawl: Crawl, earlier: readonly Snap[], isSuspect: boolean): Status {
  if (rows.size === 0) return 'failed';
  const latest = earlier.findLast((snap) => snap.rows.size > 0);
  if (latest !== undefined && isSame(latest.rows, rows)) return 'stale';
  if (isSuspect) return 'suspect';
  return rows.size < Math.min(crawl.depth, crawl.total) ? 'partial' : 'complete';
}

function isSame(a: Map<string, Seen>, b: Map<string, Seen>): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([id, seen]) => {
    const other = b.get(id);
    return other !== undefined && other.rank === seen.rank && metricNames.every((name) => other.metrics[name] === seen.metrics[name]);
  });
}

/** The snapshot a change is measured against; `snaps` is the whole series, `maxGapMs` of `previous` null means 3 intervals. */
export function baselineOf(snaps: readonly Snap[], snap: Snap, compare: Compare, maxGapMs: number | null): Snap | null {
  const candidates = snaps.filter((other) => other.status === 'complete' && other.slotAt < snap.slotAt);
  if (compare.kind === 'previous') {
    const last = candidates.reduce<Snap | null>((best, other) => (best === null || other.slotAt > best.slotAt ? other : best), null);
    return last !== null && snap.slotAt - last.slotAt <= (maxGapMs ?? 3 * snap.intervalMs) ? last : null;
  }
  const target = snap.slotAt - compare.ms;
  const distance = (other: Snap) => Math.abs(other.slotAt - target);
  return candidates
    .filter((other) => distance(other) <= snap.intervalMs / 2)
    .reduce<Snap | null>((best, other) => (best === null || distance(other) < distance(best) || (distance(other) === distance(best) && other.slotAt < best.slotAt) ? other : best), null);
}

const counts = (snap: Snap): boolean => snap.status === 'complete' || snap.status === 'partial';
const round4 = (value: number): number => Number(value.toFixed(4)) + 0;
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export type Names = { name: string; l1: string | null; l2: string | null };
export type List = { watch: string; region: string; timeScope: number };

/**
 * The change row of a product; `absent` when it is proven absent, null when nothing is known of it: it was not seen, and
 * the snapshot is partial.
 */
export function changeRow(list: List, snaps: readonly Snap[], snap: Snap, baseline: Snap | null, id: string, names: Names): { row: Row; isAbsent: boolean } | null {
  const now = snap.rows.get(id);
  if (now === undefined && snap.status !== 'complete') return null;
  const before = baseline?.rows.get(id);
  const record = snaps.filter((other) => counts(other) && other.slotAt <= snap.slotAt && other.rows.has(id));
  const first = record[0];
  const row: Row = {
    watch: list.watch, region: list.region, time_scope: list.timeScope, slot_at: iso(snap.slotAt), taken_at: iso(snap.takenAt),
    product_id: id, product: names.name, category_l1: names.l1, category_l2: names.l2,
    rank: now?.rank ?? null, rank_before: before?.rank ?? null, rank_gain: now && before ? before.rank - now.rank : null,
    status: statusColumn(now !== undefined, before !== undefined, baseline, first),
  };
  for (const name of metricNames) {
    const value = now?.metrics[name] ?? null;
    const base = before?.metrics[name] ?? null;
    row[name] = value;
    row[`${name}_before`] = base;
    row[`${name}_delta`] = value === null || base === null ? null : METRIC_NAMES[name] === 'count' ? value - base : round4(value - base);
    row[`${name}_pct`] = value === null || base === null || base <= 0 ? null : round4(((value - base) * 100) / base);
  }
  row.rank_best = record.length === 0 ? null : Math.min(...record.map((other) => other.rows.get(id)?.rank ?? Infinity));
  row.slots_on_list = record.length === 0 ? null : record.length;
  row.first_seen_at = iso(first?.slotAt ?? null);
  row.streak = now === undefined ? null : streakOf(snaps, snap, id);
  const past = snaps.filter((other) => other.status === 'complete' && other.slotAt < snap.slotAt && other.rows.has(id)).slice(-28);
  row.rank_z = now === undefined ? null : zScore(now.rank, past.map((other) => other.rows.get(id)?.rank ?? null));
  for (const name of ['posts', 'impressions'] as const) row[`${name}_z`] = now === undefined ? null : zScore(now.metrics[name], past.map((other) => other.rows.get(id)?.metrics[name] ?? null));
  row.baseline_at = iso(baseline?.slotAt ?? null);
  row.gap_days = baseline === null ? null : round4((snap.slotAt - baseline.slotAt) / DAY);
  return { row, isAbsent: now === undefined };
}

function statusColumn(isHere: boolean, wasThere: boolean, baseline: Snap | null, first: Snap | undefined): string | null {
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
  return sorted.length % 2 === 1 ? at((sorted.length - 1) / 2) : (at(sorted.length / 2 - 1) + at(sorted.length / 2)) / 2;
}
