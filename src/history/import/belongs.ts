// Says which snapshot a row belongs to: its watch, its list, its slot.
import type { ListQuery } from '../../config/config.ts';
import { dataDateAt } from '../../list/dated.ts';
import { isOptional, type ListKind, type Parameter } from '../../list/list-kind.ts';
import { AppError } from '../../lib/errors.ts';
import type { Db } from '../../store/file/open.ts';
import { ensureSeries, findSeries } from '../../store/series/series.ts';
import type { Fields, RowHead, SaidQuery } from './row.ts';
import type { SnapshotHead } from './settle.ts';
import type { ImportOptions, Target } from './terms.ts';

/**
 * The snapshot that a row says it is of, or why it cannot be. @throws AppError `usage` when neither
 * the row nor the options say
 */
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
  const query = queryOf(target.watch, row.query);
  return {
    target,
    seriesId,
    slotAt,
    // A file that does not say it is believed to be of the list that its slot asks for.
    dataDate: row.dataDate ?? dataDateAt(query, slotAt),
    takenAt: row.takenAt ?? options.takenAt ?? slotAt,
    status: row.status,
    snapshotRows: row.snapshotRows,
    depth: query.depth,
  };
}

/**
 * A list belongs to a watch if the watch asks for it now, or did so earlier as far as this database
 * or the user knows.
 */
function seriesOf(
  db: Db,
  { earlierQueries }: ImportOptions,
  { watch, row: { watchId, seriesId } }: Target,
  { query, watch: named, slotAt }: RowHead,
): number | null {
  if (whichDiffers(watch, query) === null) return seriesId;
  const known = findSeries(db, watchId, queryOf(watch, query));
  if (known !== undefined) return known;
  // Only a row that names the watch and says all about its list is known to be one of ours.
  return earlierQueries && named === watch.name && slotAt !== null && isWhole(watch, query)
    ? ensureSeries(db, watchId, queryOf(watch, query), slotAt)
    : null;
}

/** What a row asks for. What it does not say, it has from the watch. */
function queryOf({ list, asked, depth }: ListQuery, said: SaidQuery): ListQuery {
  const { depth: saidDepth, ...others } = said;
  return {
    list,
    asked: { ...asked, ...others },
    depth: typeof saidDepth === 'number' ? saidDepth : depth,
  };
}

/** Does the row say all about its list, in values that a config could have? */
const isWhole = ({ list }: ListQuery, said: SaidQuery): boolean =>
  Number(said.depth ?? 0) >= 1 &&
  list.parameters.every((parameter) => isSaid(parameter, said[parameter.key]));

function isSaid(parameter: Parameter, value: string | number | null | undefined): boolean {
  if (isOptional(parameter)) return value !== undefined;
  const { values } = parameter;
  if (values.kind === 'whole') return typeof value === 'number' && value >= values.from;
  if (values.kind === 'choice') return values.of.some((choice) => choice.value === value);
  return typeof value === 'string' && values.check(value) === null;
}

/** How a list differs from what a watch asks for, in words; null when nothing speaks against it. */
export function whichDiffers(watch: ListQuery, said: SaidQuery): string | null {
  const asked: SaidQuery = { ...watch.asked, depth: watch.depth };
  for (const key of [...watch.list.parameters.map((parameter) => parameter.key), 'depth']) {
    const value = said[key];
    if (value !== undefined && value !== asked[key])
      return `its ${key} is ${value ?? 'none'}, the watch asks for ${asked[key] ?? 'none'}`;
  }
  return null;
}

/**
 * The list that a row was exported of, where that is another than the one of its watch: it has
 * every metric of it, and none of the watch's own. null where nothing says so.
 */
export function otherList(
  fields: Fields,
  own: ListKind,
  known: readonly ListKind[],
): ListKind | null {
  const has = ({ column }: { column: string }) => Object.hasOwn(fields, column);
  if (own.metrics.some(has)) return null;
  return (
    known.find((list) => list !== own && list.metrics.length > 0 && list.metrics.every(has)) ?? null
  );
}
