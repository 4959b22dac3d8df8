// A checked declaration of the file as a list, like those that come with the program. Pure.
import { parseDuration } from '../../../lib/duration.ts';
import { parseJsonPath, type JsonPath } from '../../../lib/json-path.ts';
import { cleanText } from '../../../lib/text.ts';
import {
  declareList,
  declareMetric,
  declareParameter,
  declareRequest,
} from '../../../list/declare.ts';
import type { ListKind, Metric, Parameter, ParameterValues } from '../../../list/list-kind.ts';
import type { ListRequest, Paging, RowTest } from '../../../list/request.ts';
import type { ListKeys } from './keys.ts';

const MEBIBYTE = 1024 * 1024;

/** How many rows one answer may have where a list is not cut into pages. */
const WHOLE = 1_000;

/** A list of this name. It is known by its name, so that it may move to another source. */
export function compileList(name: string, keys: ListKeys): ListKind {
  const pages = pagingOf(keys);
  const title = keys.title ?? capital(inWords(name));
  const metrics = Object.entries(keys.metrics).map(([column, metric]) => metricOf(column, metric));
  const columnWith = (flag: 'order' | 'level') =>
    Object.entries(keys.metrics).find(([, metric]) => metric[flag])?.[0] ?? null;
  return declareList({
    name,
    title,
    seriesSource: `declared.${name}`,
    row: typeof keys.row === 'string' ? { one: keys.row, many: `${keys.row}s` } : keys.row,
    identity: {
      id: pathOf(keys.id),
      name: maybePathOf(keys.name),
      groups: keys.groups.map(pathOf),
      noGroup: keys.no_group,
    },
    rank: keys.rank === 'position' ? null : pathOf(keys.rank),
    echo: Object.entries(keys.echo).map(([of, path]) => ({ of, path: pathOf(path) })),
    dated: keys.dated && {
      by: keys.dated.by ?? null,
      period: keys.dated.period,
      lagMs: parseDuration(keys.dated.lag) ?? 0,
      since: keys.dated.since ?? null,
    },
    windowParameter: keys.dated?.by ?? null,
    link: keys.link,
    mostRanks: Math.min(10_000, keys.most_ranks ?? pages.size * pages.most),
    parameters: Object.entries(keys.parameters).map(([key, given]) => parameterOf(key, given)),
    metrics,
    orderedBy: columnWith('order'),
    level: columnWith('level'),
    shown: shownOf(metrics),
    request: requestOf(keys, pages),
  });
}

function requestOf(keys: ListKeys, pages: Paging): ListRequest {
  const { request, end, fail } = keys;
  return declareRequest({
    url: request.url,
    method: request.method,
    query: Object.fromEntries(
      Object.entries(request.query).map(([name, value]) => [name, String(value)]),
    ),
    headers: request.headers,
    body: request.body ?? null,
    pages,
    end: {
      total: maybePathOf(end.total),
      more: maybePathOf(end.more),
      shortPage: end.short_page,
    },
    ok: keys.ok && { path: pathOf(keys.ok.path), equals: keys.ok.equals },
    fail: { message: maybePathOf(fail.message), quota: fail.quota, code: maybePathOf(fail.code) },
    empty: keys.empty ?? (keys.dated === null ? 'suspicious' : 'not_yet'),
    emptyStatus: keys.empty_status,
    rows: pathOf(keys.rows),
    where: keys.where.map(testOf),
    creditsPerRequest: request.credits,
    maxBodyBytes: request.max_body_mb * MEBIBYTE,
  });
}

/** The paging of a declaration. The check before guarantees what each way needs. */
export function pagingOf({ pages: { by, size = WHOLE, first, most, cursor } }: ListKeys): Paging {
  switch (by) {
    case 'none':
      return { by, size, most: 1 };
    case 'link':
      return { by, size, most };
    case 'cursor':
      return { by, size, most, path: pathOf(cursor ?? '.') };
    case 'page':
      return { by, size, most, first: first ?? 1 };
    case 'offset':
      return { by, size, most, first: first ?? 0 };
  }
}

function testOf(given: ListKeys['where'][number]): RowTest {
  const path = pathOf(given.path);
  if (given.matches !== undefined) return { path, matches: given.matches, keep: true };
  if (given.matches_not !== undefined) return { path, matches: given.matches_not, keep: false };
  const isKept = given.is.length > 0;
  const any = (isKept ? given.is : given.is_not).map(escaped).join('|');
  return { path, matches: `^(?:${any})$`, keep: isKept };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function parameterOf(key: string, given: ListKeys['parameters'][string]): Parameter {
  const values = valuesOf(given);
  return declareParameter({
    key,
    description: given.description ?? `${capital(inWords(key))} of the list.`,
    values,
    fallback: fallbackOf(values, given),
    write: (value) => `${inWords(key)} ${value}`,
  });
}

function fallbackOf(
  values: ParameterValues,
  given: ListKeys['parameters'][string],
): Parameter['fallback'] {
  if (given.default !== undefined)
    return values.kind === 'whole' ? Number(given.default) : given.default;
  return given.required ? undefined : null;
}

function valuesOf({ values, from, to }: ListKeys['parameters'][string]): ParameterValues {
  if (Array.isArray(values))
    return { kind: 'choice', of: values.map((value) => ({ value, sent: value })) };
  if (values !== undefined)
    return {
      kind: 'choice',
      of: Object.entries(values).map(([value, sent]) => ({ value, sent })),
    };
  if (from !== undefined && to !== undefined) return { kind: 'whole', from, to };
  return { kind: 'text', check: lineProblem };
}

const LONGEST = 200;

const lineProblem = (text: string): string | null =>
  text !== '' && text.length <= LONGEST && cleanText(text) === text
    ? null
    : `must be one line of at most ${LONGEST} visible characters`;

/** A percent change from fewer than these says nothing. */
const TINY = 20;

function metricOf(column: string, given: ListKeys['metrics'][string]): Metric {
  const label = given.label ?? inWords(column);
  return declareMetric({
    column,
    path: given.path === undefined ? [column] : pathOf(given.path),
    kind: given.kind,
    currency: given.kind === 'money' ? (given.currency ?? 'unknown') : null,
    window: given.window,
    label,
    description: given.description ?? capital(label),
    signed: given.negative,
    significant: given.rounded ?? null,
    zeroMayMeanUnknown: given.zero_is_unknown,
    scored: given.scored,
    headline: given.headline
      ? { title: capital(label), tinyBase: TINY, moreIsGood: given.more_is_good }
      : null,
  });
}

/** The first metric with its change, and two more where there is room. */
function shownOf(metrics: readonly Metric[]): ListKind['shown'] {
  const [first, ...others] = [...metrics].sort(
    (a, b) => Number(b.headline !== null) - Number(a.headline !== null),
  );
  if (first === undefined) return [];
  return [
    { column: first.column, head: first.label, drop: null },
    ...(first.kind === 'percent'
      ? []
      : [{ column: `${first.column}_pct`, head: '±%', drop: null }]),
    ...others.slice(0, 2).map(({ column, label }, i) => ({ column, head: label, drop: 3 + i })),
  ];
}

const inWords = (name: string): string => name.replaceAll(/[-_]/g, ' ');
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function pathOf(written: string): JsonPath {
  const parsed = parseJsonPath(written);
  if ('problem' in parsed) throw new Error('a path passed its check and cannot be read');
  return parsed.path;
}

const maybePathOf = (written: string | null): JsonPath | null =>
  written === null ? null : pathOf(written);
