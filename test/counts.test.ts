// What a pass and an idle minute cost, in counts: they are the same on every machine, so that a change that makes either
// dearer shows at once, where a time would not. Who makes one cheaper lowers its figure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runSchedule } from '../src/daemon/schedule.ts';
import type { Channel } from '../src/config/channels/kinds.ts';
import { runDispatcher } from '../src/delivery/dispatch.ts';
import { enqueue } from '../src/delivery/enqueue.ts';
import { MINUTE_MS, SECOND_MS } from '../src/lib/clock.ts';
import { alertsMessage } from './delivery/sample-messages.ts';
import { countStatements } from './support/count-statements.ts';
import { countWork, hasCompiler, type Work } from './support/count-work.ts';
import { fillDelivered, fillFile, fillLedger } from './support/grown-file.ts';
import {
  dayAt,
  fetchedList,
  makeHook,
  makeRule,
  makeWatch,
  makeWorld,
  type RowSpec,
  type World,
} from './support/world.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };

function worldInFile(watches: number): World {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-counts-'));
  const world = makeWorld({
    database: join(folder, 'tidemark.db'),
    watches: [
      makeWatch(),
      ...Array.from({ length: watches - 1 }, (_, at) => makeWatch({ name: `other-${at}` })),
    ],
    channels: [makeHook()],
    rules: Array.from({ length: 20 }, (_, at) =>
      makeRule({ name: `rule-${at}`, when: `rank > ${9_000 + at} and posts_pct > 3` }),
    ),
  });
  onTestFinished(() => {
    world.close();
    rmSync(folder, { recursive: true });
  });
  return world;
}

/** 500 products; every day another order, and 50 that were not there the day before. */
const listOf = (day: number) =>
  fetchedList(
    Array.from({ length: 500 }, (_, at): RowSpec => ({
      id: at % 10 === 0 ? `new-${day}-${at}` : `p${(at * 7 + day * 3) % 500}`,
      posts: 10_000 - at * 10 + day,
      likes: at * 3 + day,
    })),
  );

/** Pages that SQLite has written to the log since it was last emptied, by its own count. */
const framesOf = ({ db }: World): number =>
  (db.raw.pragma('wal_checkpoint(PASSIVE)') as { log: number }[])[0]?.log ?? NaN;

/** The daemon's two timers on a file where nothing is due, and a clock that goes second by second. */
function startIdle(world: World) {
  const stop = new AbortController();
  const running = Promise.all([
    runSchedule({
      db: world.db,
      config: () => world.config,
      clock: world.clock,
      log,
      fetchList: () => Promise.reject(new Error('nothing is due')),
      signal: stop.signal,
      onReload: () => () => {},
    }),
    runDispatcher(
      {
        db: world.db,
        channels: world.config.channels,
        smtp: null,
        timezone: 'UTC',
        clock: world.clock,
        log,
        random: () => 0.5,
      },
      stop.signal,
    ),
  ]);
  const wait = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += SECOND_MS) await world.clock.advance(SECOND_MS);
  };
  return {
    wait,
    stop: async () => {
      stop.abort();
      await world.clock.advance(20 * SECOND_MS);
      await running;
    },
  };
}

test('a pass of 500 rows with 20 rules costs so many commits, statements and written pages', async () => {
  const world = worldInFile(1);
  world.db.raw.pragma('wal_autocheckpoint = 0');
  for (let day = 0; day < 4; day++) await world.pass(dayAt(day), listOf(day));
  world.db.raw.pragma('wal_checkpoint(TRUNCATE)');
  const ran = await countStatements(world.db, () => world.pass(dayAt(4), listOf(4)));
  expect(ran.filter((sql) => sql === 'COMMIT')).toHaveLength(2);
  expect(ran.length).toBeLessThanOrEqual(330);
  // Inside one, each UPDATE costs as much as there are pages written since: a storm was quadratic.
  expect(ran.filter((sql) => sql.startsWith('SAVEPOINT'))).toEqual([]);
  // Enough to notice what stops being counted, too.
  expect(framesOf(world)).toBeGreaterThan(30);
  expect(framesOf(world)).toBeLessThanOrEqual(50);
});

test('an idle minute of the daemon writes nothing, and asks the same with 200 watches as with one', async () => {
  for (const watches of [1, 200]) {
    const world = worldInFile(watches);
    await world.pass(dayAt(0), listOf(0));
    const { wait, stop } = startIdle(world);
    await wait(2 * MINUTE_MS);
    world.db.raw.pragma('wal_checkpoint(TRUNCATE)');
    const ran = await countStatements(world.db, () => wait(MINUTE_MS));
    expect(framesOf(world)).toBe(0);
    // Four a second of the dispatcher; two looks of the schedule.
    expect(ran.filter((sql) => sql.includes('deliveries')).length).toBeLessThanOrEqual(182);
    expect(ran.length).toBeLessThanOrEqual(260);
    expect(ran.length).toBeGreaterThan(200);
    await stop();
  }
});

/** What gathers beside the list in years: other lists, the requests that fetched them, and messages. */
function growFile({ db, clock, config }: World): void {
  const seriesId = db.raw.prepare('SELECT id FROM series').pluck().get() as number;
  fillLedger(db, 20_000, dayAt(4));
  fillFile(db, seriesId, 50);
  const [channel] = config.channels as [Channel];
  const first = { key: 'first', channel, message: alertsMessage(), alerts: [], now: clock.now() };
  db.transaction(() => enqueue(db, first));
  db.raw.exec("UPDATE deliveries SET state = 'delivered', payload = NULL, payload_kind = NULL");
  fillDelivered(db, 20_000);
  db.raw.pragma('analysis_limit = 400');
  db.raw.exec('ANALYZE');
}

describe.skipIf(!hasCompiler())("by SQLite's own counters", () => {
  test('a pass waits once for the disk, and reads as many rows and pages as ever when the file has grown', async () => {
    const works: Work[] = [];
    for (const isGrown of [false, true]) {
      const world = worldInFile(1);
      world.db.raw.pragma('wal_autocheckpoint = 0');
      for (let day = 0; day < 4; day++) await world.pass(dayAt(day), listOf(day));
      if (isGrown) growFile(world);
      await world.pass(dayAt(4), listOf(4));
      world.db.raw.pragma('shrink_memory');
      const work = countWork(world.db);
      await world.pass(dayAt(5), listOf(5));
      works.push(work());
    }
    const [fresh, grown] = works as [Work, Work];
    for (const { commits, syncs, steps, scanned, read } of works) {
      // The ledger's commit is not waited for: what it says is written again with the list.
      expect({ commits, syncs }).toEqual({ commits: 2, syncs: 1 });
      expect(steps).toBeGreaterThan(150_000);
      expect(steps).toBeLessThanOrEqual(190_000);
      // The changes, by each of the rules.
      expect(scanned).toBeLessThanOrEqual(12_500);
      expect(read).toBeGreaterThan(30);
      expect(read).toBeLessThanOrEqual(70);
    }
    expect(grown.scanned - fresh.scanned).toBeLessThanOrEqual(5);
    expect(grown.steps / fresh.steps).toBeLessThanOrEqual(1.03);
  });

  test('an idle minute never waits for the disk, and reads the same in a file that has grown', async () => {
    const works: Work[] = [];
    for (const watches of [1, 200]) {
      const world = worldInFile(watches);
      await world.pass(dayAt(0), listOf(0));
      if (watches > 1) growFile(world);
      const { wait, stop } = startIdle(world);
      await wait(2 * MINUTE_MS);
      const work = countWork(world.db);
      await wait(MINUTE_MS);
      works.push(work());
      await stop();
    }
    for (const { syncs, steps, scanned } of works) {
      expect({ syncs, scanned }).toEqual({ syncs: 0, scanned: 0 });
      expect(steps).toBeGreaterThan(4_000);
      expect(steps).toBeLessThanOrEqual(5_200);
    }
    expect(works[1]).toEqual(works[0]);
  });
});
