// What a pass and an idle tick ask of the database, in statements: they must not become more with the watches.
import Database from 'better-sqlite3';
import { Cron } from 'croner';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from '../src/config/config.ts';
import { findDue } from '../src/daemon/find-due.ts';
import { DAY_MS, MINUTE_MS } from '../src/lib/clock.ts';
import { applyConfig } from '../src/store/series/apply-config.ts';
import { countStatements } from './support/count-statements.ts';
import {
  DAY_ZERO,
  dayAt,
  fetchedList,
  makeRule,
  makeWatch,
  makeWorld,
  products,
  type World,
} from './support/world.ts';

const open: World[] = [];
afterEach(() => open.splice(0).forEach((world) => world.close()));
function worldOf(overrides: Partial<Config>): World {
  const world = makeWorld(overrides);
  open.push(world);
  return world;
}
const worldWith = (count: number) =>
  worldOf({
    watches: [
      makeWatch(),
      ...Array.from({ length: count - 1 }, (_, index) => makeWatch({ name: `other-${index}` })),
    ],
    rules: [makeRule()],
  });

const log = { info: () => {}, warn: () => {}, error: () => {} };
const look = (world: World) => findDue({ db: world.db, clock: world.clock, log }, world.config);

describe('with 200 watches', () => {
  test('a pass runs the statements that it runs with one', async () => {
    const counts: string[][] = [];
    for (const count of [1, 200]) {
      const world = worldWith(count);
      for (const day of [0, 1]) await world.pass(dayAt(day), fetchedList(products(30)));
      counts.push(
        await countStatements(world.db, () =>
          world.pass(dayAt(2), fetchedList(['new', ...products(29)])),
        ),
      );
    }
    const [alone, among] = counts;
    expect(among).toEqual(alone);
    expect(alone?.length).toBeGreaterThan(20);
  });

  test('a tick that finds nothing due runs four, as with one', async () => {
    for (const count of [1, 200]) {
      const world = worldWith(count);
      for (let tick = 0; tick < 3; tick++) expect(await look(world)).toEqual([]);
      expect(await countStatements(world.db, () => look(world))).toEqual([
        'BEGIN IMMEDIATE',
        'PRAGMA data_version',
        'COMMIT',
        'PRAGMA data_version',
      ]);
    }
  });
});

describe('what is remembered between ticks', () => {
  test('keeps no slot from being due, nor one that an own pass has taken from being over', async () => {
    const world = worldWith(3);
    for (let tick = 0; tick < 3; tick++) await look(world);
    await world.clock.advance(DAY_ZERO - world.clock.now());
    expect((await look(world)).map(({ slotAt }) => slotAt)).toEqual([DAY_ZERO, DAY_ZERO, DAY_ZERO]);
    await world.pass(DAY_ZERO, fetchedList(products(30)));
    expect((await look(world)).map(({ watch }) => watch.name)).toEqual(['other-0', 'other-1']);
    // The days before were missed, and are recorded once.
    world.clock.jump(3 * DAY_MS);
    expect(await look(world)).toHaveLength(3);
    const missed = () =>
      world.db.raw.prepare("SELECT count(*) FROM snapshots WHERE status = 'missed'").pluck().get();
    expect(missed()).toBe(2 + 3 + 3);
    await look(world);
    expect(missed()).toBe(2 + 3 + 3);
  });

  test('is given up when the clock is set back', async () => {
    const world = worldWith(1);
    world.clock.jump(10 * DAY_MS);
    // Recorded while the clock was ahead, so nothing is due before it is caught up with.
    await look(world);
    expect(await look(world)).toEqual([]);
    world.clock.jump(-10 * DAY_MS);
    world.db.raw.prepare('UPDATE watches SET scheduled_from_at = ?').run(world.clock.now());
    expect(await look(world)).toEqual([]);
    await world.clock.advance(2 * MINUTE_MS);
    expect(await look(world)).toHaveLength(1);
  });

  test('is given up when another process has written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-statements-'));
    const world = worldOf({ database: join(folder, 'tidemark.db') });
    const other = new Database(world.db.path);
    onTestFinished(() => {
      other.close();
      rmSync(folder, { recursive: true });
    });
    await look(world);
    expect(await look(world)).toEqual([]);
    other.prepare('UPDATE watches SET active = 0, scheduled_from_at = ?').run(dayAt(-2));
    expect(await look(world)).toEqual([]);
    // Applied anew: the watch counts from now on, as one that comes back does.
    expect(world.db.raw.prepare('SELECT active, scheduled_from_at FROM watches').get()).toEqual({
      active: 1,
      scheduled_from_at: world.clock.now(),
    });
    other.prepare('UPDATE watches SET scheduled_from_at = ?').run(dayAt(-2));
    expect(await look(world)).toMatchObject([{ slotAt: dayAt(-1) }]);
  });

  test('is nothing that was rolled back', () => {
    const world = worldOf({});
    const apply = () => applyConfig(world.db, world.config, world.clock.now());
    expect(() =>
      world.db.transaction(() => {
        apply();
        throw new Error('a full disk');
      }),
    ).toThrow('a full disk');
    world.db.transaction(apply);
    expect(world.db.raw.prepare('SELECT name FROM watches').pluck().all()).toEqual(['us-daily']);
  });
});

test('nothing of the schedule is worked out while a pass holds the write lock', async () => {
  const world = worldOf({ watches: [makeWatch({ schedule: '7 6 * * *' })] });
  const held: boolean[] = [];
  const spies = (['nextRun', 'previousRuns'] as const).map((name) => {
    const proto = Cron.prototype as unknown as Record<
      typeof name,
      (this: Cron, ...args: unknown[]) => unknown
    >;
    const original = proto[name];
    return vi.spyOn(Cron.prototype, name).mockImplementation(function (
      this: Cron,
      ...args: unknown[]
    ) {
      held.push(world.db.raw.inTransaction);
      return original.apply(this, args) as never;
    });
  });
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  await world.pass(dayAt(0) + 7 * MINUTE_MS, fetchedList(products(30)));
  expect(held.length).toBeGreaterThan(0);
  expect(held).not.toContain(true);
});
