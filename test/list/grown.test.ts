// A list gains a metric, for real: its entry in the declaration, one migration, and nothing else. What an upgrade meets is
// made by the program as it is; then the same modules are loaded anew with the grown declaration.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExportArgs } from '../../src/commands/history/export.ts';
import type { ListKind, Metric } from '../../src/list/list-kind.ts';
import type { FetchedList } from '../../src/model.ts';
// The one entry. Loads nothing of the program.
import { SAVES } from '../support/saves-metric.ts';

/** The one migration. */
const MIGRATION = 'ALTER TABLE `observations` ADD `saves` integer;\n';

/** The modules as they are loaded now. */
async function loadProgram() {
  return {
    ...(await import('../support/world.ts')),
    ...(await import('../support/memory-io.ts')),
    ...(await import('../support/run-command.ts')),
    ...(await import('../../src/source/parse-page.ts')),
    ...(await import('../../src/commands/history/export.ts')),
    ...(await import('../../src/commands/history/import.ts')),
    ...(await import('../../src/commands/reading/top.ts')),
    ...(await import('../../src/commands/delivering/digest.ts')),
    ...(await import('../../src/commands/rules/rules-test.ts')),
    ...(await import('../../src/config/json-schema.ts')),
    ...(await import('../../src/store/alerts/alert-log.ts')),
    ...(await import('../../src/store/file/open.ts')),
    ...(await import('../../src/store/schema/observations.ts')),
    ...(await import('../digest/market-world.ts')),
  };
}
type Program = Awaited<ReturnType<typeof loadProgram>>;

const LIST = '../../src/list/top-products.ts';
const ROOT = '../../src/lib/project-root.ts';

/** The program with the entry in its declaration, and the migration in its folder of them. */
async function loadGrown(
  migration = MIGRATION,
  grow = (metrics: readonly Metric[]): readonly Metric[] => [...metrics, SAVES],
): Promise<Program> {
  const { TOP_PRODUCTS } = await vi.importActual<{ TOP_PRODUCTS: ListKind }>(LIST);
  const root = mkdtempSync(join(folder, 'program-'));
  cpSync(MIGRATIONS, join(root, 'migrations'), { recursive: true });
  writeFileSync(join(root, 'migrations', '9999_saves.sql'), migration);
  const journal = join(root, 'migrations', 'meta', '_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8')) as Journal;
  const last = entries.at(-1);
  if (last === undefined) throw new Error('no migrations');
  entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_saves' });
  writeFileSync(journal, JSON.stringify({ ...rest, entries }));
  vi.resetModules();
  vi.doMock(LIST, () => ({
    TOP_PRODUCTS: { ...TOP_PRODUCTS, metrics: grow(TOP_PRODUCTS.metrics) },
  }));
  vi.doMock(ROOT, () => ({ projectRoot: () => root }));
  return loadProgram();
}

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
type Journal = { entries: { idx: number; when: number; tag: string }[] };

const folder = mkdtempSync(join(tmpdir(), 'tidemark-grown-'));
const database = join(folder, 'tidemark.db');

const CONFIG = `
source: { token: sk_test_0123456789 }
watches: { us-daily: { region: US, depth: 40, schedule: "0 6 * * *" } }
channels: { hook: { type: webhook, url: https://example.com/hook } }
`;
const RULES = 'rules: { saved: { when: saves_pct >= 50, notify: [hook] } }\n';

/** A page as the source serves it; `saves` of each product where it says so. */
function served(program: Program, day: number, saves: ((place: number) => number) | null) {
  const body = {
    code: 0,
    data: {
      list: Array.from({ length: 40 }, (_, place) => ({
        third_ecom_category: { id: `p${place}`, value: `Product ${place}` },
        first_ecom_category: { value: 'Beauty' },
        post: 10_000 - place * 10 + day,
        impression: 50_000 + place,
        like: 7 + place,
        ctr: 1.5,
        cost: 200,
        ...(saves === null ? {} : { save: saves(place) }),
      })),
      pagination: { page: 1, size: 40, total: 40, has_more: false },
    },
  };
  const page = program.parsePage(body);
  if (!page.ok) throw new Error(page.detail);
  const takenAt = program.dayAt(day);
  return {
    startedAt: takenAt,
    pages: [{ page: 1, takenAt, ...page, body: JSON.stringify(body) }],
    missing: [],
    credits: 2,
    requests: 1,
    refused: null,
  } satisfies FetchedList;
}

async function exportOf(program: Program, at: string, args: Partial<ExportArgs> = {}) {
  const io = program.memoryIo({ cwd: at });
  const streams = { stdout: new PassThrough(), stop: new AbortController().signal };
  const code = await program.runExport(
    io,
    { config: 'tidemark.yaml', format: 'csv', view: 'history', ...args },
    streams,
  );
  expect(code).toBe(0);
  return io.out;
}

async function importOf(program: Program, at: string, text: string) {
  const io = program.memoryIo({ cwd: at });
  await program.runImport(
    io,
    { config: 'tidemark.yaml', files: ['-'] },
    { stdin: Readable.from([Buffer.from(text)]), stop: new AbortController().signal },
  );
  return `${io.out}${io.err}`;
}

let before: Program;
let grown: Program;
let oldExport: string;
let world: ReturnType<Program['makeWorld']>;
const statuses: string[] = [];

beforeAll(async () => {
  before = await loadProgram();
  writeFileSync(join(folder, 'tidemark.yaml'), CONFIG);
  const old = before.makeWorld({ database, watches: [before.makeWatch({ depth: 40 })] });
  for (const day of [0, 1]) await old.pass(before.dayAt(day), served(before, day, null));
  old.close();
  oldExport = await exportOf(before, folder);

  grown = await loadGrown();
  writeFileSync(join(folder, 'tidemark.yaml'), `${CONFIG}${RULES}`);
  world = grown.makeWorld({
    database,
    watches: [grown.makeWatch({ depth: 40 })],
    rules: [grown.makeRule({ name: 'saved', when: 'saves_pct >= 50' })],
    digests: [grown.makeDigest()],
  });
  // As before the upgrade, from a source that does not serve it yet; then it does, and one product leaps.
  const lists = [
    served(grown, 1, null),
    served(grown, 3, (place) => 100 + place),
    served(grown, 4, (place) => (place === 5 ? 210 : 100 + place)),
  ];
  for (const [index, list] of lists.entries())
    statuses.push((await world.pass(grown.dayAt(index + 2), list)).status);
});
afterAll(() => {
  world.close();
  for (const path of [LIST, ROOT]) vi.doUnmock(path);
  vi.resetModules();
  rmSync(folder, { recursive: true });
});

const all = (sql: string): unknown[] => world.db.raw.prepare(sql).raw().all();

describe('a list that gains a metric', () => {
  test('takes the same list for stale, as before, and one with the metric for another', () => {
    expect(statuses).toEqual(['stale', 'complete', 'complete']);
  });

  test('has it in its table, whose picture agrees with it', () => {
    const columns = (world.db.raw.pragma('table_info(observations)') as { name: string }[]).map(
      ({ name }) => name,
    );
    const picture = Object.values(grown.observations as unknown as Record<string, unknown>)
      .filter(
        (column): column is { name: string } =>
          typeof column === 'object' && column !== null && 'columnType' in column,
      )
      .map(({ name }) => name);
    expect(picture).toEqual(columns);
  });

  test('has its change columns in every view of changes', () => {
    const row = `WHERE product_id = 'p5' AND slot_at LIKE '2026-01-05%'`;
    for (const view of ['changes', 'leaderboard'])
      expect(all(`SELECT saves, saves_before, saves_delta, saves_pct FROM ${view} ${row}`)).toEqual(
        [[210, 105, 105, 100]],
      );
    expect(all(`SELECT saves FROM history ${row}`)).toEqual([[210]]);
    expect(all(`SELECT count(saves) FROM changes_7d`)).toEqual([[80]]);
  });

  test('fires a rule on it, with it in the evidence', () => {
    expect(
      grown
        .listAlerts(world.db, {})
        .map(({ evidence: { change } }) => [change['product_id'], change['saves_pct']]),
    ).toEqual([['p5', 100]]);
  });

  test('has it in tests of rules', async () => {
    writeFileSync(
      join(folder, 'rules.test.yaml'),
      'tests:\n  leap: { rule: saved, products: { a: { rank: 1 1 1, saves: 10 11 20 } }, fired: { a: 3 } }\n',
    );
    expect(
      await grown.runRulesTest(grown.memoryIo({ cwd: folder }), { file: 'rules.test.yaml' }),
    ).toBe(0);
  });

  test('has it in what top prints as JSON', () => {
    const ran = grown.run(grown.runTop, { watch: 'us-daily', json: true }, world);
    expect(ran.out).toMatch(/"saves": ?100,/);
  });

  test('exports it, takes an export from before as what it has, and a new one whole', async () => {
    const now = await exportOf(grown, folder);
    expect(now.split('\n')[0]).toContain('saves');
    expect(oldExport.split('\n')[0]).not.toContain('saves');
    const held = all('SELECT count(*), count(saves) FROM observations');
    expect(await importOf(grown, folder, oldExport)).toBe(
      'imported 0 snapshots, 0 rows; 2 known already\n',
    );
    expect(all('SELECT count(*), count(saves) FROM observations')).toEqual(held);

    for (const [name, text] of [
      ['old', oldExport],
      ['new', now],
    ] as const) {
      const other = join(folder, name);
      mkdirSync(other);
      writeFileSync(join(other, 'tidemark.yaml'), CONFIG);
      await importOf(grown, other, text);
      const again = await exportOf(grown, other);
      if (name === 'new') expect(again).toBe(now);
      else expect(again.split('\n').length).toBe(oldExport.split('\n').length);
    }
  });

  test('writes its digests as before', async () => {
    const io = grown.memoryIo({ clock: world.clock, cwd: folder });
    expect(
      await grown.runDigest(io, { name: 'weekly' }, { db: world.db, config: world.config }),
    ).toBe(0);
    expect(io.out).toContain('Impressions');
  });
});

describe('a metric that leads its list', () => {
  let led: Program;
  let leading: ReturnType<Program['makeWorld']>;
  beforeAll(async () => {
    const saves: Metric = {
      ...SAVES,
      scored: true,
      headline: { title: 'Saves', tinyBase: 10, moreIsGood: true },
    };
    led = await loadGrown(
      `${MIGRATION}--> statement-breakpoint\nALTER TABLE \`observations\` ADD \`saves_z_e4\` integer;\n`,
      (metrics) => [saves, ...metrics.map((metric) => withoutLead(metric))],
    );
    leading = led.makeWorld({
      watches: [led.makeWatch({ depth: 40 })],
      rules: [led.makeRule({ name: 'odd', when: 'saves_z > 5' })],
      digests: [led.makeDigest()],
    });
    for (let day = 0; day < 16; day++)
      await leading.pass(
        led.dayAt(day),
        served(led, day, (place) => (day === 15 && place === 5 ? 900 : 100 + place + (day % 3))),
      );
  });
  afterAll(() => leading.close());

  /** As many as before have a z-score, and a headline. */
  const withoutLead = (metric: Metric): Metric => {
    if (metric.column === 'posts') return { ...metric, scored: false };
    return metric.column === 'cost' ? { ...metric, headline: null } : metric;
  };
  const allLed = (sql: string): unknown[] => leading.db.raw.prepare(sql).raw().all();

  test('has its z-score, which rules ask for', () => {
    expect(
      allLed(`SELECT l.product_id, l.saves, c.saves_z > 5 FROM alert_log l
        JOIN changes c ON c.snapshot_id = l.snapshot_id AND c.product_id = l.product_id`),
    ).toEqual([['p5', 900, 1]]);
  });

  test('has its total first in digests, under its own title', async () => {
    const io = led.memoryIo({ clock: leading.clock, cwd: folder });
    const deps = { db: leading.db, config: leading.config };
    await led.runDigest(io, { name: 'weekly' }, deps);
    expect(io.out).toMatch(/Saves +5\.58k +\+14\.7\u00a0%/);
    expect(io.out).not.toContain('Ad spend');
  });

  test('has its standings made anew as they were made first', async () => {
    const { rebuildStandings } = await import('../../src/store/snapshots/standings.ts');
    const standings = () =>
      allLed('SELECT rank_z_e4, saves_z_e4, impressions_z_e4, streak, rank_best FROM observations');
    const first = standings();
    leading.db.raw.exec('UPDATE observations SET saves_z_e4 = NULL, rank_z_e4 = NULL');
    const seriesId = leading.db.raw.prepare('SELECT id FROM series').pluck().get() as number;
    leading.db.transaction(() => rebuildStandings(leading.db, seriesId, led.dayAt(0)));
    expect(standings()).toEqual(first);
  });
});
