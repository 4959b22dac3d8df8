// Which snapshot a row belongs to: its watch, its list, its slot.
import type { ListQuery } from '../../config/config.ts';
import { REGION_PATTERN } from '../../config/formats.ts';
import { AppError } from '../../lib/errors.ts';
import type { Db } from '../../store/file/open.ts';
import { ensureSeries, findSeries } from '../../store/series/series.ts';
import type { RowHead } from './row.ts';
import type { SnapshotHead } from './settle.ts';
import type { ImportOptions, Target } from './terms.ts';

/** The snapshot that a row says it is of, or why it cannot be. @throws AppError `usage` when neither the row nor the options say */
export function headOf(
  db: Db,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  row: RowHead,
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
    depth: row.query.depth ?? target.watch.depth,
  };
}

/** A list belongs to its watch when it is what the watch asks for now, or once asked for as far as this database, or the user, knows. */
function seriesOf(
  db: Db,
  { earlierQueries }: ImportOptions,
  { watch, row: { watchId, seriesId } }: Target,
  { query, watch: named, slotAt }: RowHead,
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

/** How a list differs from what a watch asks for, in words; null when nothing speaks against it. */
export function whichDiffers(watch: ListQuery, query: Partial<ListQuery>): string | null {
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
