// Reads the rows of a declared list. Missing, null and of the wrong type are three things: a null
// in some rows is data, but a path that no row has means a wrong declaration or a changed source.
import { cleanText, truncate } from '../../lib/text.ts';
import { formatJsonPath, keysThere, kindOfValue, type JsonPath } from '../../lib/json-path.ts';
import { readFigure, readId, readName, readNumber, valueUnder } from '../../lib/read-value.ts';
import type { ListKind, Metric } from '../../list/list-kind.ts';
import type { ListRequest } from '../../list/request.ts';
import { LONGEST_MATCHED } from '../../list/safe-pattern.ts';
import type { FieldCount, ServedRow } from '../../model.ts';

export type ReadRows = {
  rows: ServedRow[];
  /** One for each path that the list declares of a row. */
  fields: FieldCount[];
};

/** Reads the rows at their path. Each keeps its place, except for rows that `where` drops. */
export function readRows(
  list: ListKind,
  request: ListRequest,
  values: readonly unknown[],
): ReadRows {
  const tests = request.where.map(({ matches, ...test }) => ({
    ...test,
    pattern: new RegExp(matches, 'u'),
  }));
  const kept = values.filter((value) =>
    tests.every(
      ({ path, pattern, keep }) =>
        pattern.test(textOf(valueUnder(value, path)).slice(0, LONGEST_MATCHED)) === keep,
    ),
  );
  const count = (
    path: JsonPath,
    label: string,
    canRead: (value: unknown) => boolean,
  ): FieldCount => {
    const found = kept.map((value) => valueUnder(value, path));
    const bad = found.find((value) => value !== undefined && value !== null && !canRead(value));
    return {
      label,
      path: formatJsonPath(path),
      rows: kept.length,
      found: found.filter((value) => value !== undefined).length,
      filled: found.filter((value) => value !== undefined && value !== null).length,
      readable: found.filter((value) => value !== undefined && value !== null && canRead(value))
        .length,
      wrong: bad === undefined ? null : kindOfValue(bad),
      keys: keysAbove(kept[0], path),
    };
  };
  const { identity, metrics } = list;
  const fields = [
    count(identity.id, 'id', (value) => readId(value) !== null),
    ...(identity.name === null ? [] : [count(identity.name, 'name', () => true)]),
    ...metrics.map((metric) =>
      count(metric.path, metric.column, (value) => readFigure(metric, value) !== null),
    ),
  ];
  return { rows: kept.map((value) => readRow(list, value)), fields };
}

function readRow({ identity, metrics, rank }: ListKind, value: unknown): ServedRow {
  const upstreamId = readId(valueUnder(value, identity.id));
  if (upstreamId === null) return { product: null };
  const name = identity.name === null ? null : readName(textOf(valueUnder(value, identity.name)));
  const [categoryL1 = null, categoryL2 = null] = identity.groups.map((path) => {
    const group = readName(textOf(valueUnder(value, path)));
    return group !== null && identity.noGroup.includes(group) ? null : group;
  });
  const place = rank === null ? null : readNumber(valueUnder(value, rank));
  return {
    product: { upstreamId, name: name ?? upstreamId, categoryL1, categoryL2 },
    metrics: Object.fromEntries(
      metrics.map((metric) => [metric.column, figureOf(metric, valueUnder(value, metric.path))]),
    ),
    ...(place !== null && Number.isInteger(place) && place >= 1 ? { rank: place } : {}),
  };
}

/** A 0 that may mean "not covered" is not known: as a figure it would be a fall of 100 %. */
function figureOf(metric: Metric, value: unknown): number | null {
  const figure = readFigure(metric, value);
  return figure === 0 && metric.zeroMayMeanUnknown ? null : figure;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** The keys of the innermost mapping on the way to a path: what is there instead. */
function keysAbove(row: unknown, path: JsonPath): string {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const keys = keysThere(valueUnder(row, path.slice(0, depth)));
    if (keys !== '') return truncate(cleanText(keys), 120);
  }
  return '';
}
