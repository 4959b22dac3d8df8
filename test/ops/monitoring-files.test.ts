// The alert rules and the dashboard that come with the manual, against what /metrics really has.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderMetrics } from '../../src/ops/metrics.ts';
import { noBackupYet, noteBackup } from '../../src/store/file/backup-note.ts';
import { noteLake } from '../../src/store/file/lake-note.ts';
import { noWorkYet } from '../../src/store/file/work-note.ts';
import { healthy, saveHealth } from '../../src/store/outbox/channel-health.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { dayAt, makeAccount } from '../support/world.ts';

const MANUAL = join(import.meta.dirname, '../../src/manual');
const rules = readFileSync(join(MANUAL, 'prometheus-rules.yml'), 'utf8');
const dashboard = readFileSync(join(MANUAL, 'grafana-dashboard.json'), 'utf8');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

let file: HistoryFile;
let text: string;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 2);
  const { db, clock } = file.world;
  // So that every metric has a value.
  saveHealth(db, { ...healthy('hook'), failures: 2, failingSinceAt: dayAt(1) });
  file.world.configure({ sources: [makeAccount({ dailyCredits: 500 })] });
  file.world.configure({
    backup: {
      schedule: '0 3 * * *',
      timezone: 'UTC',
      to: { kind: 'folder', path: '/b' },
      keepMs: 1,
    },
    lake: {
      schedule: '0 4 * * *',
      timezone: 'UTC',
      to: { kind: 'folder', path: '/l' },
      views: ['history'],
      keepMs: 1,
      allowPrivate: false,
    },
  });
  noteLake(file.path, { ...noWorkYet(0), last: { at: 1, to: '/l' } });
  noteBackup(file.path, { ...noBackupYet(0), last: { at: 1, name: 'x', to: '/b', bytes: 1 } });
  const note = { pid: 1, version: '1', startedAt: 0, config: '', configAt: 0 };
  text = (
    await renderMetrics({
      db,
      clock,
      config: () => file.world.config,
      note: () => note,
      checkPlace: () => {},
      lookedAt: () => 0,
    })
  ).body;
});
afterEach(() => file.close());

/** Absent while all is well. */
const ONLY_IN_TROUBLE = new Set(['tidemark_deliveries_stuck_since_seconds']);

test.each([
  ['the alert rules', rules],
  ['the dashboard', dashboard],
])('%s ask only for metrics that there are', (_, source) => {
  const asked = new Set(source.match(/\b(?:tidemark|process)_[a-z0-9_]+\b/g));
  const served = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !served.has(name) && !ONLY_IN_TROUBLE.has(name))).toEqual([]);
});

test('the dashboard is JSON with a query in every panel', () => {
  const { panels } = JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] };
  for (const { targets } of panels) for (const { expr } of targets) expect(expr).not.toBe('');
});

test.skipIf(!hasPromtool)('promtool finds nothing wrong with the metrics', () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  expect([status, stdout + stderr]).toEqual([0, '']);
});

test.skipIf(!hasPromtool)('promtool finds nothing wrong with the alert rules', () => {
  const { status, stderr } = spawnSync(
    'promtool',
    ['check', 'rules', join(MANUAL, 'prometheus-rules.yml')],
    {
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([0, '']);
});
