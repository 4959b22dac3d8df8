// Ways in which a ranking of a date can go wrong.
import { periodAfter, type Period } from '../../list/dated.ts';
import type { GoodsRow } from './goods.ts';

export type RankingFault = {
  description: string;
  scope: 'page' | 'list';
  /** How many requests it acts on unless told otherwise; default all. */
  times?: number;
  /** The region served instead of the one asked for, and of a list of a date the date. */
  region?: (region: string) => string;
  date?: (period: Period, date: string) => string;
  /** The whole list. */
  rows?: (rows: readonly GoodsRow[]) => readonly GoodsRow[];
  /** Which page is cut from it, of so many. */
  page?: (page: number, lastPage: number) => number;
  body?: (body: { data: unknown }) => object;
  text?: (text: string) => string;
  /** Says no page how to go on, where the pages before would have to. */
  losesCursor?: boolean;
};

const changed = (change: (row: GoodsRow) => GoodsRow) => (rows: readonly GoodsRow[]) =>
  rows.map(change);

const ID = /"((?:product|seller|user|video|hashtag|clip)_id)":"(\d{16,})"/g;

export const RANKING_FAULTS = {
  not_yet_published: {
    description: 'The list is empty three times, and then there: it was not published yet',
    scope: 'list',
    times: 3,
    rows: () => [],
  },
  never_published: {
    description: 'The list of this day stays empty: it was never published',
    scope: 'list',
    rows: () => [],
  },
  older_date: {
    description: 'The list of the period before is served as that of the one asked for',
    scope: 'list',
    date: (period, date) => periodAfter(period, date, -1),
  },
  another_market: {
    description: 'Whatever region is asked for, the list is that of the US, and its rows say so',
    scope: 'list',
    region: () => 'US',
  },
  revenue_zero: {
    description: 'Revenue is 0 in every row: the market is not covered',
    scope: 'list',
    rows: changed((row) =>
      'total_video_sale_gmv_amt' in row
        ? { ...row, total_video_sale_gmv_amt: 0 }
        : { ...row, total_sale_gmv_amt: 0 },
    ),
  },
  prices_times_100: {
    description: 'Prices are in hundredths',
    scope: 'list',
    rows: changed((row) => ({
      ...row,
      ...Object.fromEntries(
        ['min_price', 'max_price', 'spu_avg_price']
          .filter((field) => field in row)
          .map((field) => [field, Number(row[field]) * 100]),
      ),
    })),
  },
  ids_as_numbers: {
    description: 'Ids of 19 digits are JSON numbers',
    scope: 'list',
    text: (text) => text.replace(ID, '"$1":$2'),
  },
  ids_rounded: {
    description: 'Ids are JSON numbers whose last digits are lost, such as 1.7293e18',
    scope: 'list',
    text: (text) =>
      text.replace(ID, (_, name: string, id: string) => `"${name}":${Number(id).toExponential()}`),
  },
  last_page_repeated: {
    description: 'The last page is served again for every page after it, without end',
    scope: 'list',
    page: Math.min,
  },
  rows_elsewhere: {
    description: 'The rows stand under data.list',
    scope: 'list',
    body: (body) => ({ ...body, data: { list: body.data } }),
  },
  missing_cursor: {
    description: 'No page says how the next one is asked for, or that there is one',
    scope: 'list',
    losesCursor: true,
  },
  quota_in_words: {
    description: 'Code 0, no rows, and a message that no quota is left',
    scope: 'page',
    body: (body) => ({ ...body, message: 'apiKey quota is not enough', data: [] }),
  },
} satisfies Record<string, RankingFault>;

export type RankingFaultName = keyof typeof RANKING_FAULTS;

export const RANKING_FAULT_NAMES = Object.keys(RANKING_FAULTS) as readonly RankingFaultName[];
