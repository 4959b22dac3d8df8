import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reproductionSql } from '../../src/store/alerts/reproduce.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { getAlert, type AlertRow } from '../../src/store/alerts/alerts.ts';
import {
  dayAt,
  fetchedList,
  makeRule,
  makeWorld,
  products,
  type RowSpec,
  type World,
} from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-reproduce-'));
const path = join(folder, 'tidemark.db');
let world: World;

/** Rules whose decisions rest on one snapshot or on several, on what is there and on what is gone, with every kind of baseline. */
const RULES = [
  makeRule({ name: 'rank', when: 'rank <= 3', clear: 'rank > 5', clearFor: 2 }),
  makeRule({ name: 'moves', when: 'rank_gain > 0', for: 2 }),
  makeRule({ name: 'gone', when: "status = 'left'", for: 2, clearFor: 2 }),
  makeRule({ name: 'gone-with-clear', when: 'rank > 8', clear: 'posts > 1000' }),
  makeRule({
    name: 'days-ago',
    when: 'posts_pct <> 0',
    compare: { kind: 'ago', ms: 2 * DAY_MS, text: '2d' },
    onFirst: 'notify',
  }),
  makeRule({ name: 'strict-gap', when: 'rank_gain <> 0', maxGapMs: DAY_MS }),
  makeRule({ name: 'named', when: "product like '%p1' or product = 'It''s p3'", for: 3 }),
  makeRule({
    name: 'recent',
    when: 'streak >= 2 or streak <= -2 or rank = rank_best and slots_on_list > 2',
  }),
];

/** What the statement says, and what the alert says of itself: how many snapshots fired it, how many resolved it, and on which values. */
const saidBy = (rows: readonly Record<string, unknown>[]) => ({
  fires: rows.filter(({ decision }) => decision === 'fires').map((row) => row['when']),
  resolves: rows
    .filter(({ decision }) => decision === 'resolves')
    .map((row) => row['clear'] === 1 && row['when'] !== 1),
  rank: rows.findLast(({ decision }) => decision === 'fires')?.['rank'],
  baseline_at: rows.findLast(({ decision }) => decision === 'fires')?.['baseline_at'],
});
const expectedOf = ({ quiet, evidence, resolvedEvidence }: AlertRow) => ({
  fires: Array.from({ length: quiet === 'adopted' ? 1 : evidence.for }, () => 1),
  resolves: Array.from({ length: resolvedEvidence === null ? 0 : evidence.clear_for }, () => true),
  rank: evidence.change['rank'],
  baseline_at: evidence.change['baseline_at'],
});

const allAlerts = (): AlertRow[] =>
  (world.db.raw.prepare('SELECT id FROM alerts ORDER BY id').pluck().all() as number[]).flatMap(
    (id) => getAlert(world.db, id) ?? [],
  );

beforeAll(async () => {
  world = makeWorld({ database: path, rules: RULES });
  // Ten products that wander, leave and return; pages that are missing; days that are.
  for (let day = 0; day < 40; day++) {
    if (day % 11 === 4) continue;
    const rows = products(10).map((id, i): RowSpec & object => ({
      id,
      name: day < 20 ? `Product ${id}` : `It's ${id}`,
      // Near enough from day to day for a list to be believed, and never the list of an earlier day.
      posts: 900 + ((day * (i + 3)) % 17) * 12 + day,
    }));
    rows.sort((a, b) => ((Number(a.posts) * 7) % 13) - ((Number(b.posts) * 5) % 11));
    const list = day % 6 > 2 ? rows.filter((_, i) => i % 4 !== 1) : rows;
    await world.pass(
      dayAt(day),
      fetchedList(list, { pageSize: 3, missing: day % 7 === 3 ? [2] : [] }),
    );
  }
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true });
});

describe('the SQL of an alert', () => {
  test('comes to the decision of every alert again', () => {
    const alerts = allAlerts();
    expect(new Set(alerts.map(({ evidence }) => evidence.rule))).toEqual(
      new Set(RULES.map(({ name }) => name)),
    );
    expect(
      alerts.filter(({ resolvedEvidence }) => resolvedEvidence?.change['rank'] === null).length,
    ).toBeGreaterThan(5);
    for (const alert of alerts) {
      const sql = reproductionSql(world.db, alert);
      expect({
        id: alert.id,
        ...saidBy(world.db.raw.prepare<[], Record<string, unknown>>(sql).all()),
      }).toEqual({ id: alert.id, ...expectedOf(alert) });
    }
  });

  // A sqlite3 process for each alert.
  test('runs in the sqlite3 shell, and says the same there', () => {
    const version = spawnSync('sqlite3', ['--version'], { encoding: 'utf8' });
    if (version.error)
      throw new Error('this test needs the sqlite3 command: apt-get install sqlite3');
    const alerts = allAlerts();
    const shell = spawnSync('sqlite3', ['-json', '-readonly', path], {
      input: alerts
        .map((alert) => `${reproductionSql(world.db, alert)}\nSELECT 'next';\n`)
        .join(''),
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    expect(shell.stderr).toBe('');
    const answers = shell.stdout
      .split(`[{"'next'":"next"}]\n`)
      .slice(0, -1)
      .map((text) => JSON.parse(text) as Record<string, unknown>[]);
    expect(answers).toHaveLength(alerts.length);
    for (const [i, alert] of alerts.entries())
      expect({ id: alert.id, ...saidBy(answers[i] ?? []) }).toEqual({
        id: alert.id,
        ...expectedOf(alert),
      });
  }, 40_000);

  test('names the snapshots, and the names of the product as they were then', () => {
    const [alert] = allAlerts().filter(
      ({ evidence }) => evidence.rule === 'named' && evidence.change['product_id'] === 'p1',
    );
    expect(alert?.evidence.change['product']).toBe('Product p1');
    const sql = reproductionSql(world.db, alert as AlertRow);
    expect(sql).toMatch(
      /^WITH counted\(decision, snapshot_id, baseline_id\) AS \(VALUES \('fires', 1, NULL\)\),\n/,
    );
    expect(sql).toContain("CAST('Product p1' AS TEXT) AS product");
    expect(
      world.db.raw.prepare("SELECT name FROM products WHERE upstream_id = 'p1'").pluck().get(),
    ).toBe("It's p1");
  });
});
