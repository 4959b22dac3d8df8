// What pages show: the figures of the commands, whatever the names are.
import { afterEach, describe, expect, test } from 'vitest';
import { runTop } from '../../src/commands/reading/top.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { json, run } from '../support/run-command.ts';
import { read } from './read-page.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
afterEach(() => web.close());

const HOSTILE = '<script>alert(1)</script>"\'>';

async function twoDays(): Promise<void> {
  web = makeWebWorld({}, { rules: [makeRule({ name: 'top3', when: 'rank <= 3' })] });
  await web.world.pass(
    dayAt(0),
    fetchedList([{ id: 'h', name: HOSTILE, posts: 9_000 }, ...products(9)]),
  );
  await web.world.pass(
    dayAt(1),
    fetchedList([
      { id: 'p3', posts: 11_500 },
      { id: 'h', name: HOSTILE, posts: 9_100 },
      'p1',
      'q1',
    ]),
  );
}

const page = async (path: string): Promise<string> => {
  const response = await web.ask(path);
  expect(response.status).toBe(200);
  return response.text();
};

describe('the leaderboard', () => {
  test('says which snapshot against which, and escapes what it shows', async () => {
    await twoDays();
    const text = await page('/watches/us-daily');
    expect(text).toContain('Fri 2026-01-02 06:00 UTC');
    expect(read(text)).toContain('against Thu 2026-01-01 06:00, 1 day before');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&#60;script&#62;alert(1)');
    expect(text).toContain('▲3');
  });

  test('as JSON is what top prints', async () => {
    await twoDays();
    const answer = await web.ask('/api/v1/watches/us-daily/leaderboard');
    expect(await answer.json()).toEqual(
      json(run(runTop, { watch: 'us-daily', json: true }, web.world)),
    );
  });

  test('is sorted, filtered and paged by its address', async () => {
    await twoDays();
    const ids = async (query: string) =>
      (
        (await (await web.ask(`/api/v1/watches/us-daily/leaderboard?${query}`)).json()) as {
          product_id: string;
        }[]
      ).map(({ product_id }) => product_id);
    expect(await ids('sort=-posts')).toEqual(['p3', 'h', 'p1', 'q1']);
    expect(await ids('show=climbers')).toEqual(['p3']);
    expect(await ids('show=left')).toHaveLength(7);
    expect(await ids('q=PRODUCT&page=2&rows=2')).toEqual(['q1']);
    expect((await web.ask('/watches/us-daily?sort=nothing')).status).toBe(400);
    expect((await web.ask('/watches/us-daily?compare=soon')).status).toBe(400);
  });

  test('of an earlier day is as it was', async () => {
    await twoDays();
    const text = await page('/watches/us-daily?at=2026-01-01');
    expect(text).toContain('Thu 2026-01-01 06:00 UTC');
    expect(text).toContain('it is the first complete snapshot');
  });

  test('as CSV has a head and a row each, and no cell that a table program runs', async () => {
    web = makeWebWorld();
    await web.world.pass(dayAt(0), fetchedList([{ id: 'a', name: '=cmd()' }]));
    const answer = await web.ask('/api/v1/watches/us-daily/leaderboard.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, row] = (await answer.text()).split('\n');
    expect(head).toContain('watch,');
    expect(row).not.toContain(',=cmd()');
  });
});

describe('an empty database', () => {
  test('says what will be here, and how to begin', async () => {
    web = makeWebWorld();
    expect(await page('/')).toContain('tidemark snapshot us-daily');
    const due = /us-daily has no snapshot yet. The first is due .*2026-01-01 06:00 UTC.*in 1m/;
    expect(await page('/watches/us-daily')).toMatch(due);
    const coverage = await page('/watches/us-daily/coverage');
    expect(coverage).toMatch(due);
    expect(coverage).toContain('No slot has passed yet');
  });
});

describe('an unchanged page', () => {
  test('is not sent again until something has changed, or a minute has gone by', async () => {
    await twoDays();
    const first = await web.ask('/watches/us-daily');
    const tag = first.headers.get('etag') ?? '';
    const again = async () =>
      (await web.ask('/watches/us-daily', { headers: { 'if-none-match': tag } })).status;
    expect(await again()).toBe(304);
    await web.world.clock.advance(60_000);
    expect(await again()).toBe(200);
  });
});

describe('below a prefix', () => {
  test('every link has it, whether the proxy keeps it or takes it off', async () => {
    await twoDays();
    const { world } = web;
    world.configure({ web: { ...world.config.web, publicUrl: 'http://127.0.0.1:8710/tide/mark' } });
    web = makeWebWorld({}, {}, world);
    for (const path of ['/tide/mark/watches/us-daily', '/watches/us-daily']) {
      const links = [...(await page(path)).matchAll(/(?:href|src|action)="([^"]*)"/g)].map(
        ([, link = '']) => link,
      );
      expect(links.length).toBeGreaterThan(20);
      expect(links.filter((link) => !/^(\/tide\/mark(\/|$)|#)/.test(link))).toEqual([]);
    }
    expect((await web.ask('/tide/marketing')).status).toBe(404);
  });
});

test('the page of an alert that is over shows the values it resolved on', async () => {
  web = makeWebWorld({}, { rules: [makeRule({ name: 'first', when: 'rank <= 1' })] });
  await web.world.pass(dayAt(0), fetchedList(['p1', 'p2', 'p3']));
  await web.world.pass(dayAt(1), fetchedList(['p2', 'p1', 'p3']));
  await web.world.pass(dayAt(2), fetchedList(['p3', 'p1', 'p2']));
  const [over] = (await (await web.ask('/api/v1/alerts?state=resolved')).json()) as {
    id: number;
  }[];
  const text = await page(`/alerts/${over?.id}`);
  expect(text).toContain('Values it fired on');
  expect(text).toContain('Values it resolved on');
});
