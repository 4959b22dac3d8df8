// Several processes on one file: an import, a pass of the same list, and a prune, at once.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { DAY_MS, systemClock } from '../../src/lib/clock.ts';
import { createMarket, utcDay } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { finishStandings, noteUnfinished } from '../../src/store/snapshots/standings.ts';
import type { Hold } from '../support/holds.ts';

const DAYS = 45;
const DEPTH = 400;
const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-beside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'tidemark.db');
const holdsOf = (who: string) => join(folder, `${who}.holds`);

const market = createMarket({ seed: 4 });
const NOW = systemClock.now();

/** The list of a day as rows of an export, 0 being today. */
function rowsOf(daysAgo: number, region = 'US'): string {
  const day = utcDay(NOW - daysAgo * DAY_MS);
  const list = market.list({ region, timeScope: 1, day }).slice(0, DEPTH);
  return list
    .map((row, index) =>
      [
        `${day}T00:00:00Z`,
        list.length,
        index + 1,
        row.third_ecom_category.id,
        row.post,
        row.impression,
      ].join(','),
    )
    .join('\n');
}

/** Runs the program, with the transactions of its process written down. */
function tidemark(who: string, ...args: string[]): ChildProcessWithoutNullStreams {
  const measure = pathToFileURL(join(ROOT, 'test/support/holds.ts')).href;
  return spawn(process.execPath, ['--import', 'tsx', '--import', measure, 'src/cli.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, TIDEMARK_CONFIG: '', HOLDS_TO: holdsOf(who) },
  });
}

/** Its exit code, and all that it said. */
async function ended(child: ChildProcessWithoutNullStreams): Promise<[number | null, string]> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said];
}

/** The series of the watch, the second that was recorded. */
const US = 2;

const derived = () => {
  const db = openDatabase(path);
  const all = (sql: string) => db.raw.prepare(sql).raw().all();
  const rows = {
    standings: all(
      `SELECT s.slot_at, o.product_id, o.rank_best, o.slots_on_list, o.streak, o.rank_z_e4
      FROM snapshots s JOIN observations o ON o.snapshot_id = s.id WHERE s.series_id = ${US}
      ORDER BY 1, 2`,
    ),
    records: all(`SELECT * FROM product_records WHERE series_id = ${US} ORDER BY 2`),
    unfinished: all('SELECT unfinished_from_at FROM series'),
    snapshots: all(
      `SELECT w.name, origin, count(*), sum(status = 'complete') FROM snapshots s
      JOIN watches w ON w.id = s.watch_id GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  };
  db.close();
  return rows;
};

/** What is derived of all that is stored, worked out by one process that is alone. */
function derivedAnew() {
  const db = openDatabase(path);
  db.transaction(() => {
    db.raw.exec(`UPDATE observations SET rank_best = NULL, slots_on_list = NULL, streak = NULL,
      rank_z_e4 = NULL; DELETE FROM product_records`);
    noteUnfinished(db, US, 0);
  });
  finishStandings(db, [US]);
  db.close();
  return derived();
}

// Four processes that have to start, and 40,000 rows.
test('a pass beside an import of the same list stores what it would alone, and no transaction of any is long', async () => {
  let isFetching = () => {};
  const fetching = new Promise<void>((resolve) => (isFetching = resolve));
  const sandbox = await startSandbox({
    market,
    // It serves another list from midnight on.
    clock: { ...systemClock, now: () => NOW },
    onRequest: () => isFetching(),
  });
  const config = join(folder, 'tidemark.yaml');
  writeFileSync(
    config,
    `source: { base_url: "${sandbox.url}", token: sandbox }
database: ${path}
retention: { raw_pages: 1d, observations: { all: 50d, then: weekly } }
watches:
  gb: { region: GB, time_scope: 1, depth: ${DEPTH}, schedule: "0 0 * * *" }
  us: { region: US, time_scope: 1, depth: ${DEPTH}, schedule: "0 0 * * *" }
rules: { mover: { when: "rank_gain >= 5 or status = 'left'" } }
`,
  );
  const begin = (who: string, watch: string) => {
    const child = tidemark(who, 'import', '-', '--watch', watch, '--config', config);
    child.stdin.write('slot_at,snapshot_rows,rank,product_id,posts,impressions\n');
    return child;
  };
  try {
    // What the prune takes, of another watch.
    const seed = begin('seed', 'gb');
    for (let daysAgo = 110; daysAgo > 50; daysAgo--) seed.stdin.write(`${rowsOf(daysAgo, 'GB')}\n`);
    seed.stdin.end();
    expect(await ended(seed)).toEqual([0, expect.stringContaining('imported 60 snapshots')]);

    const importing = begin('import', 'us');
    const imported = ended(importing);
    const half = Math.floor(DAYS / 2);
    for (let daysAgo = DAYS; daysAgo > half; daysAgo--)
      importing.stdin.write(`${rowsOf(daysAgo)}\n`);
    const passed = ended(tidemark('pass', 'snapshot', 'us', '--config', config));
    await fetching;
    // While it fetches and stores, the rest comes in; the newest first, so that some are older.
    for (let daysAgo = 1; daysAgo <= half; daysAgo++) importing.stdin.write(`${rowsOf(daysAgo)}\n`);
    importing.stdin.end();
    const pruned = ended(tidemark('prune', 'prune', '--config', config));

    expect(await passed).toEqual([0, expect.stringContaining('complete')]);
    expect(await imported).toEqual([0, expect.stringContaining(`imported ${DAYS} snapshots`)]);
    expect(await pruned).toEqual([0, expect.stringContaining('all but one a week')]);
  } finally {
    await sandbox.close();
  }
  const after = derived();
  expect(after.unfinished).toEqual([[null], [null]]);
  expect(after.snapshots).toMatchObject([
    ['gb', 'import', expect.any(Number), expect.any(Number)],
    ['us', 'import', DAYS, expect.any(Number)],
    ['us', 'manual', 1, 1],
  ]);
  expect((after.snapshots[0] as unknown[])[2]).toBeLessThan(20);

  for (const who of ['seed', 'import', 'pass', 'prune']) {
    const holds = readFileSync(holdsOf(who), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Hold);
    // As the processor counts it: what others take of a busy machine is no fault of a statement.
    expect(holds.filter(({ cpuMs }) => cpuMs > 200)).toEqual([]);
    // Standings are written 2,000 at a time; a list is stored whole.
    if (who !== 'prune') expect(holds.filter(({ rows }) => rows > 2_500)).toEqual([]);
    if (who === 'import') expect(holds.length).toBeGreaterThan(DAYS);
  }
  expect(after).toEqual(derivedAnew());
}, 120_000);
