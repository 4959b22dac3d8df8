// Whether a list, as it is declared now, can be kept in a file that may hold earlier rows of it.
import type Database from 'better-sqlite3';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../lib/errors.ts';
import { findMetric, scoredColumns, type ListKind, type Metric } from '../../list/list-kind.ts';
import { DEFAULT_LIST, SHIPPED_LISTS, shippedList } from '../../list/shipped.ts';
import { reviveList } from '../../list/stored.ts';

export type Column = { name: string; type: string };

/** Why a list does not fit, what to do, and the metric it is about; null for the list as a whole. */
export type Unfit = { metric: string | null; text: string; hint: string };

const typeOf = ({ kind }: Metric): string => (kind === 'count' ? 'integer' : 'real');

/** Columns that come with metrics: each itself, and its z-score in ten-thousandths. */
export function metricColumns(list: ListKind): Column[] {
  const scored = scoredColumns(list);
  return list.metrics.flatMap((metric) => [
    { name: metric.column, type: typeOf(metric) },
    ...(scored.includes(metric.column) ? [{ name: `${metric.column}_z_e4`, type: 'integer' }] : []),
  ]);
}

/** The columns that the table of a list has in the file, by name; none where there is no table. */
export const presentColumns = (
  raw: Database.Database,
  { table }: ListKind,
): ReadonlyMap<string, string> =>
  new Map(
    (raw.pragma(`table_info("${table}")`) as Column[]).map(({ name, type }) => [
      name,
      type.toLowerCase(),
    ]),
  );

/** The declaration that a file keeps of the lists of a source; undefined for none. */
export function storedDeclaration(raw: Database.Database, source: string): string | undefined {
  if (raw.prepare("SELECT 1 FROM sqlite_master WHERE name = 'lists'").get() === undefined)
    return undefined;
  return raw
    .prepare<[string], string>('SELECT declaration FROM lists WHERE source = ?')
    .pluck()
    .get(source);
}

/**
 * Why a list cannot be kept as it is declared: figures of two kinds in one column would be compared
 * with each other, and rows of two lists in one table. Null where it can.
 */
export function whyUnfit(raw: Database.Database, list: ListKind): Unfit | null {
  // Its table is in the migrations.
  if (list === DEFAULT_LIST) return null;
  const present = presentColumns(raw, list);
  if (present.size === 0) return null;
  const before = storedDeclaration(raw, list.seriesSource);
  const isDeclared = shippedList(list.seriesSource) === undefined;
  const twin = SHIPPED_LISTS.find(({ table }) => table === list.table);
  if (isDeclared && before === undefined && twin !== undefined)
    return {
      metric: null,
      text: `the list ${twin.name} that comes with Tidemark is kept in this database already`,
      hint: 'give your list another name',
    };
  const stored = before === undefined ? null : reviveList(before);
  for (const { column, kind } of list.metrics) {
    const was = stored === null ? kind : (findMetric(stored, column)?.kind ?? kind);
    if (was !== kind)
      return {
        metric: column,
        text: `the list ${list.name} has kept ${column} as ${was} so far, not as ${kind}`,
        hint: 'give the metric of the new kind a name of its own, and take the old one out: what is stored of it stays',
      };
  }
  for (const { name, type } of metricColumns(list)) {
    // A column that was laid over the file for reading has no type.
    const was = present.get(name) || type;
    if (was !== type)
      return {
        metric: findMetric(list, name) === undefined ? null : name,
        text: `the list ${list.name} has ${was} numbers in its column ${name} so far, not ${type}`,
        hint: 'give the metric of the new kind a name of its own',
      };
  }
  return null;
}

/** Every list of a config's watches that does not fit the file, with its place in the config. */
export function findUnfit(
  raw: Database.Database,
  { watches }: Pick<Config, 'watches'>,
): (Unfit & { path: string })[] {
  const lists = new Map(watches.map(({ source, list }) => [list, source]));
  return [...lists].flatMap(([list, source]) => {
    const unfit = whyUnfit(raw, list);
    if (unfit === null) return [];
    const metric = unfit.metric === null ? '' : `.metrics.${unfit.metric}`;
    return [{ ...unfit, path: `sources.${source}.lists.${list.name}${metric}` }];
  });
}

/**
 * Refuses a config with lists that do not fit the file, before any of it is used.
 * @throws AppError `config_invalid` with every one.
 */
export function refuseUnfit(raw: Database.Database, config: Config): void {
  const unfit = findUnfit(raw, config);
  const [first] = unfit;
  if (first === undefined) return;
  throw new AppError(
    'config_invalid',
    [
      `${config.path} does not fit what ${config.database} holds:`,
      ...unfit.map(({ path, text }) => `${path}: ${text}`),
    ].join('\n'),
    { hint: first.hint },
  );
}
