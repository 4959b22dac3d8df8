// (a) One pass of 25 pages through the whole pipeline, beside a hand-written script that only fetches, parses and inserts.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Agent, request } from 'undici';
import { DAY_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { runPass } from '../../src/pipeline.ts';
import { openSource } from '../../src/source/open-source.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, DAY_ZERO, makeConfig, makeRule, makeWatch, makeAccount } from '../support/world.ts';
import { alternateInBoth, printRatio } from './measure.ts';

/** The metrics of a row as the API names them, in the order of the floor's columns. */
const FLOOR_FIELDS = [
  'post',
  'post_change',
  'impression',
  'like',
  'comment',
  'share',
  'ctr',
  'cvr',
  'play_six_rate',
  'cpa',
  'cost',
];
const ROUNDS = 40;
/** Before they are measured both are warm: after three runs the floor is still cold, and flatters us. */
const WARM_UP = 35;
const CONCURRENCY = 2;

/** Twenty rules of the kinds that people write. */
export const TWENTY_RULES = Array.from({ length: 20 }, (_, index) =>
  makeRule({
    name: `rule-${index}`,
    when:
      [
        `rank_gain >= ${40 + index} and rank <= 100`,
        `rank <= ${5 + index}`,
        `posts_pct >= ${150 + index} and posts_before >= 50`,
        `ctr_delta <= -${2 + index / 10} and impressions > 100000`,
        "status = 'new' and rank <= 200",
      ][index % 5] ?? '',
    cooldownMs: index % 2 === 0 ? 3 * DAY_MS : null,
  }),
);

export async function benchPass(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  // A process of its own, as a real source would be. Its day moves with every list, so that each pass meets news.
  const server = await startServer();
  const agent = new Agent({ connections: CONCURRENCY });
  const floor = new Database(join(folder, 'floor.db'));
  floor.pragma('journal_mode = WAL');
  floor.pragma('synchronous = FULL');
  floor.exec(
    'CREATE TABLE observations (snapshot_id INTEGER, product_id INTEGER, rank INTEGER, posts INTEGER, posts_growth REAL, impressions INTEGER, likes INTEGER, comments INTEGER, shares INTEGER, ctr REAL, cvr REAL, view_rate_6s REAL, cpa REAL, cost REAL, PRIMARY KEY (snapshot_id, product_id)) STRICT, WITHOUT ROWID',
  );
  const insert = floor.prepare(
    `INSERT INTO observations VALUES (${Array<string>(14).fill('?').join(', ')})`,
  );

  const clock = manualClock(DAY_ZERO, { auto: true });
  const account = makeAccount({
    baseUrl: server.url,
    auth: { kind: 'bearer', token: makeSecret('sandbox') },
    concurrency: CONCURRENCY,
    requestsPerSecond: 1e6,
  });
  const config = makeConfig({
    watches: [makeWatch()],
    rules: TWENTY_RULES,
    sources: [account],
  });
  const source = openSource(account, clock, () => 0);
  const db = openDatabase(join(folder, 'ours.db'));
  let [oursDay, floorDay] = [0, 0];

  const page = async (number: number) => {
    const { body } = await request(
      `${server.url}/v1/tiktok/insights/products?search_keyword=FALSE&page=${number}&limit=20&time_scope=1&region=US&ecom_category_id=`,
      { dispatcher: agent, headers: { authorization: 'Bearer sandbox' } },
    );
    return (await body.json()) as { data: { list: Record<string, never>[] } };
  };
  const { ms, cpu } = await alternateInBoth(
    [
      {
        name: 'ours',
        prepare: () => server.setDay(oursDay),
        run: async () => {
          oursDay += 1;
          if (clock.now() < dayAt(oursDay)) await clock.advance(dayAt(oursDay) - clock.now());
          await runPass(
            {
              db,
              config,
              clock,
              fetchList: source.fetchList,
              signal: new AbortController().signal,
            },
            config.watches[0] ?? makeWatch(),
            dayAt(oursDay),
            'schedule',
          );
        },
      },
      {
        name: 'floor',
        prepare: () => server.setDay(floorDay),
        run: async () => {
          floorDay += 1;
          const pages: { data: { list: Record<string, never>[] } }[] = [];
          let next = 1;
          await Promise.all(
            Array.from({ length: CONCURRENCY }, async () => {
              for (let number = next++; number <= 25; number = next++)
                pages[number] = await page(number);
            }),
          );
          floor.transaction(() => {
            let rank = 0;
            for (const one of pages)
              for (const row of one?.data.list ?? []) {
                const { third_ecom_category: category } = row as unknown as {
                  third_ecom_category: { id: string };
                };
                const metrics = row as unknown as Record<string, number>;
                insert.run(
                  floorDay,
                  Number(category.id),
                  ++rank,
                  ...FLOOR_FIELDS.map((field) => metrics[field]),
                );
              }
          })();
        },
      },
    ],
    ROUNDS,
    WARM_UP,
  );
  const stored = db.raw
    .prepare('SELECT count(*) FROM snapshots WHERE status = \'complete\' AND "rows" = 500')
    .pluck()
    .get() as number;
  if (stored < ROUNDS)
    throw new Error(
      `only ${stored} of ${oursDay} passes were complete: the comparison is not fair`,
    );
  for (const [unit, [ours = NaN, least = NaN], aim] of [
    ['ms', ms, 3],
    ['ms CPU', cpu, 5],
  ] as const)
    printRatio(
      `(a) one pass of 25 pages, ledger, raw pages, changes, ${TWENTY_RULES.length} rules, outbox`,
      ours,
      least,
      'fetch with undici, parse, insert',
      aim,
      unit,
    );
  db.close();
  floor.close();
  await source.close();
  await agent.destroy();
  server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function startServer(): Promise<{ url: string; setDay(day: number): Promise<void>; stop(): void }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'source-server.ts')],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    child.on('error', reject);
    let waiting: (() => void) | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      const text = chunk.toString().trim();
      if (text.startsWith('http'))
        resolve({
          url: text,
          setDay: (day) => new Promise((done) => ((waiting = done), child.stdin.write(`${day}\n`))),
          stop: () => child.kill(),
        });
      else waiting?.();
    });
  });
}
