import { afterAll, expect, test } from 'vitest';
import { makeHook, makeWatch, makeWorld } from '../support/world.ts';
import { makeTwin } from './compare.ts';
import { cookbookRules } from './cookbook.ts';
import { yearSteps } from './year.ts';

const rules = cookbookRules();
const world = makeWorld({ watches: [makeWatch()], channels: [makeHook({ name: 'team' })], rules });
afterAll(() => world.close());

test('the cookbook over a year of ugly data gives exactly the alerts and messages of the brute-force reading', async () => {
  const twin = makeTwin(world);
  const statuses = new Set<string>();
  for (const { slotAt, isImport, serving } of yearSteps()) {
    if (serving === null) twin.miss('us-daily', slotAt);
    statuses.add(serving === null ? 'missed' : await twin.pass('us-daily', slotAt, serving, isImport));
  }
  expect([...statuses].sort()).toEqual(['complete', 'failed', 'missed', 'partial', 'stale', 'suspect']);
  const alerts = twin.compareAlerts();
  expect(alerts.length).toBeGreaterThan(5_000);
  // Every rule fired, but those that ask for a product or a category which this market does not have.
  const fired = new Set(alerts.map(({ rule }) => rule));
  expect(rules.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual(['my-product', 'category-newcomer']);
}, 600_000);
