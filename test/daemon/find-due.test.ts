import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDue } from '../../src/daemon/find-due.ts';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { manualClock } from '../support/manual-clock.ts';
import { DAY_ZERO, makeConfig, makeWatch } from '../support/world.ts';

let db: Db;
beforeEach(() => void (db = openDatabase(':memory:')));
afterEach(() => db.close());

test('a slot a minute, 30 days down: recorded in small transactions, with the intervals they have', async () => {
  const config = makeConfig({ watches: [makeWatch({ schedule: '* * * * *' })] });
  const clock = manualClock(DAY_ZERO);
  const written: number[] = [];
  const totalChanges = () => db.raw.prepare('SELECT total_changes()').pluck().get() as number;
  const counted: Db = {
    ...db,
    transaction: (work) => {
      const before = totalChanges();
      const result = db.transaction(work);
      written.push(totalChanges() - before);
      return result;
    },
  };
  const deps = { db: counted, clock, log: { info: () => {}, warn: () => {}, error: () => {} } };
  await findDue(deps, config);
  clock.jump(30 * DAY_MS);
  const due = await findDue(deps, config);

  expect(due.map(({ slotAt }) => slotAt)).toEqual([DAY_ZERO + 30 * DAY_MS]);
  const minutes = 30 * 24 * 60 - 1;
  expect(
    db.raw
      .prepare(
        "SELECT count(*) AS n, max(interval_ms) AS longest, min(interval_ms) AS shortest FROM snapshots WHERE status = 'missed'",
      )
      .get(),
  ).toEqual({ n: minutes, longest: MINUTE_MS, shortest: MINUTE_MS });
  expect(Math.max(...written)).toBeLessThanOrEqual(2_000);
  expect(written.filter((rows) => rows > 0).length).toBeGreaterThanOrEqual(minutes / 2_000);
});
