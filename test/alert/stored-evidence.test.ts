// How evidence is stored: what alerts share once, and alerts of versions before beside it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAlerts, type LoggedAlert } from '../../src/store/alerts/alert-log.ts';
import { evidenceIn } from '../../src/store/alerts/evidence.ts';
import { listAlertsOfPeriod } from '../../src/store/digests/digest-alerts.ts';
import { thinHistory } from '../../src/store/snapshots/thin.ts';
import { listOfDay } from '../support/history-file.ts';
import { manualClock } from '../support/manual-clock.ts';
import { dayAt, fetchedList, makeRule, makeWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = makeWorld({
    rules: [
      makeRule({ name: 'climber', when: 'rank_gain > 0', resolved: true }),
      makeRule({ name: 'top', when: 'rank <= 40', description: 'Of note', for: 2, resolved: true }),
    ],
  });
  for (let day = 0; day < 30; day++) await world.pass(dayAt(day), fetchedList(listOfDay(day)));
});
afterAll(() => world.close());

const all = (sql: string) => world.db.raw.prepare(sql).raw().all() as unknown[][];
const facts = () => ({
  alerts: listAlerts(world.db, {}),
  log: all('SELECT * FROM alert_log'),
  digest: listAlertsOfPeriod(world.db, [1], dayAt(5), dayAt(29)),
});

/** Stores it as versions before did: the whole as JSON. */
function storeAsBefore(alerts: readonly LoggedAlert[]): void {
  const write = world.db.raw.prepare(
    'UPDATE alerts SET evidence = ?, resolved_evidence = ? WHERE id = ?',
  );
  const textOf = (evidence: object | null) => (evidence === null ? null : JSON.stringify(evidence));
  for (const { id, evidence, resolvedEvidence } of alerts)
    write.run(textOf(evidence), textOf(resolvedEvidence), id);
}

it('stores what a rule said and the names of columns once, and under half of each alert', () => {
  const { alerts } = facts();
  const stored = all('SELECT evidence FROM alerts ORDER BY id').map(([text]) => text as string);
  expect(stored.length).toBeGreaterThan(50);
  // One of each rule, and the names of columns.
  expect(all('SELECT count(*) FROM evidence_texts')).toEqual([[3]]);
  const whole = alerts.reduce((sum, { evidence }) => sum + JSON.stringify(evidence).length, 0);
  const packed = stored.reduce((sum, text) => sum + text.length, 0);
  expect(packed / whole).toBeLessThan(0.45);
});

it('reads alerts of versions before the same, in lists, views, digests and when history is thinned', async () => {
  const before = facts();
  const kept = async () =>
    thinHistory(world.db, dayAt(29), { dryRun: true, clock: manualClock(0) });
  const keptBefore = await kept();
  expect(before.digest.some(({ rank, rankBefore }) => rank !== null && rankBefore !== null)).toBe(
    true,
  );
  expect(keptBefore.some(({ keptForAlerts }) => keptForAlerts > 0)).toBe(true);
  const packed = all('SELECT evidence, resolved_evidence, id FROM alerts');

  storeAsBefore(before.alerts);
  expect(facts()).toEqual(before);
  expect(await kept()).toEqual(keptBefore);

  // Some of each, as a file is after an upgrade.
  const write = world.db.raw.prepare(
    'UPDATE alerts SET evidence = ?, resolved_evidence = ? WHERE id = ? AND id % 2 = 0',
  );
  for (const row of packed) write.run(...row);
  expect(facts()).toEqual(before);
  expect(await kept()).toEqual(keptBefore);
});

it('gives the facts in the order in which they were always printed', () => {
  const [[text] = []] = all('SELECT evidence FROM alerts WHERE evidence LIKE \'{"said"%\' LIMIT 1');
  expect(Object.keys(evidenceIn(world.db, text as string))).toEqual([
    'rule',
    'rule_revision',
    'description',
    'when',
    'clear',
    'compare',
    'max_gap_ms',
    'for',
    'clear_for',
    'snapshot',
    'baseline',
    'change',
  ]);
});
