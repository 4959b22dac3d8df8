import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import type { Db } from '../../src/store/file/open.ts';
import { importSnapshot, type NewSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { finishInChunks } from '../../src/store/snapshots/standings-chunks.ts';
import { openInOrder } from '../../src/store/snapshots/standings-in-order.ts';
import { thinHistory } from '../../src/store/snapshots/thin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt } from '../support/world.ts';
import { closeAll, DAYS, makeDb } from './changing-list.ts';

afterEach(closeAll);

const noPause = async () => {};
/** So many of the days are stored by passes before the history is thinned. */
const BEFORE = DAYS.length - 8;
const BORDER = dayAt(DAYS[BEFORE - 12] ?? 0);

type World = ReturnType<typeof makeDb>;

async function bring(world: World, days: readonly number[]): Promise<void> {
  const inOrder = openInOrder(world.db, systemClock, noPause);
  const insert = (db: Db, snapshot: NewSnapshot) => importSnapshot(db, snapshot, inOrder);
  for (const day of days) {
    await inOrder.catchUp();
    inOrder.transaction(() => world.store(day, insert));
  }
  await inOrder.finish();
  await finishInChunks(world.db, [world.seriesId], systemClock, noPause);
}

/** Counts and best ranks of the lists behind the border, and the records. */
const known = ({ db }: World) => ({
  rows: db.raw
    .prepare(
      `SELECT s.slot_at, o.product_id, o.slots_on_list, o.rank_best
      FROM snapshots s JOIN observations o ON o.snapshot_id = s.id
      WHERE s.slot_at >= ? ORDER BY 1, 2`,
    )
    .all(BORDER),
  records: db.raw
    .prepare('SELECT product_id, slots_on_list, rank_best FROM product_records ORDER BY 1')
    .all(),
});

/** What comes of it in a history that is whole, and in one that was thinned in between. */
async function both(go: (world: World) => Promise<void>, without: readonly number[] = []) {
  const [whole, thinned] = [makeDb(), makeDb()];
  for (const world of [whole, thinned])
    for (const day of DAYS.slice(0, BEFORE)) if (!without.includes(day)) world.store(day);
  const [report] = await thinHistory(thinned.db, BORDER, {
    dryRun: false,
    clock: manualClock(dayAt(400)),
  });
  expect(report?.snapshots).toBeGreaterThan(10);
  for (const world of [whole, thinned]) await go(world);
  return { whole: known(whole), thinned: known(thinned) };
}

test('lists that are imported behind a thinned history count what was thinned', async () => {
  const { whole, thinned } = await both(async (world) => {
    await bring(world, DAYS.slice(BEFORE, -1));
    world.store(DAYS.at(-1) ?? 0);
  });
  expect(thinned).toEqual(whole);
});

test('a list that comes late, but after what was thinned, is counted in all behind it', async () => {
  const late = DAYS[BEFORE - 4] ?? 0;
  const ways: ((world: World) => Promise<void>)[] = [
    async (world) => {
      await bring(world, [late]);
      world.store(DAYS[BEFORE] ?? 0);
    },
    async (world) => {
      await bring(world, [DAYS[BEFORE + 1] ?? 0, late, DAYS[BEFORE] ?? 0]);
    },
    // By a pass, as a slot that was caught up with.
    async (world) => {
      world.store(late);
      await finishInChunks(world.db, [world.seriesId], systemClock, noPause);
      world.store(DAYS[BEFORE] ?? 0);
    },
  ];
  for (const go of ways) {
    const { whole, thinned } = await both(go, [late]);
    expect(thinned).toEqual(whole);
  }
});
