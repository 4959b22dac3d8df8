import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Db } from '../../src/store/file/open.ts';
import { importSnapshot } from '../../src/store/snapshots/snapshots.ts';
import {
  finishInChunks,
  importTurns,
  whenFinished,
} from '../../src/store/snapshots/standings-chunks.ts';
import {
  findUnfinished,
  FIND_UNFINISHED,
  finishStandings,
  rebuildStandings,
} from '../../src/store/snapshots/standings.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt } from '../support/world.ts';
import { closeAll, DAYS, derived, makeDb, storedInOrder } from './changing-list.ts';

afterEach(closeAll);

describe('standings', () => {
  test('of a snapshot that is stored while an import is under way count what was imported', () => {
    const { db, store } = makeDb();
    const last = DAYS.at(-1) ?? 0;
    for (const day of DAYS.slice(0, -1)) store(day, importSnapshot);
    store(last);
    expect(derived(db)).toEqual(storedInOrder());
  });

  test('of the list in these tests are of every kind', () => {
    const { observations } = storedInOrder();
    const column = (index: number) =>
      (observations as (number | null)[][]).map((row) => row[index] ?? null);
    for (const index of [5, 6, 7, 8])
      expect(
        new Set(column(index).map((value) => (value === null ? 'null' : Math.sign(value)))),
        `column ${index}`,
      ).toContain('null');
    for (const index of [5, 6, 7])
      expect(column(index).some((value) => value !== null && value > 0)).toBe(true);
    expect(column(3).every((value) => value !== null)).toBe(false);
  });

  test('are the same whatever order the snapshots were stored in', () => {
    const expected = storedInOrder();
    const backwards = makeDb();
    for (const day of [...DAYS].reverse()) backwards.store(day);
    finishStandings(backwards.db, [backwards.seriesId]);
    expect(derived(backwards.db)).toEqual(expected);

    const shuffled = makeDb();
    for (const day of [...DAYS].sort((a, b) => ((a * 31) % 17) - ((b * 31) % 17)))
      shuffled.store(day);
    finishStandings(shuffled.db, [shuffled.seriesId]);
    expect(derived(shuffled.db)).toEqual(expected);
  });

  test.each([0, 13, 30, 45])(
    'of a list before others, of day %i, are right at once, and those after it are left to others',
    async (day) => {
      const { db, store, seriesId } = makeDb(':memory:', 120);
      for (const other of DAYS.filter((one) => one !== day)) store(other);
      const expected = storedInOrder(120);
      const written = () => db.raw.prepare('SELECT total_changes()').pluck().get() as number;
      const before = written();
      store(day);
      // The list itself, its records, and new names: nothing of the lists after it.
      expect(written() - before).toBeLessThan(4 * 120);
      const own = ({ observations }: ReturnType<typeof derived>) =>
        (observations as unknown[][]).filter(([slotAt]) => slotAt === dayAt(day));
      const after = derived(db);
      expect(own(after)).toEqual(own(expected));
      expect(own(after)).toHaveLength(120);
      expect(after.records).toEqual(expected.records);
      expect(findUnfinished(db, seriesId)).toBe(dayAt(day));
      await finishInChunks(db, [seriesId], manualClock(0));
      expect(derived(db)).toEqual(expected);
    },
  );

  test('can be made anew once, after many older snapshots', () => {
    const { db, store, seriesId } = makeDb();
    for (const day of DAYS.slice(30)) store(day);
    for (const day of DAYS.slice(0, 30)) store(day, importSnapshot);
    expect(
      db.raw
        .prepare(
          "SELECT count(*) FROM snapshots s JOIN observations o ON o.snapshot_id = s.id WHERE s.status = 'complete' AND o.rank_best IS NULL",
        )
        .pluck()
        .get(),
    ).toBeGreaterThan(0);
    expect(findUnfinished(db, seriesId)).toBe(dayAt(0));
    expect(finishStandings(db, [seriesId])).toBe(1);
    expect(derived(db)).toEqual(storedInOrder());
    expect(finishStandings(db, [seriesId])).toBe(0);
  });

  test('are asked for at every pass by one look-up, however much was imported', () => {
    const { db, store } = makeDb();
    for (const day of DAYS) store(day, importSnapshot);
    expect(db.raw.prepare(`EXPLAIN QUERY PLAN ${FIND_UNFINISHED}`).all(1)).toMatchObject([
      { detail: 'SEARCH series USING INTEGER PRIMARY KEY (rowid=?)' },
    ]);
  });

  test('are made anew in steps that let others write, and the same comes out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-standings-'));
    const { db, store, seriesId } = makeDb(join(folder, 'tidemark.db'), 300);
    // It waits for nobody: each of its writes would fail beside an open transaction.
    const other = new Database(join(folder, 'tidemark.db'), { timeout: 0 });
    try {
      for (const day of DAYS.slice(30)) store(day);
      for (const day of DAYS.slice(0, 30)) store(day, importSnapshot);
      const written = () => db.raw.prepare('SELECT total_changes()').pluck().get() as number;
      let before = written();
      const steps: number[] = [];
      await finishInChunks(db, [seriesId], manualClock(0), () => {
        steps.push(written() - before);
        other.exec("UPDATE watches SET timezone = 'UTC'");
        before = written();
        return Promise.resolve();
      });
      steps.push(written() - before);
      expect(steps.length).toBeGreaterThan(4);
      // A step is 2,000 rows, filled up to the end of a snapshot.
      expect(Math.max(...steps)).toBeLessThan(2_000 + 300);
      expect(steps.reduce((sum, count) => sum + count)).toBeGreaterThan(9_000);
      expect(derived(db)).toEqual(storedInOrder(300));
      expect(findUnfinished(db, seriesId)).toBeNull();
    } finally {
      other.close();
      db.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('are made anew in transactions of at most 200 ms, on however slow a machine', async () => {
    const { db, store, seriesId } = makeDb(':memory:', 300);
    for (const day of DAYS.slice(30)) store(day);
    for (const day of DAYS.slice(0, 30)) store(day, importSnapshot);
    // Each look at the clock finds it 30 ms later: a step of 25 rows takes as long.
    let ms = 0;
    const slow: Clock = { ...manualClock(0, { auto: true }), monotonicMs: () => (ms += 30) };
    const held: number[] = [];
    const timed: Db = {
      ...db,
      transaction: (work) => {
        const startMs = ms;
        const result = db.transaction(work);
        held.push(ms - startMs);
        return result;
      },
    };
    await finishInChunks(timed, [seriesId], slow);
    expect(held.length).toBeGreaterThan(80);
    expect(Math.max(...held)).toBeLessThanOrEqual(200);
    expect(derived(db)).toEqual(storedInOrder(300));
  });

  test('are whole for a pass beside an import of the same list, which goes on afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-standings-'));
    const path = join(folder, 'tidemark.db');
    const { db, store, seriesId } = makeDb(path);
    const importer = makeDb(path);
    try {
      for (const day of DAYS) store(day, importSnapshot);
      const MOST = 2_000;
      let isDone = false;
      let imported = 0;
      const turn = importTurns(importer.db, systemClock, new AbortController().signal);
      const importing = (async () => {
        for (; imported < MOST && !isDone; imported++) {
          await turn();
          importer.store(100 + imported, importSnapshot);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await turn();
        importer.store(100 + imported, importSnapshot);
      })();
      const unfinished = await whenFinished(db, seriesId, systemClock, () => {
        isDone = true;
        return findUnfinished(db, seriesId);
      });
      expect(unfinished).toBeNull();
      expect(imported).toBeLessThan(MOST);
      await importing;
      await finishInChunks(importer.db, [seriesId], systemClock);
      expect(findUnfinished(db, seriesId)).toBeNull();
    } finally {
      importer.db.close();
      db.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('that were being made anew are found undone when it was killed at any step, and right when the series was changed', async () => {
    const expected = storedInOrder(160);
    for (const kill of [1, 3, 5]) {
      const { db, store, seriesId } = makeDb(':memory:', 160);
      for (const day of DAYS.slice(30, -1)) store(day);
      for (const day of DAYS.slice(0, 30)) store(day, importSnapshot);
      let step = 0;
      const killed = finishInChunks(db, [seriesId], manualClock(0), () =>
        ++step === kill ? Promise.reject(new Error('killed')) : Promise.resolve(),
      );
      await expect(killed).rejects.toThrow('killed');
      expect(findUnfinished(db, seriesId)).toBe(dayAt(0));
      // A pass beside it stores the next snapshot at the next step.
      let isStored = false;
      await finishInChunks(db, [seriesId], manualClock(0), () => {
        if (!isStored) store(DAYS.at(-1) ?? 0);
        isStored = true;
        return Promise.resolve();
      });
      expect(derived(db)).toEqual(expected);
    }
  });

  test('made anew without need are not written', () => {
    const { db, store, seriesId } = makeDb();
    for (const day of DAYS) store(day);
    const before = db.raw.prepare('SELECT total_changes()').pluck().get() as number;
    db.transaction(() => rebuildStandings(db, seriesId, dayAt(0)));
    const records = db.raw.prepare('SELECT count(*) FROM product_records').pluck().get() as number;
    expect((db.raw.prepare('SELECT total_changes()').pluck().get() as number) - before).toBe(
      records,
    );
  });

  test('that were known stay known when the snapshots they came from are gone', () => {
    const { db, store, seriesId } = makeDb();
    for (const day of DAYS) store(day);
    const before = derived(db);
    const gone = DAYS.slice(0, 20).map(dayAt).join(', ');
    db.raw.exec(
      `DELETE FROM observations WHERE snapshot_id IN (SELECT id FROM snapshots WHERE slot_at IN (${gone})); DELETE FROM snapshots WHERE slot_at IN (${gone})`,
    );
    db.transaction(() => rebuildStandings(db, seriesId, dayAt(0)));
    const after = derived(db);
    expect(after.records).toEqual(before.records);
    const last = (rows: unknown[]) =>
      (rows as number[][])
        .filter(([slotAt]) => slotAt === dayAt(47))
        .map(([, , , rankBest, slotsOnList]) => [rankBest, slotsOnList]);
    expect(last(after.observations)).toEqual(last(before.observations));
  });
});
