import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { expressionChecker } from '../../src/alert/compile.ts';
import { realProbes, runCheck, type CheckArgs } from '../../src/commands/set-up/check.ts';
import type { ProbeResult } from '../../src/delivery/channels/channel-kind.ts';
import type { Probes } from '../../src/report/probes.ts';
import type { Io } from '../../src/terminal/io.ts';
import { scriptedServer, sendJson } from '../source/scripted-server.ts';
import { fileOf, type Mapping } from '../support/declared-world.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const VALID = `
source: { token: sk_live_hunter2, daily_credits: 62 }
watches:
  us-daily: { region: US, schedule: "0 6 * * *", timezone: America/New_York }
  gb: { region: GB, depth: 45, schedule: "0 */12 * * *" }
channels:
  hook: { type: webhook, url: https://example.com/hunter2 }
  chat: { type: webhook, url: https://example.com/hunter2, format: slack }
smtp: { url: smtp://u:hunter2@localhost, from: a@example.com }
rules:
  up: { when: rank_gain >= 20, notify: [hook] }
digests:
  weekly: { schedule: "0 8 * * 1", timezone: Europe/Berlin, notify: [chat] }
`;

const NO_PROBES: Probes = {
  source: () => Promise.reject(new Error('not asked for')),
  smtp: () => Promise.reject(new Error('not asked for')),
  channel: () => Promise.reject(new Error('not asked for')),
};

async function check(
  yaml: string,
  args: CheckArgs = {},
  probes: Probes = NO_PROBES,
  overrides: Partial<Io> = {},
) {
  writeFileSync(join(folder, 'tidemark.yaml'), yaml);
  const io = memoryIo({ cwd: folder, ...overrides });
  const code = await runCheck(io, args, { probes, checkExpression: expressionChecker() });
  return {
    code,
    out: io.out.replaceAll(folder, 'FOLDER'),
    err: io.err.replaceAll(folder, 'FOLDER'),
  };
}

test('a valid configuration is summed up with its next runs and its credits', async () => {
  expect(await check(VALID)).toEqual({
    code: 0,
    err: '',
    out: `FOLDER/tidemark.yaml is valid: 2 watches, 1 rule, 2 channels, 1 digest.

Next runs
  us-daily (watch, America/New_York)
    Tue 2026-11-24 06:00   Wed 2026-11-25 06:00   Thu 2026-11-26 06:00
  gb (watch, UTC)
    Tue 2026-11-24 00:00   Tue 2026-11-24 12:00   Wed 2026-11-25 00:00
  weekly (digest, Europe/Berlin)
    Mon 2026-11-30 08:00   Mon 2026-12-07 08:00   Mon 2026-12-14 08:00

Credits in 2026-12 (days are the busiest; without retries)
watch     pages  credits/run  runs/day  credits/day  credits/month
────────  ─────  ───────────  ────────  ───────────  ─────────────
us-daily     25           50         1           50           1550
gb            3            6         2           12            372
all                                              62           1922
The daily limit is 62.
`,
  });
});

test('warnings are said on stderr, and do not change the exit code', async () => {
  const { code, err } = await check(
    VALID.replace('daily_credits: 62', 'daily_credits: 61').replace('region: GB', 'region: UK'),
  );
  expect([code, err]).toEqual([
    0,
    'warning 5:17 watches.gb.region: UK is no country code of ISO 3166-1; the United Kingdom is GB\n' +
      'warning source.daily_credits: the busiest day of 2026-12 needs 62 credits and daily_credits is 61: watches that do not fit will be skipped\n',
  ]);
});

test('on a terminal warnings wrap between words, and keep within it', async () => {
  const yaml = VALID.replace('daily_credits: 62', 'daily_credits: 61').replace(
    'region: GB',
    'region: UK',
  );
  const { err } = await check(yaml, {}, NO_PROBES, { isTerminal: true, columns: 80 });
  const lines = err.trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toHaveLength(4);
  expect(err.replaceAll('\n  ', ' ')).toBe((await check(yaml)).err);
});

test('an invalid configuration is exit code 2, with every problem on stderr', async () => {
  const { code, out, err } = await check(
    VALID.replace('rank_gain >= 20', 'rnk_gain >= 20').replace('region: GB', 'region: gb'),
  );
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe(`FOLDER/tidemark.yaml has 2 problems:
5:17 watches.gb.region: must be two capital letters (ISO 3166-1), or all_regions; did you mean "GB"? (got "gb")
11:15 rules.up.when: no column rnk_gain, did you mean rank_gain? (got "rnk_gain >= 20")
    rnk_gain >= 20
    ^
Correct the file and run \`tidemark check\`; \`tidemark schema\` lets an editor check it while you type.
`);
});

test('no configuration is exit code 2, with the next step', async () => {
  const io = memoryIo({ cwd: folder });
  expect(
    await runCheck(
      io,
      { config: 'other.yaml' },
      { probes: NO_PROBES, checkExpression: () => null },
    ),
  ).toBe(2);
  expect(io.err).toBe(
    `${folder}/other.yaml has 1 problem:\n1:1 (file): does not exist (got nothing)\nWrite one with \`tidemark init\`, or name yours with --config PATH or TIDEMARK_CONFIG.\n`,
  );
});

test('as JSON it holds the same', async () => {
  const { code, out, err } = await check(VALID.replace('daily_credits: 62', 'daily_credits: 10'), {
    json: true,
  });
  expect([code, err]).toEqual([0, '']);
  const data = JSON.parse(out) as Record<string, unknown>;
  expect(data).toMatchObject({
    valid: true,
    path: 'FOLDER/tidemark.yaml',
    warnings: [
      {
        path: 'source.daily_credits',
        text: 'the busiest day of 2026-12 needs 62 credits and daily_credits is 10: watches that do not fit will be skipped',
      },
    ],
    credits: {
      month: '2026-12',
      per_day: 62,
      per_month: 1922,
      daily_credits: 10,
      watches: [
        {
          watch: 'us-daily',
          pages: 25,
          credits_per_run: 50,
          runs_per_day: 1,
          credits_per_day: 50,
          runs_per_month: 31,
          credits_per_month: 1550,
        },
        { watch: 'gb' },
      ],
    },
  });
  expect((data.next_runs as unknown[])[0]).toEqual({
    kind: 'watch',
    name: 'us-daily',
    timezone: 'America/New_York',
    next: ['2026-11-24T11:00:00.000Z', '2026-11-25T11:00:00.000Z', '2026-11-26T11:00:00.000Z'],
  });
  expect(data).not.toHaveProperty('probes');
});

test('as JSON the problems are data, on stdout', async () => {
  const { code, out, err } = await check(VALID.replace('region: GB', 'region: gb'), { json: true });
  expect([code, err, JSON.parse(out)]).toEqual([
    2,
    '',
    {
      valid: false,
      path: 'FOLDER/tidemark.yaml',
      problems: [
        {
          line: 5,
          column: 17,
          path: 'watches.gb.region',
          problem: 'must be two capital letters (ISO 3166-1), or all_regions; did you mean "GB"?',
          got: '"gb"',
          below: [],
        },
      ],
    },
  ]);
});

test('with --connect each connection is tried once, and a failure is exit code 1', async () => {
  const tried: string[] = [];
  const result = (name: string, outcome: ProbeResult) => {
    tried.push(name);
    return Promise.resolve(outcome);
  };
  const probes: Probes = {
    source: (_, watch) =>
      result(`source ${watch.name}`, {
        ok: true,
        text: '20 rows of 500 for us-daily in 312 ms',
        next: null,
      }),
    smtp: () => result('smtp', { ok: false, text: 'connection refused', next: 'Check smtp.url.' }),
    channel: (channel) => result(channel.name, { ok: true, text: 'it answers', next: null }),
  };

  const { code, out } = await check(VALID, { connect: true }, probes);

  expect([code, tried]).toEqual([1, ['source us-daily', 'smtp', 'hook', 'chat']]);
  expect(out.slice(out.indexOf('Connections'))).toBe(`Connections
  ok     source: 20 rows of 500 for us-daily in 312 ms
  FAILED smtp: connection refused. Check smtp.url.
  ok     channel hook: it answers
  ok     channel chat: it answers
`);
});

test('on a terminal a long line breaks between words, and commands are as they have to be typed', async () => {
  const probes: Probes = {
    ...NO_PROBES,
    source: () => Promise.resolve({ ok: true, text: 'answered', next: null }),
    smtp: () =>
      Promise.resolve({
        ok: false,
        text: 'the connection was refused (ECONNREFUSED), which says that nobody listens there',
        next: 'Then: tidemark channels test team',
      }),
    channel: () => Promise.resolve({ ok: true, text: 'accepts', next: null }),
  };
  const { out } = await check(VALID, { connect: true }, probes, {
    isTerminal: true,
    columns: 60,
    called: { program: 'npx tidemark', config: 'a.yaml' },
  });
  expect(out).toContain(`
  FAILED smtp: the connection was refused (ECONNREFUSED),
         which says that nobody listens there. Then: npx
         tidemark --config a.yaml channels test team
`);
});

test('when every connection works it is exit code 0, also as JSON', async () => {
  const fine = () => Promise.resolve({ ok: true, text: 'fine', next: null });
  const { code, out } = await check(
    VALID,
    { connect: true, json: true },
    { source: fine, smtp: fine, channel: fine },
  );
  expect([code, (JSON.parse(out) as { probes: unknown }).probes]).toEqual([
    0,
    ['source', 'smtp', 'channel hook', 'channel chat'].map((probe) => ({
      probe,
      ok: true,
      text: 'fine',
      next: null,
      ...(probe === 'source' ? { list: 'top-products' } : {}),
    })),
  ]);
});

test('nothing that is printed is wider than the terminal, however long names are', async () => {
  const long = VALID.replaceAll('us-daily', 'u'.repeat(64)).replace(
    'America/New_York',
    'America/Argentina/ComodRivadavia',
  );
  const { code, out } = await check(long);
  expect([
    code,
    out
      .split('\n')
      .slice(1)
      .filter((line) => [...line].length > 80),
  ]).toEqual([0, []]);
});

test('colour only where it is asked for', async () => {
  const yaml = VALID.replace('daily_credits: 62', 'daily_credits: 61');
  const coloured = await check(yaml, {}, NO_PROBES, { color: true });
  const plain = await check(yaml);
  expect([
    coloured.err.includes('\u001b['),
    plain.err.includes('\u001b['),
    plain.out.includes('\u001b['),
  ]).toEqual([true, false, false]);
});

describe('of a declared list', () => {
  const LIST = {
    request: { url: '/list' },
    rows: 'items',
    id: 'id',
    name: 'title',
    groups: ['maker'],
    metrics: { sold: { kind: 'count' }, price: { kind: 'money', currency: 'USD' } },
  };
  const row = (n: number) => ({ id: `t${n}`, title: `Thing ${n}`, maker: 'Ana', sold: 900 - n });

  async function connect(body: unknown, options: { source?: Mapping; list?: Mapping } = {}) {
    const server = await scriptedServer((_, response) => sendJson(response, body));
    const list = { ...LIST, ...options.list };
    const file = fileOf(list, { source: { base_url: server.url, ...options.source } });
    const io = memoryIo({ cwd: folder });
    writeFileSync(join(folder, 'tidemark.yaml'), stringify(file));
    const args = { connect: true };
    const deps = { probes: realProbes(io), checkExpression: expressionChecker() };
    const code = await runCheck(io, args, deps);
    const json = memoryIo({ cwd: folder });
    await runCheck(json, { connect: true, json: true }, deps);
    await server.close();
    const text = io.out.slice(io.out.indexOf('Connections')).replace(/ in \d+ ms/, '');
    return { code, text, probe: (JSON.parse(json.out) as { probes: unknown[] }).probes[0] };
  }

  test('--connect shows the first rows as they were read, and how many have each metric', async () => {
    const { code, text, probe } = await connect({
      items: [{ ...row(1), price: '9.5' }, row(2), { ...row(3), sold: null }, row(4)],
    });
    expect(code).toBe(0);
    expect(text).toBe(`Connections
  ok     source mine: 4 rows of an unknown number for w
         #1 Thing 1 (t1) [Ana]: sold 899, price $9.50
         #2 Thing 2 (t2) [Ana]: sold 898, price –
         #3 Thing 3 (t3) [Ana]: sold –, price –
         Of 4 rows: sold in 3, price in 1. There is no other page.
`);
    expect(probe).toMatchObject({
      list: 'things',
      read: {
        rows: 4,
        first: [{ rank: 1, product_id: 't1', sold: 899, price: 9.5 }, {}, {}],
        filled: { sold: 3, price: 1 },
        next_page: false,
      },
    });
  });

  test('of a list of a date that is not there yet it says so, and which', async () => {
    const list = { request: { url: '/list/{date}' }, dated: { period: 'day' } };
    const { code, text } = await connect({ items: [] }, { list });
    expect(code).toBe(0);
    expect(text).toMatch(
      /ok {5}source mine: 0 rows .*\. The list of \d{4}-\d\d-\d\d is not published yet: a snapshot would ask again/,
    );
    expect(text).not.toContain('Of 0 rows');
  });

  test('a path that no row has fails, with what there is and where it is declared', async () => {
    const list = { metrics: { sold: { path: 'stats.sold' } } };
    const { code, text } = await connect({ items: [row(1)] }, { list });
    expect(code).toBe(1);
    expect(text).toContain(
      'suspect: no row has stats.sold (sold); a row has id, title, maker, sold. Check sources.mine.lists.things.',
    );
  });

  test('what to do names the keys of its source', async () => {
    const source = { username: 'ana', password: 'hunter2' };
    const { text } = await connect({ oops: true }, { source });
    expect(text).toContain('Check sources.mine.base_url and sources.mine.lists.things:');
    const empty = await connect({ items: [] });
    expect(empty.text).toContain('The list is empty. Check how the list is declared.');
  });
});
