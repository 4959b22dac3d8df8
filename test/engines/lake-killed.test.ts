// A sync is killed a hundred times, each time at another step of its work on the disk or at another
// request to a store: whoever reads sees one whole version, and the next sync goes on from there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineStatements } from '../../src/store/engines/statements.ts';
import { KEY_ID, SECRET } from '../backup/s3-server.ts';
import { makeLakeWorld, type LakeWorld } from '../history/lake/lake-world.ts';
import { takeDays } from '../support/history-file.ts';
import { bundleChild } from '../support/bundle-child.ts';
import { filesBelow } from '../support/files-below.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { asText, openEngine, WAYS, type Engine } from './engine.ts';

const VIEWS = ['history', 'changes', 'alerts'] as const;
/** What engines are asked after a kill: of each table, all that would show a row lost or doubled. */
const SQL = ['history', 'changes']
  .map(
    (view) =>
      `SELECT '${view}' AS t, count(*) AS n, sum(rank) AS r, max(slot_at) AS s FROM ${view}`,
  )
  .join(' UNION ALL ');
/** Every so many kills the engines read too; by ourselves every version is read. */
const SAMPLE = 7;

let world: LakeWorld;
let child: string;
let engines: { name: string; engine: Engine }[];
let killed = 0;
/** The files of the lake before the sync, and what it then holds, as the engines say it. */
let before: [string, Buffer][];
let states: string[];

const place = (): string => join(world.file.folder, 'read');

/** Lays a lake where the engines look for it. */
function layOut(files: readonly (readonly [string, Buffer])[]): void {
  rmSync(place(), { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(place(), name)), { recursive: true });
    writeFileSync(join(place(), name), bytes);
  }
}

const answer = async ({ engine }: { engine: Engine }): Promise<string> =>
  asText((await engine.rows(SQL)).rows)
    .sort()
    .join();

/** By our own reader: every part as the database has it, or as it had it before the sync. */
async function versions(files: readonly (readonly [string, Buffer])[]): Promise<boolean[]> {
  layOut(files);
  const config = world.configOf({ kind: 'folder', path: place() }, { views: VIEWS });
  const months = await world.verify(config);
  expect(months.filter(({ problem }) => problem !== null)).toEqual([]);
  return VIEWS.map((view) =>
    months.filter(({ table }) => table === view).every(({ behind }) => behind === 0),
  );
}

/** Runs a sync to its end, or until it is killed. */
async function sync(to: object, step: number): Promise<boolean> {
  const args = [child, world.file.path, JSON.stringify(to), VIEWS.join(','), String(step)];
  const running = spawn(process.execPath, [...args, String(world.file.world.clock.now())], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  kill = () => running.kill('SIGKILL');
  const [code, signal] = (await once(running, 'close')) as [number | null, string | null];
  if (signal === null) expect(code).toBe(0);
  return signal !== null;
}
let kill = (): unknown => undefined;

beforeAll(async () => {
  world = await makeLakeWorld(5);
  child = await bundleChild(
    join(import.meta.dirname, '../history/lake/sync-child.ts'),
    'sync-killed',
  );
  const config = world.configOf({ kind: 'folder', path: place() }, { views: VIEWS });
  await world.sync(config);
  // The next version of each table has a checkpoint.
  const DAYS = 10;
  for (let day = 5; day < 5 + DAYS; day++) {
    await takeDays(world.file.world, 1, { from: day, count: 10 });
    await world.sync(config);
  }
  before = filesBelow(place());
  engines = [];
  const lists = [TOP_PRODUCTS];
  for (const { engine: name, by } of WAYS) {
    const engine = await openEngine(name);
    for (const sql of engineStatements({
      engine: name,
      by,
      root: place(),
      lists,
      hasAlerts: false,
    }))
      await engine.run(sql);
    engines.push({ name: `${name} by ${by}`, engine });
  }
  states = [await answer(engines[0] as (typeof engines)[number])];
  await takeDays(world.file.world, 1, { from: 5 + DAYS, count: 10 });
  await world.sync(config);
  expect(filesBelow(place()).filter(([name]) => name.endsWith('.checkpoint.parquet'))).toHaveLength(
    4 * VIEWS.length,
  );
  states.push(await answer(engines[0] as (typeof engines)[number]));
  expect(states[0]).not.toBe(states[1]);
});
afterAll(async () => {
  for (const { engine } of engines) await engine.close();
  rmSync(child, { force: true });
  await world.close();
});

/** What is to hold after each kill, and after the sync that follows. */
async function look(files: [string, Buffer][], again: () => Promise<[string, Buffer][]>) {
  const done = await versions(files);
  // A table is begun when the one before is done.
  expect(done).toEqual([...done].sort((a, b) => Number(b) - Number(a)));
  const [history = false, changes = false] = done;
  if (killed % SAMPLE === 0)
    for (const engine of engines) {
      const said = (await answer(engine)).split(/(?=\["history")/);
      const parts = [states[0] ?? '', states[1] ?? ''].map((state) =>
        state.split(/(?=\["history")/),
      );
      const expected = [parts[Number(changes)]?.[0], parts[Number(history)]?.[1]];
      // By folders some of what is new may be seen a moment earlier than its version.
      if (engine.name.endsWith('log'))
        expect([engine.name, ...said]).toEqual([engine.name, ...expected]);
      else
        for (const [index, part] of said.entries())
          expect(parts.map((whole) => whole[index])).toContain(part);
    }
  expect(await versions(await again())).toEqual(VIEWS.map(() => true));
}

test('at every step on the disk', async () => {
  const lake = join(world.file.folder, 'killed');
  const to = { kind: 'folder', path: lake };
  for (let step = 0; ; step++) {
    layOut(before);
    cpSync(place(), lake, { recursive: true });
    if (!(await sync(to, step))) break;
    killed += 1;
    await look(filesBelow(lake), async () => {
      await world.sync(world.configOf({ kind: 'folder', path: lake }, { views: VIEWS }));
      return filesBelow(lake);
    });
    rmSync(lake, { recursive: true });
  }
  expect(killed).toBeGreaterThan(40);
}, 600_000);

test('before and after every request to a store', async () => {
  const { s3 } = world;
  const inStore = (): [string, Buffer][] =>
    [...s3.objects]
      .filter(([name]) => name.startsWith('lake/'))
      .map(([name, bytes]) => [name.slice('lake/'.length), bytes]);
  const to = { ...world.bucket(), secretAccessKey: SECRET, accessKeyId: KEY_ID };
  let isOver = false;
  for (let at = 0; !isOver; at++)
    // The store heeds what it was asked, or the request never came.
    for (const isHeeded of [true, false]) {
      s3.objects.clear();
      for (const [name, bytes] of before) s3.objects.set(`lake/${name}`, bytes);
      let count = 0;
      let dead = false;
      s3.hold = async () => {
        if (dead) return;
        if (count++ !== at) return;
        dead = true;
        kill();
      };
      s3.fail = () => (dead && !isHeeded ? 500 : null);
      const wasKilled = await sync(to, -1);
      s3.hold = async () => {};
      s3.fail = () => null;
      isOver = !wasKilled;
      if (isOver) break;
      killed += 1;
      await look(inStore(), async () => {
        await world.sync(world.configOf(world.bucket(), { views: VIEWS }));
        return inStore();
      });
    }
  expect(killed).toBeGreaterThanOrEqual(100);
}, 600_000);
