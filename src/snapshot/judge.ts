// Stage 2 of 5. Pure: what a list that was served is worth. A failed page is never data, and a doubtful list
// is kept, but evaluates no rule: a false alert costs more than a late one.
import { METRICS } from '../change/columns.ts';
import { formatDuration } from '../lib/duration.ts';
import { plural } from '../lib/text.ts';
import type { FetchedList, MissingPage, SnapshotStatus } from '../model.ts';
import { expectedRows, type RankedProduct, type ServedList } from './build.ts';

export type Verdict = {
  status: Exclude<SnapshotStatus, 'missed'>;
  reason: string | null;
  moved: boolean;
};

/** How much of a list has no value, or 0, for one metric: shares of 0 to 1. */
export type BlankShares = { nulls: number; zeros: number };

/** What is known of the series so far; nulls when there is nothing to compare with. */
export type Precedent = {
  /** Hash of the latest snapshot with rows of the same series. */
  latestHash: Buffer | null;
  /** The last complete snapshot, if it is recent enough to be a `previous` baseline. */
  lastComplete: {
    rows: ReadonlyMap<string, { rank: number; posts: number | null }>;
    blankShares: ReadonlyMap<string, BlankShares>;
    ageMs: number;
  } | null;
  /** Another watch of another region whose recent list is identical, as far as both go: the source may have ignored the region. */
  sameListOf: { watch: string; region: string } | null;
};

/** A list that lost more than a quarter of its rows within a slot, and claims to be whole, is not the same list. Short lists may. */
const MIN_ROWS_SHARE = 0.75;
const MIN_ROWS_LOST = 10;
/** More products than this served twice, and ranks of two different lists are mixed; one or two are an ordinary move. */
const MAX_DUPLICATE_SHARE = 0.01;
/** Measured day-to-day overlap of such lists is 80 to 97 %; below 30 % another list was served. */
const MIN_OVERLAP = 0.3;
/** A metric that was nearly always there and is now missing for most rows was dropped, not zero. */
const USUAL_NULL_SHARE = 0.1;
const SUSPECT_NULL_SHARE = 0.6;
/** 0 is an honest value (nothing converted), but not for a whole list where half of it had another. */
const USUAL_ZERO_SHARE = 0.5;
const SUSPECT_ZERO_SHARE = 0.95;
/** Posts of the median product do not move by this factor between two slots: another region or window was served. */
const MAX_LEVEL_FACTOR = 2.5;
/** Posts may not rise by this factor from one page to the next in a list ordered by posts. */
const MAX_STEP_FACTOR = 1.5;
/** Rows a page needs before its own level says anything. */
const MIN_PAGE_SAMPLE = 5;

/** Judges a list: see design.md, "Snapshot status". Every status but `complete` says why. */
export function judge(
  fetched: FetchedList,
  list: ServedList,
  depth: number,
  pageSize: number,
  precedent: Precedent,
): Verdict {
  const moved = list.duplicates > 0 || list.totals.length > 1;
  if (list.rows.length === 0) return { status: 'failed', reason: whyEmpty(fetched, list), moved };
  if (precedent.latestHash?.equals(list.contentHash) === true) {
    return {
      status: 'stale',
      reason: 'every row is identical to the snapshot before: the source did not refresh',
      moved,
    };
  }
  const expected = expectedRows(fetched, list, depth);
  const doubt = whySuspect(fetched, list, pageSize, precedent);
  if (doubt !== null) return { status: 'suspect', reason: doubt, moved };
  if (list.rows.length < expected)
    return { status: 'partial', reason: whyPartial(fetched, list, expected), moved };
  return { status: 'complete', reason: null, moved };
}

function whyEmpty(fetched: FetchedList, list: ServedList): string {
  if (list.setAside > 0) return `none of the ${list.setAside} rows served has a product id`;
  if (fetched.missing.length === 0) return 'the source answered with an empty list';
  const [first] = fetched.missing;
  return first?.reason === 'daily_credits' ? first.detail : sayMissing(fetched.missing);
}

function whyPartial(fetched: FetchedList, list: ServedList, expected: number): string {
  const parts = [`${list.rows.length} of ${expected} products seen`];
  if (fetched.missing.length > 0) parts.push(sayMissing(fetched.missing));
  if (list.setAside > 0) parts.push(`${plural(list.setAside, 'row')} without a product id`);
  if (list.duplicates > 0)
    parts.push(
      `${plural(list.duplicates, 'product')} served twice: the list moved while it was paged`,
    );
  if (list.totals.length > 1)
    parts.push(`the total changed from ${list.totals.join(' to ')} while it was paged`);
  if (parts.length === 1) parts.push('pages were shorter than they should be');
  return parts.join('; ');
}

/** `page 3 missing (timeout: no answer within 30s)`, by reason. */
function sayMissing(missing: readonly MissingPage[]): string {
  const byDetail = new Map<string, number[]>();
  for (const { page, reason, detail } of missing) {
    const key = `${reason}: ${detail}`;
    byDetail.set(key, [...(byDetail.get(key) ?? []), page]);
  }
  return [...byDetail]
    .map(
      ([detail, pages]) =>
        `${pages.length === 1 ? 'page' : 'pages'} ${pages.join(', ')} missing (${detail})`,
    )
    .join('; ');
}

function whySuspect(
  fetched: FetchedList,
  list: ServedList,
  pageSize: number,
  precedent: Precedent,
): string | null {
  if (precedent.sameListOf !== null) {
    const { watch, region } = precedent.sameListOf;
    return `identical to the list of ${watch} (${region}): the source may have ignored the region`;
  }
  if (list.duplicates > Math.max(2, MAX_DUPLICATE_SHARE * list.rows.length))
    return `${list.duplicates} products served twice: the list was rebuilt while it was paged`;
  const outOfOrder = whyOutOfOrder(list.rows, pageSize);
  if (outOfOrder !== null) return outOfOrder;
  return precedent.lastComplete === null
    ? null
    : whyUnlike(fetched, list, pageSize, precedent.lastComplete);
}

/**
 * The source orders by posts. If every page on its own does, a page whose posts are far above those of the page
 * before it belongs to another list: another region, another window, another day.
 */
function whyOutOfOrder(rows: readonly RankedProduct[], pageSize: number): string | null {
  let step: { page: number; factor: number } | null = null;
  let before: { rank: number; posts: number } | null = null;
  for (const { rank, metrics } of rows) {
    const posts = metrics['posts'] ?? null;
    if (posts === null || posts === 0) continue;
    if (before !== null && posts > before.posts) {
      // Rising within a page: this list is not ordered by posts, so order proves nothing.
      if (pageOf(rank, pageSize) === pageOf(before.rank, pageSize)) return null;
      const factor = posts / before.posts;
      if (factor > MAX_STEP_FACTOR && (step === null || factor > step.factor))
        step = { page: pageOf(rank, pageSize), factor };
    }
    before = { rank, posts };
  }
  return step === null
    ? null
    : `pages ${step.page - 1} and ${step.page} are not of one list: posts rise ${step.factor.toFixed(1)} times between them, in a list ordered by posts`;
}

const pageOf = (rank: number, pageSize: number): number => Math.floor((rank - 1) / pageSize) + 1;

function whyUnlike(
  fetched: FetchedList,
  list: ServedList,
  pageSize: number,
  last: NonNullable<Precedent['lastComplete']>,
): string | null {
  const against = `the last complete snapshot, ${formatDuration(last.ageMs)} before`;
  // Missing pages explain missing rows; a shorter list that claims to be whole does not.
  const lost = last.rows.size - list.rows.length;
  if (
    fetched.missing.length === 0 &&
    lost >= MIN_ROWS_LOST &&
    list.rows.length < MIN_ROWS_SHARE * last.rows.size
  )
    return `${list.rows.length} rows, against ${last.rows.size} in ${against}`;
  const shared = list.rows.filter((row) => last.rows.has(row.product.upstreamId)).length;
  const overlap = shared / Math.min(list.rows.length, last.rows.size);
  if (overlap < MIN_OVERLAP)
    return `only ${Math.round(overlap * 100)} % of its products were in ${against}`;
  for (const { column } of METRICS) {
    const share = (test: (value: number | null) => boolean) =>
      list.rows.filter((row) => test(row.metrics[column] ?? null)).length / list.rows.length;
    const usual = last.blankShares.get(column) ?? { nulls: 0, zeros: 0 };
    const percent = (value: number) => `${Math.round(value * 100)} %`;
    const nulls = share((value) => value === null);
    if (usual.nulls <= USUAL_NULL_SHARE && nulls >= SUSPECT_NULL_SHARE)
      return `${column} is missing in ${percent(nulls)} of the rows, against ${percent(usual.nulls)} in ${against}`;
    const zeros = share((value) => value === 0);
    if (usual.zeros <= USUAL_ZERO_SHARE && zeros >= SUSPECT_ZERO_SHARE)
      return `${column} is 0 in ${percent(zeros)} of the rows, against ${percent(usual.zeros)} in ${against}`;
  }
  return whyOtherLevel(list.rows, pageSize, last, against);
}

/** The median product's posts, of the whole list and of each page, beside the last complete snapshot. */
function whyOtherLevel(
  rows: readonly RankedProduct[],
  pageSize: number,
  last: NonNullable<Precedent['lastComplete']>,
  against: string,
): string | null {
  const logsByPage = new Map<number, number[]>();
  for (const { product, rank, metrics } of rows) {
    const before = last.rows.get(product.upstreamId)?.posts ?? null;
    const posts = metrics['posts'] ?? null;
    if (before === null || before === 0 || posts === null || posts === 0) continue;
    const page = pageOf(rank, pageSize);
    logsByPage.set(page, [...(logsByPage.get(page) ?? []), Math.log(posts / before)]);
  }
  const limit = Math.log(MAX_LEVEL_FACTOR);
  const all = [...logsByPage.values()].flat();
  const level = medianOf(all);
  if (all.length >= MIN_PAGE_SAMPLE && Math.abs(level) > limit)
    return `the median product has ${sayFactor(level)} times the posts of ${against}: another region or window may have been served`;
  for (const [page, logs] of logsByPage) {
    const own = medianOf(logs);
    if (logs.length >= MIN_PAGE_SAMPLE && Math.abs(own - level) > limit)
      return `page ${page} does not fit: its median product has ${sayFactor(own)} times the posts of ${against}, the whole list ${sayFactor(level)} times`;
  }
  return null;
}

const sayFactor = (log: number): string => Math.exp(log).toFixed(Math.abs(log) < 1 ? 2 : 1);

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
