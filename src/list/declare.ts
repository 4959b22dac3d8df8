// Helps to declare lists that are read by declaration: fills in what most of them share.
import type { ListKind, Metric, Parameter } from './list-kind.ts';
import type { ListRequest } from './request.ts';

type GivenMetric = Pick<Metric, 'column' | 'path' | 'kind' | 'label' | 'description'> &
  Partial<Metric>;

/** A metric of the moment, never below 0, without rounding, score or headline. */
export const declareMetric = (given: GivenMetric): Metric => ({
  currency: given.kind === 'money' ? 'unknown' : null,
  signed: false,
  window: 'now',
  significant: null,
  zeroMayMeanUnknown: false,
  scored: false,
  headline: null,
  ...given,
});

type GivenParameter = Pick<Parameter, 'key' | 'description' | 'values'> & Partial<Parameter>;

/** A parameter that a watch must give. It is written as it is, and has a column in all views. */
export const declareParameter = (given: GivenParameter): Parameter => ({
  fallback: undefined,
  doubt: () => null,
  write: (value) => `${value}`,
  column: { description: given.description, inChanges: true },
  ...given,
});

/** Words that are sent as they are. */
export const asTheyAre = (...values: string[]): { value: string; sent: string }[] =>
  values.map((value) => ({ value, sent: value }));

type GivenRequest = Pick<ListRequest, 'url' | 'rows'> & Partial<ListRequest>;

const MEBIBYTE = 1024 * 1024;

/** A GET of one page that holds the whole list. */
export const declareRequest = (given: GivenRequest): ListRequest => ({
  method: 'GET',
  query: {},
  headers: {},
  body: null,
  pages: { by: 'none', size: 1_000, most: 1 },
  end: { total: null, more: null, shortPage: false },
  ok: null,
  fail: { message: null, quota: [], code: null },
  empty: 'suspicious',
  emptyStatus: [],
  where: [],
  requestId: null,
  creditsPerRequest: 0,
  maxBodyBytes: 2 * MEBIBYTE,
  ...given,
});

type GivenList = Pick<
  ListKind,
  'name' | 'title' | 'seriesSource' | 'row' | 'parameters' | 'metrics' | 'shown'
> & {
  identity: Pick<ListKind['identity'], 'id' | 'name'> & Partial<ListKind['identity']>;
  request: ListRequest;
} & Partial<Omit<ListKind, 'identity'>>;

/** A list of the present moment, with no known order, and with tables of its own name. */
export const declareList = (given: GivenList): ListKind => ({
  rank: null,
  echo: [],
  dated: null,
  link: null,
  orderedBy: null,
  level: null,
  hashedInOrder: [],
  table: `${given.name.replaceAll('-', '_')}_observations`,
  viewPrefix: `${given.name.replaceAll('-', '_')}_`,
  keyedInOrder: null,
  windowParameter: null,
  ...given,
  identity: { groups: [], noGroup: [], ...given.identity },
});
