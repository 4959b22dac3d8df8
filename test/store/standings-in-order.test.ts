import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import {
  deleteSnapshot,
  importSnapshot,
  insertSnapshot,
  type NewSnapshot,
} from '../../src/store/snapshots/snapshots.ts';
import { finishInChunks } from '../../src/store/snapshots/standings-chunks.ts';
import { openInOrder, type InOrder } from '../../src/store/snapshots/standings-in-order.ts';
import { findUnfinished } from '../../src/store/snapshots/standings.ts';
import { dayAt } from '../support/world.ts';
import { closeAll, DAYS, derived, makeDb, storedInOrder } from './changing-list.ts';

afterEach(closeAll);

const noPause = async () => {};

/** A file, and an import that brings the lists of days into it. */
function importing(world = makeDb()) {
  const inOrder = openInOrder(world.db, systemClock, noPause);
  const insert = (db: Db, snapshot: NewSnapshot) => importSnapshot(db, snapshot, inOrder);
  const bring = (day: number) => inOrder.transaction(() => world.store(day, insert));
  return { ...world, inOrder, bring };
}

const finish = async ({
  db,
  seriesId,
  inOrder,
}: ReturnType<typeof makeDb> & { inOrder: InOrder }) => {
  await inOrder.finish();
  const isWhole = findUnfinished(db, seriesId) === null;
  await finishInChunks(db, [seriesId], systemClock, noPause);
  return { isWhole };
};

test('a list that comes in the order of its slots has its standings at once, and nothing is made anew', async () => {
  const world = importing();
  for (const day of DAYS) {
    await world.inOrder.catchUp();
    world.bring(day);
  }
  const before = derived(world.db);
  expect(before.observations).toEqual(storedInOrder().observations);
  expect(before.records).toEqual([]);
  expect(await finish(world)).toEqual({ isWhole: true });
  expect(derived(world.db)).toEqual(storedInOrder());
});

test('behind a history that was there it is the same, once that was read', async () => {
  const world = importing();
  for (const day of DAYS.slice(0, 20)) world.store(day);
  for (const [index, day] of DAYS.slice(20).entries()) {
    // Some of the first lists come before there was time to read.
    if (index > 2) await world.inOrder.catchUp();
    world.bring(day);
  }
  expect(await finish(world)).toEqual({ isWhole: true });
  expect(derived(world.db)).toEqual(storedInOrder());
});

test.each([
  ['backwards', [...DAYS].reverse()],
  ['the newest first, then in order', [DAYS.at(-1) ?? 0, ...DAYS.slice(0, -1)]],
  [
    'with one that is late',
    [...DAYS.slice(0, 10), ...DAYS.slice(11, 30), DAYS[10] ?? 0, ...DAYS.slice(30)],
  ],
])('a list that comes %s gets them at the end', async (_, days) => {
  const world = importing();
  for (const day of days) {
    world.bring(day);
    await world.inOrder.catchUp();
  }
  expect(await finish(world)).toEqual({ isWhole: false });
  expect(derived(world.db)).toEqual(storedInOrder());
});

test('what another process stores, takes or finishes in between is seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-in-order-'));
  const path = join(folder, 'tidemark.db');
  try {
    const world = importing(makeDb(path));
    const other = makeDb(path);
    for (const [index, day] of DAYS.entries()) {
      await world.inOrder.catchUp();
      // A pass, which makes the standings that are missing first.
      if (index === 30) other.store(day, insertSnapshot);
      else world.bring(day);
      if (index === 15) await finishInChunks(other.db, [other.seriesId], systemClock, noPause);
    }
    expect(await finish(world)).toEqual({ isWhole: false });
    expect(derived(world.db)).toEqual(storedInOrder());
  } finally {
    closeAll();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('standings that another process has finished in between do not hide what comes after', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-in-order-'));
  const path = join(folder, 'tidemark.db');
  try {
    const world = importing(makeDb(path));
    const other = openDatabase(path);
    for (const [index, day] of DAYS.entries()) {
      world.bring(day);
      if (index === 15) await finishInChunks(other, [world.seriesId], systemClock, noPause);
    }
    other.close();
    // Killed here, the rest is found undone.
    expect(findUnfinished(world.db, world.seriesId)).toBe(dayAt(DAYS[15] ?? 0));
    await finishInChunks(world.db, [world.seriesId], systemClock, noPause);
    expect(derived(world.db)).toEqual(storedInOrder());
  } finally {
    closeAll();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a transaction that fails leaves nothing of its list in what is remembered', async () => {
  const world = importing();
  for (const day of DAYS.slice(0, 30)) world.bring(day);
  expect(() =>
    world.inOrder.transaction(() => {
      world.store(DAYS[31] ?? 0, (db, snapshot) => importSnapshot(db, snapshot, world.inOrder));
      throw new Error('disk full');
    }),
  ).toThrow('disk full');
  for (const day of DAYS.slice(30)) world.bring(day);
  expect(await finish(world)).toEqual({ isWhole: false });
  expect(derived(world.db)).toEqual(storedInOrder());
});

test('a list that is taken back is counted by none after it', async () => {
  const world = importing();
  const extra = DAYS.at(-1) ?? 0;
  for (const day of DAYS.slice(0, -1)) world.bring(day);
  const id = world.bring(extra + 1);
  world.inOrder.drop(world.seriesId);
  world.db.transaction(() => deleteSnapshot(world.db, id));
  world.bring(extra);
  await finish(world);
  expect(derived(world.db)).toEqual(storedInOrder());
});
