// Every fault of the sandbox, on one page or on the whole list as it comes, through fetchList over real HTTP.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FailureReason, FetchedList } from '../../src/model.ts';
import { FAULTS, type FaultName } from '../../src/sandbox/faults.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { SANDBOX_TOKEN, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { fetchList } from '../../src/source/fetch-list.ts';
import { manualClock } from '../support/manual-clock.ts';
import { makeDeps, makeQuery, ranksOf, type TestDeps } from './source-deps.ts';

const NOW = '2026-11-23T06:00:00Z';
const DEPTH = 500;
/** In the second half of the list, where the faults act that begin on the way. */
const PAGE = 15;

/** `missing`: the page is, for this reason, after so many attempts. `refused`: so is all after it. `served`: nothing is missing; what is odd about the rows shows in them. */
type Expectation =
  { missing: FailureReason; attempts: number } | { refused: FailureReason } | 'served';

const EXPECTED: Record<FaultName, Expectation> = {
  http_400: { missing: 'bad_request', attempts: 1 },
  http_401: { refused: 'unauthorised' },
  http_402: { refused: 'out_of_credits' },
  http_403: { missing: 'forbidden', attempts: 1 },
  http_404: { missing: 'not_found', attempts: 1 },
  http_429: { missing: 'rate_limited', attempts: 4 },
  http_429_retry_seconds: { missing: 'rate_limited', attempts: 4 },
  http_429_retry_date: { missing: 'rate_limited', attempts: 4 },
  http_500: { missing: 'server_error', attempts: 3 },
  http_502: { missing: 'server_error', attempts: 3 },
  http_503: { missing: 'server_error', attempts: 3 },
  server_error_once: 'served',
  rate_limit_burst: { missing: 'rate_limited', attempts: 4 },
  out_of_credits_midway: { refused: 'out_of_credits' },
  upstream_50004: { missing: 'upstream_error', attempts: 2 },
  upstream_40000: { missing: 'upstream_error', attempts: 2 },
  upstream_100: { missing: 'upstream_error', attempts: 2 },
  upstream_500: { missing: 'upstream_error', attempts: 2 },
  nested_error: { missing: 'nested_error', attempts: 2 },
  nested_error_200: { missing: 'nested_error', attempts: 2 },
  wrong_shape: { missing: 'wrong_shape', attempts: 2 },
  redirect_to_html: { missing: 'redirect', attempts: 1 },
  html_page: { missing: 'wrong_content_type', attempts: 3 },
  wrong_content_type: { missing: 'wrong_content_type', attempts: 3 },
  not_json: { missing: 'not_json', attempts: 3 },
  truncated_json: { missing: 'truncated', attempts: 3 },
  cut_mid_body: { missing: 'truncated', attempts: 3 },
  connection_reset: { missing: 'connection_reset', attempts: 3 },
  hang: { missing: 'timeout', attempts: 3 },
  slow_drip: { missing: 'timeout', attempts: 3 },
  oversized_body: { missing: 'too_large', attempts: 1 },
  empty_list: 'served',
  clamp_limit: 'served',
  short_page: 'served',
  duplicate_row: 'served',
  tie_reorder: 'served',
  total_drift: 'served',
  has_more_false: 'served',
  refresh_mid_crawl: 'served',
  frozen_list: 'served',
  region_falls_back_to_all: 'served',
  region_falls_back_to_us: 'served',
  another_region: 'served',
  older_list: 'served',
  shuffled_pages: 'served',
  half_list: 'served',
  long_page: 'served',
  list_shrinks: 'served',
  metrics_null: 'served',
  metrics_missing: 'served',
  metrics_negative: 'served',
  metrics_nan: 'served',
  metrics_text: 'served',
  metrics_infinite: 'served',
  metric_null_everywhere: 'served',
  numbers_as_strings: 'served',
  currency_changed: 'served',
  zero_conversions: 'served',
  extra_fields: 'served',
  category_renamed: 'served',
  cover_url: 'served',
  hostile_names: 'served',
  row_without_third_category: 'served',
  row_null: 'served',
};

const clock = manualClock(NOW, { auto: true });
let sandbox: Sandbox;
let clean: FetchedList;
const open: TestDeps[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    market: createMarket({ seed: 1 }),
    clock: { ...clock, now: () => Date.parse(NOW) },
  });
  clean = await fetchList(makeSandboxDeps(), makeQuery({ depth: DEPTH }));
});
afterAll(async () => {
  for (const deps of open) await deps.close();
  await sandbox.close();
});

function makeSandboxDeps(timeoutMs = 10_000): TestDeps {
  const deps = makeDeps(sandbox.url, {
    source: {
      auth: { kind: 'bearer', token: makeSecret(SANDBOX_TOKEN) },
      timeoutMs,
      concurrency: 2,
    },
    clock,
  });
  open.push(deps);
  return deps;
}

async function fetchWith(fault: FaultName, page?: number) {
  sandbox.setFaults([{ fault, ...(page === undefined ? {} : { page }) }]);
  const deps = makeSandboxDeps(fault === 'hang' || fault === 'slow_drip' ? 250 : 10_000);
  const before = sandbox.requests().length;
  const fetched = await fetchList(deps, makeQuery({ depth: DEPTH }));
  return { fetched, deps, requests: sandbox.requests().slice(before) };
}

test('without a fault all pages are served', () => {
  expect(clean).toMatchObject({ missing: [], refused: null, requests: 25 });
  expect(ranksOf(clean).size).toBe(DEPTH);
});

describe.each(Object.keys(FAULTS) as FaultName[])('%s', (fault) => {
  const expected = EXPECTED[fault];

  test('on one page: its own reason, no other rank shifts, and every request is in the ledger', async () => {
    const { fetched, deps, requests } = await fetchWith(fault, PAGE);

    expect(deps.ledger.rows).toHaveLength(requests.length);
    expect(fetched.requests).toBe(requests.length);
    expect(deps.ledger.rows.every((row) => row.outcome !== null)).toBe(true);
    expect(JSON.stringify(fetched.missing)).not.toContain(SANDBOX_TOKEN);

    if (expected === 'served') {
      expect(fetched.missing).toEqual([]);
      expect(fetched.pages.map(({ page }) => page)).toEqual(clean.pages.map(({ page }) => page));
    } else if ('refused' in expected) {
      expect(fetched.refused?.reason).toBe(expected.refused);
      expect(fetched.missing.every(({ reason }) => reason === expected.refused)).toBe(true);
      expect(fetched.missing.map(({ page }) => page)).toContain(PAGE);
    } else {
      expect(fetched.missing.map(({ page, reason }) => [page, reason])).toEqual([
        [PAGE, expected.missing],
      ]);
      expect(requests.filter(({ request }) => request?.page === PAGE)).toHaveLength(
        expected.attempts,
      );
    }

    const isElsewhere = ([rank]: [number, string | null]) =>
      rank <= (PAGE - 1) * 20 || rank > PAGE * 20;
    const elsewhere = [...ranksOf(clean)].filter(isElsewhere);
    const seen = [...ranksOf(fetched)].filter(isElsewhere);
    // After a refusal the rest of the list is missing; what was seen before it is right.
    expect(seen).toEqual(
      expected !== 'served' && 'refused' in expected ? elsewhere.slice(0, seen.length) : elsewhere,
    );
  });

  test('as it comes: a value, never a rejection, with everything in the ledger', async () => {
    const { fetched, deps, requests } = await fetchWith(fault);

    expect(deps.ledger.rows).toHaveLength(requests.length);
    expect(fetched.credits).toBe(2 * requests.length);
    if (expected === 'served') expect(fetched.missing).toEqual([]);
    else expect(fetched.missing.length).toBeGreaterThan(0);
  });
});

test('a clamped list has the same ranks, from twice as many pages', async () => {
  const { fetched } = await fetchWith('clamp_limit');

  expect(fetched.pages).toHaveLength(50);
  expect(ranksOf(fetched)).toEqual(ranksOf(clean));
});

test('a list that shrinks ends where it ends', async () => {
  const { fetched } = await fetchWith('list_shrinks');

  expect(fetched.pages).toHaveLength(8);
  expect(ranksOf(fetched).size).toBe(156);
});

test('numbers as strings are the same numbers', async () => {
  const { fetched } = await fetchWith('numbers_as_strings');

  expect(fetched.pages.map(({ rows }) => rows)).toEqual(clean.pages.map(({ rows }) => rows));
});

test.each(['metrics_null', 'metrics_missing', 'metrics_nan', 'metrics_text'] satisfies FaultName[])(
  '%s leaves no number behind',
  async (fault) => {
    const { fetched } = await fetchWith(fault, PAGE);

    const row = fetched.pages[PAGE - 1]?.rows[2];
    expect(row?.product && Object.values(row.metrics)).toEqual(
      TOP_PRODUCTS.metrics.map(() => null),
    );
  },
);

test.each(['row_null', 'row_without_third_category'] satisfies FaultName[])(
  '%s keeps its place',
  async (fault) => {
    const { fetched } = await fetchWith(fault, PAGE);

    expect(fetched.pages[PAGE - 1]?.rows.map((row) => row.product === null)).toEqual(
      Array.from({ length: 20 }, (_, index) => index === 2),
    );
  },
);
