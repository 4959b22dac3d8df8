import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { openReplay, runReplay, type Replay } from '../../src/backtest/replay.ts';
import type { Config } from '../../src/config/config.ts';
import { createMarket, dayAfter } from '../../src/sandbox/market.ts';
import type { Db } from '../../src/store/file/open.ts';
import { changeText } from '../support/evidence.ts';
import { dayAt, fetchedList, type RowSpec } from '../support/world.ts';
import { makeBacktestWorld, type BacktestWorld } from './backtest-world.ts';

const RULES = `
  climbs: { when: "rank_gain >= 5 and rank <= 40", cooldown: 5d, notify: [hook] }
  top10: { when: "rank <= 10", clear: "rank > 14", clear_for: 2, resolved: true, notify: [hook] }
  steady: { when: "rank <= 25 and posts_pct > -5", for: 3, notify: [hook] }
  gone: { when: "status = 'left'", repeat: 7d, notify: [hook] }
  entrant: { when: "status = 'new'", on_first: notify, notify: [hook] }
  week: { when: "rank_gain >= 10", compare: 7d, notify: [hook] }`;

const DAYS = 70;
const market = createMarket({ seed: 4 });

const listOf = (day: number): RowSpec[] =>
  market
    .list({ region: 'US', timeScope: 1, day: dayAfter('2026-01-01', day) })
    .slice(0, 60)
    .map((row) => ({
      id: row.third_ecom_category.id,
      name: row.third_ecom_category.value,
      posts: row.post,
      impressions: row.impression,
      ctr: row.ctr,
    }));

/** Seventy days as they come: some missed, failed, partial or stale. */
async function takeUglyDays({ world }: BacktestWorld): Promise<void> {
  for (let day = 0; day < DAYS; day++) {
    if (day % 23 === 9 || (day >= 40 && day < 44)) continue;
    const failed = day % 29 === 12 ? [1, 2, 3] : [];
    const missing = day % 17 === 5 ? [2] : failed;
    await world.pass(
      dayAt(day),
      fetchedList(listOf(day % 19 === 7 ? day - 1 : day), { missing, total: 60 }),
    );
  }
}

let made: BacktestWorld;
const opened: Replay[] = [];
afterEach(() => {
  for (const { db } of opened.splice(0)) db.close();
  made.close();
});

const NEVER = new AbortController().signal;

/** A finished replay of the world's history. */
async function replayed(config: Config = made.config): Promise<Replay> {
  const replay = openReplay(
    made.config.database,
    config,
    { watch: undefined, rule: undefined },
    made.world.clock.now(),
  );
  opened.push(replay);
  expect(await runReplay(replay, () => {}, NEVER)).toBe(true);
  return replay;
}

/** Every alert with all that was decided about it; the ids of rules and alerts are a database's own. */
const decided = (db: Db): unknown[] =>
  db.raw
    .prepare(
      `SELECT r.name, a.series_id, a.product_id, a.slot_at, a.fired_at, a.quiet, a.told_slot_at, a.reminded_slot_at, a.resolved_slot_at, a.resolved_snapshot_id, a.resolved_reason,
  a.snapshot_id, a.baseline_id, a.severity, a.evidence, a.resolved_evidence
  FROM alerts a JOIN rules r ON r.id = a.rule_id ORDER BY r.name, a.series_id, a.product_id, a.slot_at`,
    )
    .raw()
    .all()
    .map((row) => {
      const [fired, resolved] = (row as (string | null)[]).slice(-2);
      const texts = [fired ?? null, resolved ?? null].map((text) => changeText(db.raw, text));
      return [...(row as unknown[]).slice(0, -2), ...texts];
    });

/** Hashes of the database file and its write-ahead log. */
const fingerprint = (path: string) =>
  [path, `${path}-wal`].map((file) =>
    existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null,
  );

describe('a replay', () => {
  // 70 days of passes, and the same again as a replay.
  test('decides what was decided live, when the same rules were there from the beginning', async () => {
    made = makeBacktestWorld(`{${RULES.trim().split('\n').join(',')}}`);
    await takeUglyDays(made);
    const live = decided(made.world.db);
    const statuses = made.world.db.raw
      .prepare('SELECT DISTINCT status FROM snapshots ORDER BY status')
      .pluck()
      .all();
    expect(statuses).toEqual(['complete', 'failed', 'partial', 'stale']);
    for (const quiet of ['adopted', 'cooldown', null])
      expect(
        made.world.db.raw
          .prepare('SELECT count(*) FROM alerts WHERE quiet IS ?')
          .pluck()
          .get(quiet),
      ).toBeGreaterThan(0);
    expect(decided((await replayed()).db)).toEqual(live);
  }, 60_000);

  test('leaves the file and its log as they are, byte for byte', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", notify: [hook] } }');
    for (let day = 0; day < 5; day++) await made.world.pass(dayAt(day), fetchedList(listOf(day)));
    const before = fingerprint(made.config.database);
    const replay = await replayed({
      ...made.config,
      rules: made.config.rules.map((rule) => ({ ...rule, name: 'another', when: 'rank <= 20' })),
      watches: [],
    });
    expect(replay.db.raw.prepare('SELECT name FROM rules').pluck().all()).toEqual(['another']);
    const full = await replayed();
    expect(full.db.raw.prepare('SELECT count(*) FROM alerts').pluck().get()).toBeGreaterThan(0);
    for (const { db } of opened.splice(0)) db.close();
    expect(fingerprint(made.config.database)).toEqual(before);
  });

  test('cannot write what is not laid over', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", notify: [hook] } }');
    await made.world.pass(dayAt(0), fetchedList(listOf(0)));
    const { db } = await replayed();
    expect(() => db.raw.exec('DELETE FROM snapshots')).toThrow(
      'attempt to write a readonly database',
    );
    expect(() => db.raw.exec('DELETE FROM main.rules')).toThrow(
      'attempt to write a readonly database',
    );
    expect(() =>
      db.raw.exec(
        "INSERT INTO notifications (key, type, channel, created_at, message) VALUES ('k', 't', 'c', 0, '{}')",
      ),
    ).toThrow('attempt to write a readonly database');
  });

  test('runs while another connection holds the write lock, and sees the history as it was when it was opened', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", on_first: notify, notify: [hook] } }');
    for (let day = 0; day < 3; day++) await made.world.pass(dayAt(day), fetchedList(listOf(day)));
    const expected = decided(made.world.db);
    const writer = new Database(made.config.database);
    writer.pragma('foreign_keys = OFF');
    writer.exec('BEGIN IMMEDIATE; DELETE FROM observations; DELETE FROM alerts');
    const replay = openReplay(
      made.config.database,
      made.config,
      { watch: undefined, rule: undefined },
      0,
    );
    opened.push(replay);
    writer.exec('COMMIT');
    expect(await runReplay(replay, () => {}, NEVER)).toBe(true);
    expect(decided(replay.db)).toEqual(expected);
    writer.close();
  });

  test('evaluates imported history, which passes do not', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", on_first: notify, notify: [hook] } }');
    for (let day = 0; day < 3; day++)
      await made.world.pass(dayAt(day), fetchedList(listOf(day)), { origin: 'import' });
    expect(decided(made.world.db)).toEqual([]);
    expect(
      (await replayed()).db.raw
        .prepare('SELECT count(*) FROM alerts WHERE slot_at = ?')
        .pluck()
        .get(dayAt(0)),
    ).toBe(10);
  });

  test('keeps to the list that a watch asks for today', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", on_first: notify, notify: [hook] } }');
    await made.world.pass(dayAt(0), fetchedList(listOf(0)));
    const watches = made.config.watches.map((watch) => ({
      ...watch,
      asked: { ...watch.asked, region: 'DE' },
    }));
    made.world.configure({ watches });
    await made.world.pass(dayAt(1), fetchedList(listOf(1)));
    const { db, lists } = await replayed({ ...made.config, watches });
    expect(db.raw.prepare('SELECT DISTINCT slot_at FROM alerts').pluck().all()).toEqual([dayAt(1)]);
    expect(
      lists.map(({ snapshots, countOthers }) => [snapshots.length, countOthers(-Infinity)]),
    ).toEqual([[1, 1]]);
  });

  test('ignores silences', async () => {
    made = makeBacktestWorld('{ top: { when: "rank <= 10", on_first: notify, notify: [hook] } }');
    made.world.db.raw.exec(
      "INSERT INTO silences (rule, reason, created_at) VALUES ('top', 'noisy', 0)",
    );
    await made.world.pass(dayAt(0), fetchedList(listOf(0)));
    expect(made.world.db.raw.prepare('SELECT DISTINCT quiet FROM alerts').pluck().all()).toEqual([
      'silenced',
    ]);
    expect(
      (await replayed()).db.raw.prepare('SELECT DISTINCT quiet FROM alerts').pluck().all(),
    ).toEqual([null]);
  });

  test('refuses a database that a later program has written, and reads one of an earlier', async () => {
    made = makeBacktestWorld('{}');
    const open = () =>
      openReplay(made.config.database, made.config, { watch: undefined, rule: undefined }, 0);
    made.world.db.raw.exec(
      "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('later', 9999999999999)",
    );
    expect(open).toThrow(expect.objectContaining({ code: 'database_newer' }) as Error);
    made.world.db.raw.exec(
      'DELETE FROM __drizzle_migrations WHERE created_at > (SELECT min(created_at) FROM __drizzle_migrations); DROP TABLE config_in_force',
    );
    const replay = open();
    expect(replay.db.raw.pragma('main.table_info(config_in_force)')).toEqual([]);
    replay.db.close();
  });
});
