// A list of a date that no part of the program knows of, and a server that publishes it: day by day, week by week,
// month by month, when a test says so.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SourceConfig, Watch } from '../../src/config/config.ts';
import { HOUR_MS } from '../../src/lib/clock.ts';
import {
  asTheyAre,
  declareList,
  declareMetric,
  declareParameter,
  declareRequest,
} from '../../src/list/declare.ts';
import type { ListKind } from '../../src/list/list-kind.ts';
import { makeAccount, makeWatch } from './world.ts';

const PAGE = 10;

/** Best sellers of a day, a week or a month; published four hours after its end at the earliest. */
export const SELLERS: ListKind = declareList({
  name: 'best-sellers',
  title: 'Best sellers',
  seriesSource: 'shop.best-sellers',
  row: { one: 'thing', many: 'things' },
  identity: { id: ['id'], name: ['name'] },
  parameters: [
    declareParameter({
      key: 'period',
      description: 'Day, week or month.',
      values: { kind: 'choice', of: asTheyAre('day', 'week', 'month') },
    }),
  ],
  metrics: [
    declareMetric({
      column: 'sold',
      path: ['sold'],
      kind: 'count',
      label: 'sold',
      description: 'How many were sold',
      window: 'period',
      scored: true,
      headline: { title: 'Sold', tinyBase: 10, moreIsGood: true },
    }),
  ],
  orderedBy: 'sold',
  shown: [{ column: 'sold', head: 'sold', drop: null }],
  echo: [{ path: ['day'], of: 'date' }],
  dated: { by: 'period', period: 'day', lagMs: 4 * HOUR_MS, since: '2025-01-01' },
  windowParameter: 'period',
  request: declareRequest({
    url: '/best',
    query: { date: '{date}', period: '{period}', page: '{page}' },
    pages: { by: 'page', first: 1, size: PAGE, most: 50 },
    end: { total: null, more: null, shortPage: true },
    rows: ['data'],
    empty: 'not_yet',
    creditsPerRequest: 1,
  }),
});

/** One row as it is served. */
export type Sold = { id: string; sold: number };

export type Shop = {
  /** What was asked for, as `2026-01-01` or `2026-01-01/2` for a later page. */
  asked: string[];
  /** Publishes the list of a date; default: that which `sellers` makes of it. */
  publish(date: string, rows?: readonly Sold[]): void;
  /** Answers the next requests for a date with the rows of another, as one that says it is that one. */
  serveAs(date: string, other: string, isHonest?: boolean): void;
  /** Called before each answer. */
  onRequest: (date: string) => void;
  source: SourceConfig;
  close(): Promise<void>;
};

/** `count` things, and how many were sold of each on a date. */
export const sellers = (date: string, count = 15): Sold[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `19${String(place).padStart(17, '0')}`,
    sold: 5_000 - place * 100 + ((Date.parse(date) / 86_400_000) % 97),
  }));

export async function openShop(): Promise<Shop> {
  const published = new Map<string, readonly Sold[]>();
  const instead = new Map<string, { date: string; isHonest: boolean }>();
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const date = query.get('date') ?? '';
    const page = Number(query.get('page'));
    asked.push(page === 1 ? date : `${date}/${page}`);
    shop.onRequest(date);
    const other = instead.get(date);
    const day = other?.isHonest === true ? other.date : date;
    const rows = published.get(other?.date ?? date) ?? [];
    const data = rows
      .slice((page - 1) * PAGE, page * PAGE)
      .map((row) => ({ ...row, name: `Thing ${row.id}`, day }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const shop: Shop = {
    asked,
    publish: (date, rows = sellers(date)) => void published.set(date, rows),
    serveAs: (date, other, isHonest = true) => void instead.set(date, { date: other, isHonest }),
    onRequest: () => {},
    source: makeAccount({
      name: 'shop',
      kind: 'http',
      place: 'sources.shop',
      lists: [SELLERS],
      baseUrl: `http://127.0.0.1:${port}`,
      auth: { kind: 'none' },
      requestsPerSecond: 1_000_000,
    }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return shop;
}

/** A watch of the list of a period; at 10:00 of each day, of each Tuesday, or of the second of each month. */
export const datedWatch = (
  period: 'day' | 'week' | 'month' = 'day',
  overrides: Partial<Watch> = {},
): Watch =>
  makeWatch({
    name: `sold-a-${period}`,
    source: 'shop',
    list: SELLERS,
    asked: { period },
    depth: 20,
    schedule: { day: '0 10 * * *', week: '0 10 * * 2', month: '0 10 2 * *' }[period],
    ...overrides,
  });
