// Rows become snapshots: those of one watch and slot that stand together in a file.
import type { ListQuery } from '../../config/config.ts';
import { REGION_PATTERN } from '../../config/formats.ts';
import { AppError } from '../../lib/errors.ts';
import type { Db } from '../../store/open.ts';
import { ensureSeries, findSeries } from '../../store/series.ts';
import { takeBackImport } from '../../store/snapshots.ts';
import { readRow, type Fields, type ImportedRow } from './row.ts';
import { settle, type RowsOfSnapshot, type Settled, type SnapshotHead } from './settle.ts';
import type { ImportDeps, ImportOptions, Refusal, Target } from './terms.ts';

type Group = RowsOfSnapshot & { key: string; products: Set<string>; ranks: Set<number> };

export type Groups = {
  add(file: string, line: number, fields: Fields): void;
  /** A line that says nothing: it may belong to the rows before it, or after. */
  addBroken(refusal: Refusal): void;
  endFile(): void;
};

/** Adds the series that got snapshots to `series`. */
export function openGroups(
  deps: ImportDeps,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  series: Set<number>,
): Groups {
  /** Of this file: another may hold the same snapshot again, and that is known already. */
  const closed = new Map<string, Settled | null>();
  let group: Group | null = null;
  let isNextRefused = false;

  const close = () => {
    if (group === null) return;
    const settled = settle(deps, group, series);
    if (settled !== null) deps.onSnapshot(settled.snapshot);
    closed.set(group.key, settled);
    group = null;
  };
  /** Half of it is stored already, as if it were whole. */
  const takeBack = (key: string) => {
    const { stored, snapshot } = closed.get(key) ?? { stored: null, snapshot: null };
    if (stored === null) return;
    const { watch, slotAt, rows } = snapshot;
    deps.db.transaction(() => takeBackImport(deps.db, stored.id, stored.before));
    deps.onSnapshot({
      watch,
      slotAt,
      rows,
      outcome: 'refused',
      reason: 'its rows do not stand together',
    });
    closed.set(key, null);
  };
  return {
    add: (file, line, fields) => {
      const key = JSON.stringify([
        options.watch ?? fields['watch'] ?? null,
        slotKey(options, fields),
      ]);
      if (group?.key !== key) {
        close();
        group = {
          key,
          head: null,
          rows: [],
          products: new Set(),
          ranks: new Set(),
          isRefused: isNextRefused,
        };
      }
      isNextRefused = false;
      if (closed.has(key)) takeBack(key);
      const reason = closed.has(key)
        ? 'its snapshot ended further up: the rows of a snapshot must stand together'
        : addRow(deps, options, targets, group, fields);
      if (reason === null) return;
      group.isRefused = true;
      deps.onRefused({ file, line, reason });
    },
    addBroken: (refusal) => {
      deps.onRefused(refusal);
      if (group !== null) group.isRefused = true;
      isNextRefused = true;
    },
    endFile: () => {
      close();
      closed.clear();
      isNextRefused = false;
    },
  };
}

/** The slot as the row says it, or else when it was taken. One instant may be spelled in several ways; what is no time at all stays as it is. */
function slotKey({ slotAt, takenAt }: ImportOptions, fields: Fields): unknown {
  const value =
    fields['slot_at'] ?? (slotAt === null && takenAt === null ? fields['taken_at'] : null);
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? (value ?? null) : at;
}

/** Returns why a row is refused, or null. */
function addRow(
  { db, now }: ImportDeps,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  group: Group,
  fields: Fields,
): string | null {
  const row = readRow(fields, now);
  if ('reason' in row) return row.reason;
  const head = headOf(db, options, targets, row);
  if ('reason' in head) return head.reason;
  group.head ??= head;
  const { takenAt, status, snapshotRows, seriesId, target } = group.head;
  if (
    head.takenAt !== takenAt ||
    head.status !== status ||
    head.snapshotRows !== snapshotRows ||
    head.seriesId !== seriesId
  )
    return 'its taken_at, snapshot_status, snapshot_rows or list differs from the rows of its snapshot before it';
  const {
    product: { upstreamId },
    rank,
  } = row.product;
  const depth = row.query.depth ?? target.watch.depth;
  if (rank > depth) return `rank ${rank} is beyond the ${depth} that ${target.watch.name} tracks`;
  if (group.products.has(upstreamId)) return `product ${upstreamId} is in this snapshot twice`;
  if (group.ranks.has(rank)) return `rank ${rank} is in this snapshot twice`;
  group.products.add(upstreamId);
  group.ranks.add(rank);
  group.rows.push(row.product);
  return null;
}

function headOf(
  db: Db,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  row: ImportedRow,
): SnapshotHead | { reason: string } {
  const name = options.watch ?? row.watch;
  if (name === null)
    throw new AppError('usage', 'the rows do not say which watch they belong to', {
      hint: 'name it: --watch W',
    });
  if (row.watch !== null && row.watch !== name)
    return { reason: `it belongs to ${row.watch}, not to ${name}` };
  const target = targets.get(name);
  if (target === undefined) return { reason: `there is no watch ${name} in the config` };
  const seriesId = seriesOf(db, options, target, row);
  if (seriesId === null)
    return {
      reason: `it does not belong to ${name}: ${whichDiffers(target.watch, row.query)} (if ${name} asked for that once: --earlier-queries)`,
    };
  const slotAt = row.slotAt ?? options.slotAt ?? options.takenAt ?? row.takenAt;
  if (slotAt === null)
    throw new AppError('usage', 'the rows do not say when they were taken', {
      hint: 'say it: --taken-at T',
    });
  return {
    target,
    seriesId,
    slotAt,
    takenAt: row.takenAt ?? options.takenAt ?? slotAt,
    status: row.status,
    snapshotRows: row.snapshotRows,
  };
}

/** A list belongs to its watch when it is what the watch asks for now, or once asked for as far as this database, or the user, knows. */
function seriesOf(
  db: Db,
  { earlierQueries }: ImportOptions,
  { watch, row: { watchId, seriesId } }: Target,
  { query, watch: named, slotAt }: ImportedRow,
): number | null {
  if (whichDiffers(watch, query) === null) return seriesId;
  const known = findSeries(db, watchId, { ...pickQuery(watch), ...query });
  if (known !== undefined) return known;
  // Only a row that names the watch and says all about its list is known to be one of ours.
  return earlierQueries && named === watch.name && slotAt !== null && isWhole(query)
    ? ensureSeries(db, watchId, query, slotAt)
    : null;
}

const pickQuery = ({ region, timeScope, category, keyword, depth }: ListQuery): ListQuery => ({
  region,
  timeScope,
  category,
  keyword,
  depth,
});

/** Says all about its list, and what a config could say. */
const isWhole = (query: Partial<ListQuery>): query is ListQuery =>
  REGION_PATTERN.test(query.region ?? '') &&
  (query.timeScope ?? 0) >= 1 &&
  (query.depth ?? 0) >= 1 &&
  query.category !== undefined &&
  query.keyword !== undefined;

function whichDiffers(watch: ListQuery, query: Partial<ListQuery>): string | null {
  for (const [key, column] of [
    ['region', 'region'],
    ['timeScope', 'time_scope'],
    ['category', 'category'],
    ['keyword', 'keyword'],
    ['depth', 'depth'],
  ] as const) {
    const value = query[key];
    if (value !== undefined && value !== watch[key])
      return `its ${column} is ${value ?? 'none'}, the watch asks for ${watch[key] ?? 'none'}`;
  }
  return null;
}
