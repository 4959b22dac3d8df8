import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { request as open } from 'undici';
import type { ListRow } from '../../src/sandbox/list-row.ts';
import { METRIC_FIELDS } from '../../src/sandbox/list-row.ts';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../src/sandbox/faults.ts';
import { createMarket, dayAfter } from '../../src/sandbox/market.ts';
import { HOSTILE_NAMES } from '../../src/sandbox/row-faults.ts';
import { ENDPOINT, SANDBOX_TOKEN, startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { ask, idsOf, standingClock, type Answer } from './ask.ts';

const DAY = '2026-03-02';
const LAST_PAGE = 25;
const market = createMarket({ seed: 1 });
const clock = standingClock(`${DAY}T06:00:00Z`);
const clean = (change: { day?: string; region?: string } = {}) =>
  market.list({ region: 'US', timeScope: 7, day: DAY, ...change });
const cleanPage = (page: number, change: { day?: string; region?: string } = {}) =>
  clean(change).slice((page - 1) * 20, page * 20);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ market, clock });
});
afterEach(() => {
  clock.set(`${DAY}T06:00:00Z`);
  sandbox.setFaults([]);
});
afterAll(() => sandbox.close());

const page = (number: number, query: Record<string, string | number> = {}) =>
  ask(sandbox, { page: number, ...query });
const crawl = (lastPage = LAST_PAGE) =>
  Promise.all(Array.from({ length: lastPage }, (_, index) => page(index + 1)));
const rowsOf = (answers: Answer[]) => answers.flatMap((answer) => answer.json().data.list);

// ---- what is expected of whole groups of faults ----

const refuses = (status: number, message: string) => async () => {
  const answer = await page(1);
  expect([answer.status, answer.json()]).toEqual([status, { code: status, data: null, message }]);
  expect(answer.headers).not.toHaveProperty('retry-after');
};
const answers200With = (body: unknown) => async () => {
  const answer = await page(1);
  expect([answer.status, answer.headers['content-type'], answer.json()]).toEqual([
    200,
    'application/json; charset=utf-8',
    body,
  ]);
};
const breaksWith = (code: string) => async () => {
  await expect(page(1)).rejects.toMatchObject({ code });
};
/** Only the third row of a page differs, and in this way. */
const spoilsThirdRow =
  (check: (row: Record<string, unknown>, was: ListRow) => void) => async () => {
    const rows = (await page(2)).json().data.list;
    const [third] = rows.splice(2, 1);
    check(third as unknown as Record<string, unknown>, cleanPage(2)[2] as ListRow);
    expect(rows).toEqual(cleanPage(2).filter((_, index) => index !== 2));
  };
const changesEveryRow = (change: (row: ListRow) => Record<string, unknown>) => async () => {
  expect((await page(2)).json().data.list).toEqual(
    cleanPage(2).map((row) => ({ ...row, ...change(row) })),
  );
};
const metrics = (row: Record<string, unknown>) => METRIC_FIELDS.map((field) => row[field]);

/** For each fault, its effect as a client sees it. The compiler holds that none is missing. */
const EFFECTS: Record<FaultName, () => Promise<void>> = {
  http_400: refuses(400, 'Missing required parameter: region'),
  http_401: refuses(401, 'apiKey is null'),
  http_402: refuses(402, 'apiKey quota is not enough'),
  http_403: refuses(403, 'plan does not include this endpoint'),
  http_404: refuses(404, 'Not Found'),
  http_429: refuses(429, 'qps limit exceeded'),
  http_500: refuses(500, 'Internal server error'),
  http_503: refuses(503, 'Service Unavailable'),
  http_429_retry_seconds: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '5']);
  },
  http_429_retry_date: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['retry-after']]).toEqual([
      429,
      'Mon, 02 Mar 2026 06:00:05 GMT',
    ]);
  },
  http_502: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      502,
      'text/html; charset=utf-8',
    ]);
    expect(answer.text).toContain('<html>');
  },
  server_error_once: async () => {
    expect([(await page(1)).status, (await page(1)).status, (await page(2)).status]).toEqual([
      500, 200, 200,
    ]);
  },
  rate_limit_burst: async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 7; count++) statuses.push((await page(1)).status);
    expect(statuses).toEqual([429, 429, 429, 429, 429, 200, 200]);
  },
  out_of_credits_midway: async () => {
    const statuses = (await crawl()).map(({ status }) => status);
    expect(statuses).toEqual([
      ...new Array<number>(13).fill(200),
      ...new Array<number>(12).fill(402),
    ]);
  },
  upstream_50004: answers200With({ code: 50004, msg: 'no available es index' }),
  upstream_40000: answers200With({
    code: 40000,
    msg: "Key: 'ListParams.Limit' Error:Field validation for 'Limit' failed on the 'max' tag",
    request_id: 'x',
  }),
  upstream_100: answers200With({ code: 100, msg: 'Unknown error' }),
  upstream_500: answers200With({ code: 500, msg: 'no available es index' }),
  nested_error: answers200With({
    code: 0,
    message: 'success',
    data: { code: 50004, msg: 'no available es index' },
  }),
  nested_error_200: answers200With({
    code: 200,
    router: ENDPOINT,
    data: { code: 50004, msg: 'no available es index' },
  }),
  wrong_shape: answers200With({ code: 0, message: 'success', data: { items: [] }, requestId: 'x' }),
  redirect_to_html: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers.location]).toEqual([301, '/home']);
    const home = await open(`${sandbox.url}/home`);
    expect([home.statusCode, home.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(await home.body.text()).toContain('<html>');
  },
  html_page: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(answer.text).toMatch(/^<!DOCTYPE html>/);
  },
  wrong_content_type: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['content-type'], answer.json().data.list]).toEqual([
      200,
      'text/plain',
      cleanPage(1),
    ]);
  },
  not_json: async () => {
    const answer = await page(1);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    expect(answer.json).toThrow(SyntaxError);
  },
  truncated_json: async () => {
    const answer = await page(1);
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
    expect(answer.text).toMatch(/^\{"code":0,"message":"success","data":\{"list":\[/);
    expect(answer.json).toThrow(SyntaxError);
  },
  cut_mid_body: async () => {
    const { statusCode, body } = await open(`${sandbox.url}${ENDPOINT}`, {
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}` },
    });
    expect(statusCode).toBe(200);
    await expect(body.text()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  },
  connection_reset: breaksWith('ECONNRESET'),
  hang: async () => {
    const own = await startSandbox({ market, clock, faults: [{ fault: 'hang', page: 1 }] });
    let isAnswered = false;
    const hanging = ask(own).finally(() => (isAnswered = true));
    const ended = expect(hanging).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    while (own.requests().length < 2) await ask(own, { page: 2 });
    expect(isAnswered).toBe(false);
    await own.close();
    await ended;
  },
  slow_drip: async () => {
    const { headers, body } = await open(`${sandbox.url}${ENDPOINT}`, {
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}` },
    });
    const pieces: string[] = [];
    for await (const piece of body) if (pieces.push(String(piece)) === 4) break;
    expect(pieces.join('')).toBe('{"co');
    expect(Number(headers['content-length'])).toBeGreaterThan(5_000);
  },
  oversized_body: async () => {
    const { headers, body } = await open(`${sandbox.url}${ENDPOINT}`, {
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}` },
    });
    expect(headers).not.toHaveProperty('content-length');
    let size = 0;
    for await (const piece of body) size += (piece as Buffer).length;
    expect(size).toBeGreaterThan(64 * 1024 * 1024);
  },

  empty_list: async () => {
    expect((await page(2)).json()).toMatchObject({
      code: 0,
      data: { list: [], pagination: { page: 2, size: 0, total: 0, has_more: false } },
    });
  },
  clamp_limit: async () => {
    const answers = await crawl(50);
    expect(answers.every((answer) => answer.json().data.list.length === 10)).toBe(true);
    expect(rowsOf(answers)).toEqual(clean());
    expect(answers.map((answer) => answer.json().data.pagination.has_more)).toEqual([
      ...new Array<boolean>(49).fill(true),
      false,
    ]);
  },
  short_page: async () => {
    const answers = await crawl();
    expect(answers.map((answer) => answer.json().data.list.length)).toEqual(
      Array.from({ length: LAST_PAGE }, (_, index) => (index === 12 ? 17 : 20)),
    );
    expect(rowsOf(answers)).toEqual(clean().filter((_, index) => index < 257 || index >= 260));
  },
  duplicate_row: async () => {
    const [before, faulty] = [(await page(13)).json().data.list, (await page(14)).json().data.list];
    expect(faulty).toEqual([before.at(-1), ...cleanPage(14).slice(0, -1)]);
  },
  tie_reorder: async () => {
    const rows = rowsOf(await crawl());
    expect(rows.map(({ post }) => post)).toEqual(clean().map(({ post }) => post));
    // A tie across the end of a page: some rows come twice, and some not at all.
    expect(new Set(idsOf(rows)).size).toBeLessThan(500);
    expect(new Set(idsOf(rows)).size).toBeGreaterThan(450);
  },
  total_drift: async () => {
    const answers = await crawl();
    expect(answers.map((answer) => answer.json().data.pagination.total)).toEqual([
      ...new Array<number>(13).fill(500),
      ...new Array<number>(12).fill(493),
    ]);
    expect(rowsOf(answers)).toEqual(clean());
  },
  has_more_false: async () => {
    expect((await page(3)).json().data).toEqual({
      list: cleanPage(3),
      pagination: { page: 3, size: 20, total: 500, has_more: false },
    });
  },
  refresh_mid_crawl: async () => {
    expect(rowsOf(await crawl())).toEqual([
      ...clean().slice(0, 260),
      ...clean({ day: dayAfter(DAY) }).slice(260),
    ]);
  },
  frozen_list: async () => {
    const yesterday = clean({ day: dayAfter(DAY, -1) });
    expect(rowsOf(await crawl())).toEqual(yesterday);
    // Without a day of its own it stays frozen at what it was when it was set.
    clock.set(`${dayAfter(DAY, 3)}T06:00:00Z`);
    expect(rowsOf(await crawl())).toEqual(yesterday);
  },
  region_falls_back_to_all: async () => {
    expect((await page(2)).json().data.list).toEqual(cleanPage(2, { region: 'all_regions' }));
  },
  region_falls_back_to_us: async () => {
    expect((await page(2, { region: 'GB' })).json().data.list).toEqual(cleanPage(2));
  },
  another_region: async () => {
    expect((await page(2)).json().data.list).toEqual(cleanPage(2, { region: 'ID' }));
  },
  older_list: async () => {
    expect(rowsOf(await crawl())).toEqual(clean({ day: dayAfter(DAY, -7) }));
  },
  shuffled_pages: async () => {
    const rows = rowsOf(await crawl());
    expect(rows.slice(0, 40)).toEqual([...cleanPage(2), ...cleanPage(4)]);
    expect(new Set(idsOf(rows)).size).toBe(500);
  },
  half_list: async () => {
    const answers = await crawl();
    expect(rowsOf(answers)).toEqual(clean().slice(0, 250));
    expect(answers[0]?.json().data.pagination.total).toBe(250);
  },
  long_page: async () => {
    expect((await page(13)).json().data).toEqual({
      list: [...cleanPage(13), cleanPage(14)[0]],
      pagination: { page: 13, size: 21, total: 500, has_more: true },
    });
    expect((await page(14)).json().data.list).toEqual(cleanPage(14));
  },
  list_shrinks: async () => {
    const answers = await crawl();
    expect(rowsOf(answers)).toEqual(clean().slice(0, 156));
    expect(answers[0]?.json().data.pagination).toEqual({
      page: 1,
      size: 20,
      total: 156,
      has_more: true,
    });
  },

  row_without_third_category: spoilsThirdRow((row, { third_ecom_category: _, ...rest }) =>
    expect(row).toEqual(rest),
  ),
  row_null: spoilsThirdRow((row) => expect(row).toBeNull()),
  metrics_null: spoilsThirdRow((row, was) => {
    expect(new Set(metrics(row))).toEqual(new Set([null]));
    expect(row.third_ecom_category).toEqual(was.third_ecom_category);
  }),
  metrics_missing: spoilsThirdRow((row, was) =>
    expect(Object.keys(row)).toEqual(
      Object.keys(was).filter((key) => !METRIC_FIELDS.some((field) => field === key)),
    ),
  ),
  metrics_negative: spoilsThirdRow((row, was) => {
    expect(row.impression).toBe(-was.impression - 1);
    expect(row.cpa).toBeLessThan(0);
  }),
  metrics_nan: spoilsThirdRow((row) => expect(new Set(metrics(row))).toEqual(new Set(['NaN']))),
  metrics_text: spoilsThirdRow((row) => expect(new Set(metrics(row))).toEqual(new Set(['n/a']))),
  metrics_infinite: async () => {
    const answer = await page(1);
    expect(answer.text).toContain('"impression":1e999,');
    expect(answer.json().data.list.map(({ impression }) => impression)).toEqual([
      Infinity,
      ...cleanPage(1)
        .slice(1)
        .map(({ impression }) => impression),
    ]);
  },
  metric_null_everywhere: changesEveryRow(() => ({ impression: null })),
  numbers_as_strings: changesEveryRow((row) =>
    Object.fromEntries(METRIC_FIELDS.map((field) => [field, String(row[field])])),
  ),
  currency_changed: changesEveryRow((row) => ({
    cost: row.cost * 25_000,
    cpa: row.cpa * 25_000,
  })),
  zero_conversions: changesEveryRow(() => ({ cpa: 0, cvr: 0 })),
  extra_fields: changesEveryRow(() => ({
    product_id: 1,
    gmv: { amount: 12, currency: 'USD' },
    rank: null,
  })),
  category_renamed: changesEveryRow(({ third_ecom_category }) => ({
    third_ecom_category: { ...third_ecom_category, value: `${third_ecom_category.value} (new)` },
    url_title: `${third_ecom_category.value} (new)`,
  })),
  cover_url: changesEveryRow(({ third_ecom_category: { id } }) => ({
    cover_url: `https://images.example.com/${id}.webp`,
  })),
  hostile_names: async () => {
    const rows = (await page(2)).json().data.list;
    expect(idsOf(rows)).toEqual(idsOf(cleanPage(2)));
    expect(new Set(rows.map((row) => row.third_ecom_category.value))).toEqual(
      new Set(HOSTILE_NAMES),
    );
    for (const part of [
      '<script>',
      '\r\n',
      '\u001b[',
      '\u202e',
      '\u0000',
      '=HYPERLINK',
      '\ud83d',
      'x'.repeat(10_000),
    ]) {
      expect(rows.some((row) => row.third_ecom_category.value.includes(part))).toBe(true);
    }
  },
};

describe('each fault does what it says', () => {
  it.each(FAULT_NAMES.map((name) => [name, FAULTS[name].description] as const))(
    '%s: %s',
    async (name) => {
      sandbox.setFaults([{ fault: name }]);
      await EFFECTS[name]();
    },
  );
});

describe('each fault acts only where it is asked for', () => {
  it.each(FAULT_NAMES)(
    '%s on another page, day or region leaves a page as it is',
    async (fault) => {
      for (const elsewhere of [{ page: 2 }, { day: '2026-03-01' }, { region: 'GB' }]) {
        sandbox.setFaults([{ fault, ...elsewhere }]);
        const answer = await page(14);
        expect([answer.status, answer.json().data.list, sandbox.requests().at(-1)?.faults]).toEqual(
          [200, cleanPage(14), []],
        );
      }
    },
  );

  it('on a named page, also one it would not choose itself', async () => {
    sandbox.setFaults([{ fault: 'out_of_credits_midway', page: 1 }]);
    expect([(await page(1)).status, (await page(20)).status]).toEqual([402, 200]);
  });

  it('on a named day, which is what a frozen list is frozen before', async () => {
    sandbox.setFaults([{ fault: 'frozen_list', day: '2026-03-04' }]);
    expect((await page(1)).json().data.list).toEqual(cleanPage(1));
    clock.set('2026-03-04T01:00:00Z');
    expect((await page(1)).json().data.list).toEqual(cleanPage(1, { day: '2026-03-03' }));
  });

  it('so many times, counted per fault, and anew when faults are set again', async () => {
    const faults = [
      { fault: 'http_503', page: 1, times: 2 },
      { fault: 'http_500', page: 2, times: 1 },
    ] as const;
    const statuses = async () => [
      (await page(1)).status,
      (await page(2)).status,
      (await page(1)).status,
      (await page(2)).status,
      (await page(1)).status,
    ];
    sandbox.setFaults(faults);
    expect(await statuses()).toEqual([503, 500, 503, 200, 200]);
    sandbox.setFaults(faults);
    expect(await statuses()).toEqual([503, 500, 503, 200, 200]);
  });
});

describe('several faults at once', () => {
  it('all act, in the order of the table', async () => {
    sandbox.setFaults([
      { fault: 'wrong_content_type' },
      { fault: 'row_without_third_category' },
      { fault: 'category_renamed' },
      { fault: 'list_shrinks' },
    ]);
    const answer = await page(2);
    expect(sandbox.requests().at(-1)?.faults).toEqual([
      'list_shrinks',
      'category_renamed',
      'row_without_third_category',
      'wrong_content_type',
    ]);
    expect(answer.headers['content-type']).toBe('text/plain');
    const { list, pagination } = answer.json().data;
    expect([
      list[0]?.third_ecom_category.value,
      list[2]?.third_ecom_category,
      pagination.total,
    ]).toEqual([`${cleanPage(2)[0]?.third_ecom_category.value} (new)`, undefined, 156]);
  });

  it.each(FAULT_NAMES.filter((name) => FAULTS[name].page))(
    '%s goes with every other fault of rows',
    async (fault) => {
      const others = FAULT_NAMES.filter(
        (name) => FAULTS[name].page && name !== fault && name !== 'empty_list',
      );
      sandbox.setFaults([fault, ...others].map((name) => ({ fault: name, page: 2 })));
      expect((await page(2)).status).toBe(200);
    },
  );
});
