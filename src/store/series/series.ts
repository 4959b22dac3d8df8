import { and, eq, notInArray } from 'drizzle-orm';
import type { ListQuery, Watch } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Asked, AskedValue, ListKind } from '../../list/list-kind.ts';
import type { Db } from '../file/open.ts';
import { series, watches } from '../schema/watches.ts';
import { createViews } from '../views/views.ts';
import { ensureListTable, listOfSource } from './list-tables.ts';

/** The rows behind a configured watch. */
export type WatchRow = { watchId: number; seriesId: number };

/**
 * What makes two lists comparable: equal keys, same list. top-products has its parameters by their
 * place, as the first version wrote them; other lists have them by name.
 */
export const queryKey = ({ list, asked, depth }: ListQuery): string =>
  JSON.stringify([
    list.seriesSource,
    ...(list.keyedInOrder === null
      ? [sortedParameters(list, asked)]
      : list.keyedInOrder.map((key) => asked[key] ?? null)),
    depth,
  ]);

/** What is asked for, with sorted keys; what is not asked for is left out. */
const sortedParameters = ({ parameters }: ListKind, asked: Asked): Record<string, AskedValue> =>
  Object.fromEntries(
    parameters
      .map(({ key }) => [key, asked[key] ?? null] as const)
      .filter(([, value]) => value !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/**
 * Records the configured watches: new ones start now (no slot before `now` was ever due), a changed
 * schedule too, an edited query starts (or, edited back, resumes) a series, and watches no longer
 * configured become inactive. Run inside a transaction. Returns the rows by watch name.
 */
export function syncWatches(
  db: Db,
  configured: readonly Watch[],
  now: Instant,
): Map<string, WatchRow> {
  const rows = new Map<string, WatchRow>();
  for (const list of new Set(configured.map((watch) => watch.list))) prepareList(db, list);
  for (const watch of configured) {
    const { schedule, timezone } = watch;
    const known = db.orm.select().from(watches).where(eq(watches.name, watch.name)).get();
    let watchId: number;
    if (known === undefined) {
      watchId = db.orm
        .insert(watches)
        .values({ name: watch.name, schedule, timezone, scheduledFromAt: now, createdAt: now })
        .returning({ id: watches.id })
        .get().id;
    } else {
      watchId = known.id;
      const isRescheduled =
        !known.active || known.schedule !== schedule || known.timezone !== timezone;
      if (isRescheduled)
        db.orm
          .update(watches)
          .set({ schedule, timezone, active: true, scheduledFromAt: now })
          .where(eq(watches.id, watchId))
          .run();
    }
    rows.set(watch.name, { watchId, seriesId: ensureSeries(db, watchId, watch, now) });
  }
  db.orm
    .update(watches)
    .set({ active: false })
    .where(and(eq(watches.active, true), notInArray(watches.name, [...rows.keys()])))
    .run();
  return rows;
}

/**
 * The rows of a watch and of what it asks for, where both are recorded; null for either that is
 * not. Changes nothing.
 */
export function findWatch(
  db: Db,
  watch: ListQuery & { name: string },
): { watchId: number | null; seriesId: number | null } {
  const known = db.orm.select().from(watches).where(eq(watches.name, watch.name)).get();
  if (known === undefined) return { watchId: null, seriesId: null };
  return { watchId: known.id, seriesId: findSeries(db, known.id, watch) ?? null };
}

/**
 * Records one watch for history that is brought in, and nothing else: its schedule is not touched,
 * and one that is new stays inactive, with no slot due, until a daemon or a pass applies a config
 * with it. Run inside a transaction.
 */
export function recordWatch(db: Db, watch: Watch, now: Instant): WatchRow {
  const { name, schedule, timezone } = watch;
  const watchId =
    findWatch(db, watch).watchId ??
    db.orm
      .insert(watches)
      .values({ name, schedule, timezone, active: false, scheduledFromAt: now, createdAt: now })
      .returning({ id: watches.id })
      .get().id;
  return { watchId, seriesId: ensureSeries(db, watchId, watch, now) };
}

/**
 * Undoes `recordWatch` if nothing came of it: a series without a snapshot, of a watch that the
 * config in force does not have. Run inside a transaction.
 */
export function forgetUnused(db: Db, { watchId, seriesId }: WatchRow): void {
  const isInactive = 'EXISTS (SELECT 1 FROM watches w WHERE w.id = @watchId AND w.active = 0)';
  db.raw
    .prepare(`DELETE FROM open_slots WHERE watch_id = @watchId AND ${isInactive}`)
    .run({ watchId });
  db.raw
    .prepare(
      `DELETE FROM series WHERE id = @seriesId AND ${isInactive}
        AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.series_id = @seriesId)`,
    )
    .run({ watchId, seriesId });
  db.raw
    .prepare(
      `DELETE FROM watches WHERE id = @watchId AND active = 0
        AND NOT EXISTS (SELECT 1 FROM series s WHERE s.watch_id = @watchId)
        AND NOT EXISTS (SELECT 1 FROM requests q WHERE q.watch_id = @watchId)`,
    )
    .run({ watchId });
}

/**
 * The series of a watch with exactly this query, its present or an earlier one; undefined when it
 * never asked that.
 */
export function findSeries(db: Db, watchId: number, query: ListQuery): number | undefined {
  return db.orm
    .select({ id: series.id })
    .from(series)
    .where(and(eq(series.watchId, watchId), eq(series.queryKey, queryKey(query))))
    .get()?.id;
}

/** The same, but the series is made when the watch never asked that. */
export function ensureSeries(db: Db, watchId: number, query: ListQuery, now: Instant): number {
  const known = findSeries(db, watchId, query);
  if (known !== undefined) return known;
  prepareList(db, query.list);
  return db.orm
    .insert(series)
    .values({
      watchId,
      source: query.list.seriesSource,
      ...columnsOf(query),
      depth: query.depth,
      queryKey: queryKey(query),
      createdAt: now,
    })
    .returning({ id: series.id })
    .get().id;
}

/**
 * A watch's first use of a list makes its table and its views; a metric that its declaration gained
 * adds a column to both.
 */
function prepareList({ raw }: Db, list: ListKind): void {
  // A replay, which only reads, asks no view.
  if (ensureListTable(raw, list) && !raw.readonly) createViews(raw);
}

/**
 * Four parameters of the first list have columns of their own; those of other lists all stand in
 * one.
 */
function columnsOf({ list, asked }: ListQuery) {
  const { region, time_scope: timeScope, category, keyword } = asked;
  return {
    region: textOf(region),
    timeScope: typeof timeScope === 'number' ? timeScope : null,
    category: textOf(category),
    keyword: textOf(keyword),
    parameters: list.keyedInOrder === null ? JSON.stringify(sortedParameters(list, asked)) : null,
  };
}

const textOf = (value: AskedValue | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

type Row = {
  source: string;
  parameters: string | null;
  region: string | null;
  time_scope: number | null;
  category: string | null;
  keyword: string | null;
  depth: number;
};

/** The end of what thinning took from a series; null where it took nothing. */
export const findThinnedUntil = (db: Db, seriesId: number): Instant | null =>
  db
    .statement('SELECT thinned_until_at FROM series WHERE id = ?')
    .pluck()
    .get(seriesId) as Instant | null;

/** What a series asks for. Throws where there is no such. */
export function getQuery(db: Db, seriesId: number): ListQuery {
  const row = db
    .statement(
      `SELECT source, parameters, region, time_scope, category, keyword, depth
      FROM series WHERE id = ?`,
    )
    .get(seriesId) as Row | undefined;
  if (row === undefined) throw new Error(`no series ${seriesId}`);
  const { source, depth, parameters, ...columns } = row;
  const list = listOfSource(db.raw, source);
  return { list, asked: askedIn(list, parameters, columns), depth };
}

/** What is asked for, by every key of the list. */
function askedIn({ parameters: declared }: ListKind, json: string | null, columns: Asked): Asked {
  if (json === null) return columns;
  const asked = JSON.parse(json) as Asked;
  return Object.fromEntries(declared.map(({ key }) => [key, asked[key] ?? null]));
}
