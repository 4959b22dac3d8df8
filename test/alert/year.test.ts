import { afterAll, expect, test } from 'vitest';
import { reproductionSql } from '../../src/store/alerts/reproduce.ts';
import { getAlert } from '../../src/store/alerts/alerts.ts';
import { makeHook, makeWatch, makeWorld } from '../support/world.ts';
import { makeTwin } from './compare.ts';
import { cookbookRules } from './cookbook.ts';
import { yearSteps } from './year.ts';

const rules = cookbookRules();
const world = makeWorld({ watches: [makeWatch()], channels: [makeHook({ name: 'team' })], rules });
afterAll(() => world.close());

// 365 lists of 500 products, each read in two ways: 50 s on an idle machine.
test('the cookbook over a year of ugly data gives exactly the alerts and messages of the brute-force reading', async () => {
  const twin = makeTwin(world);
  const statuses = new Set<string>();
  for (const { slotAt, isImport, serving } of yearSteps()) {
    if (serving === null) twin.miss('us-daily', slotAt);
    statuses.add(
      serving === null ? 'missed' : await twin.pass('us-daily', slotAt, serving, isImport),
    );
  }
  expect([...statuses].sort()).toEqual([
    'complete',
    'failed',
    'missed',
    'partial',
    'stale',
    'suspect',
  ]);
  const alerts = twin.compareAlerts();
  expect(alerts.length).toBeGreaterThan(1_000);
  // Every rule fired, but those that ask for a product or a category which this market does not have.
  const fired = new Set(alerts.map(({ rule }) => rule));
  expect(rules.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([
    'my-product',
    'category-newcomer',
  ]);
}, 180_000);

// More than a thousand queries over that year: 17 s on an idle machine.
test('the SQL of every alert of the year comes to its decision again', () => {
  const ids = world.db.raw.prepare('SELECT id FROM alerts ORDER BY id').pluck().all() as number[];
  for (const id of ids) {
    const alert = getAlert(world.db, id);
    if (alert === undefined) throw new Error(`no alert ${id}`);
    const rows = world.db.raw
      .prepare<
        [],
        { decision: string; when: number | null; clear: number | null; rank: number | null }
      >(reproductionSql(world.db, alert))
      .all();
    const { quiet, evidence, resolvedEvidence } = alert;
    expect({
      id,
      fires: rows.filter((row) => row.decision === 'fires' && row.when === 1).length,
      resolves: rows.filter(
        (row) => row.decision === 'resolves' && row.clear === 1 && row.when !== 1,
      ).length,
      rows: rows.length,
    }).toEqual({
      id,
      fires: quiet === 'adopted' ? 1 : evidence.for,
      resolves: resolvedEvidence === null ? 0 : evidence.clear_for,
      rows:
        (quiet === 'adopted' ? 1 : evidence.for) +
        (resolvedEvidence === null ? 0 : evidence.clear_for),
    });
  }
}, 60_000);
