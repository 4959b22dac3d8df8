// Whoever asks for what is in the lake alone is told so, and gets no shorter answer in its place.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExport } from '../../../src/commands/history/export.ts';
import { runPrune } from '../../../src/commands/history/prune.ts';
import { runLakeStatus } from '../../../src/commands/lake/status.ts';
import { runLakeThin } from '../../../src/commands/lake/thin.ts';
import { runLakeVerify } from '../../../src/commands/lake/verify.ts';
import { runProduct } from '../../../src/commands/reading/product.ts';
import { runSql } from '../../../src/commands/history/sql.ts';
import { runTop } from '../../../src/commands/reading/top.ts';
import { runRulesBacktest } from '../../../src/commands/rules/rules-backtest.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { findProducts, productJson, readProduct } from '../../../src/report/product.ts';
import { statusJson } from '../../../src/report/status-json.ts';
import { readStatus } from '../../../src/report/status.ts';
import { listSlots } from '../../../src/store/reading/watch-slots.ts';
import { readSnapshot } from '../../../src/web/pages/snapshot.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../../support/history-file.ts';
import { memoryIo } from '../../support/memory-io.ts';
import { dayAt } from '../../support/world.ts';
import { sync } from './tiers-world.ts';

let file: HistoryFile;
let reading: { db: HistoryFile['world']['db']; config: HistoryFile['world']['config'] };
let said: Record<string, string>;
const never = new AbortController().signal;
const ioAt = () => memoryIo({ cwd: file.folder, now: '2026-04-10T12:00:00Z' });

// Days 0 to 37 leave.
beforeAll(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 100, { count: 5 });
  writeFileSync(
    join(file.folder, 'tidemark.yaml'),
    `source: { token: sk_test_1 }
watches: { us-daily: { region: US, schedule: "0 6 * * *" } }
rules: { first: { when: rank = 1 and status = 'new' } }
lake: { to: ./lake }
retention: { observations: { all: 60d, then: lake } }
`,
  );
  const { config } = loadConfig({ path: undefined, env: {}, cwd: file.folder });
  reading = { db: file.world.db, config };
  const run = async (work: (io: ReturnType<typeof memoryIo>) => Promise<number>) => {
    const io = ioAt();
    expect(await work(io)).toBe(0);
    return (io.out + io.err).replaceAll(file.folder, '');
  };
  const before = await run((io) => runPrune(io, {}));
  const status = statusJson(readStatus(file.world.db, config, io().clock.now()), config);
  await sync(file);
  const verified = await run((io) => runLakeVerify(io, {}));
  const dry = await run((io) => runLakeThin(io, { dryRun: true }, never));
  const thinned = await run((io) => runLakeThin(io, {}, never));
  const state = await run((io) => runLakeStatus(io, {}));
  said = { before, verified, dry, thinned, state, advice: JSON.stringify(status) };
}, 60_000);
afterAll(() => file.close());

const io = ioAt;
const SPAN = '38 snapshots, 2026-01-01 06:00 to 2026-02-07 06:00, are in the lake alone, at';

test('prune says why all stays, and status and doctor say it, too', () => {
  expect(said['before']).toContain(
    'Snapshots older than 60d, in /lake: 0 gone.\n38 snapshots held back: /lake has no history yet\n',
  );
  const { thinning, advice } = JSON.parse(said['advice'] ?? '') as {
    thinning: object;
    advice: { text: string }[];
  };
  expect(thinning).toMatchObject({ snapshots: 0, held: [{ snapshots: 38 }] });
  expect(advice.map(({ text }) => text).join()).toMatch(
    /Old history is held back from the lake since .*: .*lake has no history yet\. To see all of it:/,
  );
});

test('lake thin says what leaves, and lake status what left', () => {
  expect(said['verified']).toMatch(/the same as in the database/);
  expect(said['dry']).toContain('Snapshots older than 60d, in /lake: 38 would go.\n');
  expect(said['thinned']).toContain('Snapshots older than 60d, in /lake: 38 gone.\n');
  expect(said['thinned']).toMatch(/us-daily +38 +190 +2026-01-01 +2026-02-07 +0/);
  expect(said['state']).toContain('38 snapshots that only the lake has');
  expect(said['state']).toContain('old history: 38 snapshots left for it just now\n');
});

test('a product says how much of its history is in the lake alone', () => {
  const shown = io();
  runProduct(shown, { watch: 'us-daily', product: 'p1', days: 90 }, reading);
  expect(shown.out.replaceAll(/\s+/g, ' ')).toContain(
    '28 snapshots, 2026-01-11 06:00 to 2026-02-07 06:00, are in the lake alone, at',
  );
  expect(shown.out).toMatch(/on list +\d+ of 100 snapshots/);
  const { newest, products } = findProducts(reading, 'us-daily', 'p1', dayAt(99));
  const [product] = products;
  if (product === undefined) throw new Error('no product');
  const json = (days: number) =>
    productJson(readProduct(reading.db, 'us-daily', newest, product, days));
  expect(json(90)).toMatchObject({ in_lake: { snapshots: 28, from: '2026-01-11T06:00:00.000Z' } });
  expect(json(30)).not.toHaveProperty('in_lake');
});

test('a leaderboard of then is refused, and one whose baseline is there says so', () => {
  expect(() => runTop(io(), { watch: 'us-daily', at: '2026-02-01' }, reading)).toThrow(
    expect.objectContaining({
      code: 'not_found',
      message: expect.stringMatching(
        /^the list of us-daily of 2026-02-01T06:00:00.000Z is in the lake alone, at .*lake$/,
      ),
    }) as Error,
  );
  expect(() => readSnapshot(reading.db, 3)).toThrow(/us-daily of 2026-01-03.* in the lake alone/);
  const shown = io();
  runTop(shown, { watch: 'us-daily', at: '2026-02-20', compare: '30d' }, reading);
  expect(shown.out).toMatch(/The list before, .*2026-01-21 06:00, is in the lake alone/);
});

test('sql says so of what reads the history, to people', async () => {
  const ask = async (query: string, json = false) => {
    const shown = io();
    const streams = { stdin: process.stdin, stdout: process.stdout, stop: never };
    await runSql(shown, { query, json, database: file.path }, streams);
    return shown.err.replaceAll(file.folder, '');
  };
  expect(await ask('SELECT count(*) FROM history')).toBe(
    `note ${SPAN} /lake. How to read them: tidemark help growing\n`,
  );
  expect(await ask('SELECT count(*) FROM changes_30d')).toContain('in the lake alone');
  expect(await ask('SELECT count(*) FROM history', true)).toBe('');
  expect(await ask('SELECT count(*) FROM alert_log')).toBe('');
});

test('coverage has every slot', () => {
  const slots = listSlots(reading.db, 'us-daily', dayAt(0), dayAt(99));
  expect(slots).toHaveLength(100);
  expect(slots.filter(({ place }) => place !== undefined)).toHaveLength(38);
  expect(slots[0]).toMatchObject({ status: 'complete', rows: 5, slotAt: dayAt(0) });
});

test('export and backtest say what they do not have', async () => {
  const exported = io();
  const streams = { stdout: process.stdout, stop: never };
  await runExport(exported, { since: '2026-01-15' }, streams);
  expect(exported.err).toContain(
    'us-daily: 24 snapshots, 2026-01-15 06:00 to 2026-02-07 06:00, are in the lake alone',
  );
  const later = io();
  await runExport(later, { since: '2026-03-01' }, streams);
  expect(later.err).not.toContain('in the lake');
  const tried = io();
  await runRulesBacktest(tried, { json: true }, { stop: never });
  expect(tried.err).toContain(`note us-daily is replayed from after that on: ${SPAN}`);
});
