// Makes one snapshot of saved answers of the source, as if they had just been served.
import { sourceOf, type Asking, type Watch } from '../../config/config.ts';
import { costOf, pagesFor } from '../../config/pass-cost.ts';
import type { Instant } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { FetchedList, ServedPage } from '../../model.ts';
import { intervalMs } from '../../schedule/slots.ts';
import { buildList, type ServedList } from '../../snapshot/build.ts';
import { largestTotal } from '../../snapshot/shortfall.ts';
import { dataDateAt, dueAt, isDay, periodAt, periodOf } from '../../list/dated.ts';
import type { ListRequest } from '../../list/request.ts';
import { fullPageSize } from '../../source/list-end.ts';
import { readCount } from '../../lib/read-value.ts';
import { doubtsOf, placed } from '../../source/declared/follow.ts';
import { judgeDeclared } from '../../source/declared/judge-answer.ts';
import { parsePage, type ParsedPage } from '../../source/parse-page.ts';
import { judgePages } from '../../store/snapshots/judge-pages.ts';
import { insertRawPages, packRawPages } from '../../store/snapshots/raw-pages.ts';
import { importSnapshot } from '../../store/snapshots/snapshots.ts';
import { unwrap } from './envelope.ts';
import { whatIsKnown } from './settle.ts';
import type { ImportDeps, ImportedSnapshot, ImportOptions, Target } from './terms.ts';

export type SavedAnswer = {
  file: string;
  line: number;
  json: unknown;
  text: string;
};

/**
 * Stores the answers as the one snapshot they are pages of. An answer that is no page refuses it
 * whole.
 */
export function storePages(
  deps: ImportDeps,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  answers: readonly SavedAnswer[],
  series: Set<number>,
): void {
  const { takenAt } = options;
  const target = targets.get(options.watch ?? '');
  if (target === undefined)
    throw new AppError('usage', 'saved answers do not say which watch they belong to', {
      hint: 'name it: --watch W',
    });
  if (takenAt === null)
    throw new AppError('usage', 'saved answers do not say when they were served', {
      hint: 'say it: --taken-at T',
    });
  if (takenAt > deps.now || (options.slotAt ?? 0) > deps.now)
    throw new AppError('usage', 'a list cannot have been taken in the future');
  const slotAt = options.slotAt ?? takenAt;
  const { watch, row } = target;
  const dataDate = dateOf(watch, options, slotAt);
  const pages = readPages(deps, watch, answers, takenAt, dataDate);
  const pageSize = fullPageSize(
    pages ?? [],
    costOf(sourceOf(deps.config, watch), watch.list).pageSize,
  );
  const list = buildList(pages ?? [], pageSize, watch);
  const what = { watch: watch.name, slotAt, rows: list.rows.length };
  if (pages === null)
    return deps.onSnapshot({
      ...what,
      outcome: 'refused',
      reason: 'some of its pages were refused',
    });
  // Cron arithmetic inside the transaction would hold up all others.
  const interval = intervalMs(watch.schedule, watch.timezone, slotAt);
  deps.onSnapshot(
    deps.db.transaction(() =>
      store(deps, { target, pages, pageSize, list, takenAt, slotAt, dataDate, interval }, what),
    ),
  );
  series.add(row.seriesId);
}

/**
 * The date that the answers are of: the one that was said, or the one that is due at their slot; null
 * for a list of now.
 * @throws AppError `usage` for one that a list cannot be of.
 */
function dateOf(
  { name, list, asked }: Watch,
  { dataDate, takenAt }: ImportOptions,
  slotAt: Instant,
): string | null {
  if (dataDate === null || takenAt === null) return dataDateAt({ list, asked }, slotAt);
  const bad = (problem: string, hint: string) =>
    new AppError('usage', `--data-date: ${problem}`, { hint });
  if (list.dated === null) throw bad(`${name} tracks no list of a date`, 'leave it out');
  const period = periodOf(list.dated, asked);
  const named = isDay(dataDate) ? periodAt(period, Date.parse(dataDate)) : null;
  if (named === null) throw bad('is not a day such as 2026-11-23', 'say it as YYYY-MM-DD');
  if (named !== dataDate)
    throw bad(`a ${period} is named by its first day`, `you may mean ${named}`);
  if (dueAt(list.dated, asked, dataDate) > takenAt)
    throw bad('it was not over when the answers were taken', 'mend one of the two');
  return dataDate;
}

/** Ascending by page, each once; null when one was refused. */
function readPages(
  deps: ImportDeps,
  watch: Watch,
  answers: readonly SavedAnswer[],
  takenAt: number,
  dataDate: string | null,
): ServedPage[] | null {
  const pages = new Map<number, ServedPage>();
  let isRefused = false;
  answers.forEach(({ file, line, json, text }, index) => {
    const refuse = (reason: string) => {
      isRefused = true;
      deps.onRefused({ file, line, reason });
    };
    const { page: unwrapped, elsewhere } = unwrap(json, watch);
    if (elsewhere !== null) return refuse(`does not belong to ${watch.name}: ${elsewhere}`);
    const { request } = watch.list;
    const page = (request === null ? pageNumber(unwrapped) : null) ?? index + 1;
    const parsed =
      request === null
        ? parsePage(unwrapped)
        : readSaved(text, { ...watch, date: dataDate }, request, page);
    if (!parsed.ok) return refuse(`is no page of a list: ${parsed.detail}`);
    if (pages.has(page)) return refuse(`page ${page} is there twice`);
    const { ok: _ok, ...content } = parsed;
    const served = { ...content, page, takenAt, body: text };
    const before = [...pages.values()];
    const rows = before.reduce((sum, one) => sum + one.rows.length, 0);
    pages.set(
      page,
      request === null ? served : placed({ served: before, rows }, watch.list, served),
    );
    parsed.rows.forEach((row, place) => {
      if (row.product === null)
        deps.onSetAside({
          file,
          line,
          reason: `row ${place + 1} of page ${page} has no product id`,
        });
    });
  });
  return isRefused ? null : [...pages.values()].sort((a, b) => a.page - b.page);
}

/** A saved answer of a declared list, judged as if it had just been served as such a page. */
function readSaved(text: string, query: Asking, request: ListRequest, page: number): ParsedPage {
  const answer = {
    status: 200,
    contentType: 'application/json',
    location: null,
    retryAfter: null,
    link: null,
    body: { kind: 'text', text },
  } as const;
  const judged = judgeDeclared(answer, 'http://localhost', query, request, { page, cursor: null });
  // Headers are not saved: that none names a next page says nothing.
  return judged.page.ok && request.pages.by === 'link'
    ? { ...judged.page, hasMore: null }
    : judged.page;
}

function pageNumber(json: unknown): number | null {
  const page = readCount(
    (json as { data?: { pagination?: { page?: unknown } | null } }).data?.pagination?.page,
  );
  return page === null || page < 1 ? null : page;
}

type Taken = {
  target: Target;
  pages: ServedPage[];
  pageSize: number;
  list: ServedList;
  takenAt: number;
  slotAt: number;
  dataDate: string | null;
  /** To the slot before, in ms. */
  interval: number;
};

function store(
  { db, config }: ImportDeps,
  { target: { watch, row }, pages, pageSize, list, takenAt, slotAt, dataDate, interval }: Taken,
  what: Pick<ImportedSnapshot, 'watch' | 'slotAt' | 'rows'>,
): ImportedSnapshot {
  const known = whatIsKnown(
    { db, config },
    {
      watchId: row.watchId,
      seriesId: row.seriesId,
      slotAt,
      contentHash: list.contentHash,
    },
  );
  if (known !== null) return { ...what, ...known };
  const doubts = doubtsOf(pages);
  const fetched: FetchedList = {
    ...(doubts.length === 0 ? {} : { doubts }),
    startedAt: takenAt,
    pages,
    missing: missingPages(pages, pageSize, watch.depth),
    credits: 0,
    requests: 0,
    refused: null,
  };
  const slot = {
    slotAt,
    dataDate,
    origin: 'import' as const,
    intervalMs: interval,
  };
  const judged = judgePages(db, { watch, row, ...slot, fetched, pageSize, list });
  const { status, reason } = judged;
  if (status === 'failed' || status === 'suspect') {
    return {
      ...what,
      outcome: 'refused',
      reason: `it does not look like ${watch.name}: ${reason ?? 'no rows'}`,
    };
  }
  const id = importSnapshot(db, judged);
  insertRawPages(db, id, packRawPages(pages));
  return {
    ...what,
    status,
    outcome: 'imported',
    reason,
    because: status === 'partial' ? 'rows are missing' : null,
  };
}

function missingPages(
  pages: readonly ServedPage[],
  pageSize: number,
  depth: number,
): FetchedList['missing'] {
  const total = largestTotal(pages);
  const last = Math.max(
    pages.at(-1)?.page ?? 0,
    total === null || pageSize === 0 ? 0 : pagesFor(Math.min(depth, total), pageSize),
  );
  const present = new Set(pages.map(({ page }) => page));
  return Array.from({ length: last }, (_, index) => index + 1)
    .filter((page) => !present.has(page))
    .map((page) => ({ page, reason: 'not_found', detail: 'no file holds it' }));
}
