// (w) The page: what its answers cost beside their SQL with JSON.stringify, and what they weigh.
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { presentSql } from '../../src/change/rows-sql.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { PAIR } from '../../src/store/reading/change-rows.ts';
import { findNewestEvaluated, listHistory } from '../../src/store/reading/product-history.ts';
import { loadAssets, scriptPaths } from '../../src/web/load-assets.ts';
import { makeApp } from '../../src/web/app.ts';
import type { WebDeps } from '../../src/web/deps.ts';
import { manualClock } from '../support/manual-clock.ts';
import { alternate, cpuMs, printRatio } from './measure.ts';
import { makeWebBench, benchNow, type WebBench } from './web-world.ts';
import { benchBacktestOnPage, benchMcp } from './web-commands.ts';
import { benchFirstRows } from './web-trial.ts';
import { benchWebMemory, benchWebThread } from './web-thread.ts';
import { benchUnusedPage } from './web-unused.ts';

const ROUNDS = 30;
const WARM_UP = 15;
const DAYS = 366;
const KB = 1_024;

type Ask = (path: string, headers?: Record<string, string>) => Promise<Response>;

export const benchWeb = (): Promise<void> =>
  inWorld(async (bench) => {
    const ask = await askerOf(bench);
    await answers(bench, ask);
    await weight(ask);
    await benchBacktestOnPage(bench);
    await benchFirstRows(bench);
    await benchMcp(bench);
    await benchUnusedPage(bench);
  });

/** What its thread takes, and takes from the daemon, each by itself as it takes minutes. */
export const benchMemoryOfWeb = (): Promise<void> => inWorld(benchWebMemory);
export const benchThreadOfWeb = (): Promise<void> => inWorld(benchWebThread);

async function inWorld(work: (bench: WebBench) => Promise<void>): Promise<void> {
  const bench = await makeWebBench(DAYS);
  try {
    await work(bench);
  } finally {
    bench.close();
  }
}

async function askerOf({ db, config }: WebBench): Promise<Ask> {
  const { listen } = config.web;
  const deps: WebDeps = {
    db,
    config,
    clock: manualClock(benchNow(DAYS)),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    write: () => Promise.reject(new Error('nothing is written here')),
    randomBytes: (count) => Buffer.alloc(count),
    assets: loadAssets(await scriptPaths()),
    boot: 'bench',
    port: listen?.port ?? 0,
  };
  const app = makeApp(deps);
  const host = `127.0.0.1:${deps.port}`;
  const peer = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  return async (path, headers = {}) =>
    app.request(`http://${host}${path}`, { headers: { host, ...headers } }, peer);
}

async function answers({ db, snapshots }: WebBench, ask: Ask): Promise<void> {
  const full = '/watches/us-daily?rows=500';
  const api = '/api/v1/watches/us-daily/leaderboard';
  const tag = (await ask(full)).headers.get('etag') ?? '';
  const rows = db.raw.prepare(`${presentSql(TOP_PRODUCTS, PAIR)}\nORDER BY o.rank`);
  const newest = findNewestEvaluated(db, 'us-daily', benchNow(DAYS));
  const [first] = (await (await ask(`${api}?rows=1`)).json()) as { product_id: string }[];
  const id = first?.product_id ?? '';
  const key = db.raw
    .prepare('SELECT id FROM products WHERE upstream_id = ?')
    .pluck()
    .get(id) as number;
  const product = `/api/v1/watches/us-daily/products/${id}?days=365`;
  const run = (name: string, work: () => unknown) => ({
    name,
    run: async () => void (await work()),
  });
  const text = async (path: string, headers?: Record<string, string>) =>
    (await ask(path, headers)).text();
  const [floor = NaN, json = NaN, page = NaN, again = NaN, points = NaN, one = NaN] =
    await alternate(
      [
        run('floor', () => JSON.stringify(rows.all(snapshots))),
        run('json', () => text(api)),
        run('html', () => text(full)),
        run('304', () => text(full, { 'if-none-match': tag })),
        run('points', () => JSON.stringify(listHistory(db, newest?.seriesId ?? 0, key, 0))),
        run('product', () => text(product)),
      ],
      ROUNDS,
      WARM_UP,
      cpuMs,
    );
  const sql = 'its SQL and JSON.stringify';
  printRatio('(w) leaderboard of 500 as JSON, CPU', json, floor, sql, 1.5);
  printRatio(
    '(w) leaderboard of 500 as HTML, with lines of 30 snapshots, CPU',
    page,
    floor,
    sql,
    3,
  );
  printRatio('(w) the same page unchanged: 304, CPU', again, page, 'the full page', 0.1);
  printRatio('(w) a product of 365 slots as JSON, CPU', one, points, sql, 2);
}

async function weight(ask: Ask): Promise<void> {
  const page = await ask('/watches/us-daily?rows=500', { 'accept-encoding': 'gzip' });
  const bytes = (await page.arrayBuffer()).byteLength / KB;
  process.stdout.write(
    `(w) HTML of 500 rows, gzipped\n  ${bytes.toFixed(1)} KB, aim at most 30 KB${bytes <= 30 ? '' : '  MISSED'}\n`,
  );
  for (const [name, path] of Object.entries(await scriptPaths())) {
    if (!name.endsWith('.js')) continue;
    const size = gzipSync(readFileSync(path)).length / KB;
    process.stdout.write(
      `(w) ${name}, gzipped\n  ${size.toFixed(1)} KB, aim at most 30 KB${size <= 30 ? '' : '  MISSED'}\n`,
    );
  }
}
