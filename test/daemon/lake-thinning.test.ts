import { afterEach, beforeEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { runLakeThinning, type ThinningOutcome } from '../../src/daemon/lake-thinning.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/lib/clock.ts';
import { noteThinning, readThinningNote } from '../../src/store/file/thinning-note.ts';
import { makeHistoryFile, type HistoryFile } from '../support/history-file.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';

let file: HistoryFile;
let clock: ManualClock;
let outcomes: ThinningOutcome[];
let thinned: string[];
let stop: AbortController;
let running: Promise<void>;

function start(then: 'weekly' | 'lake'): void {
  const { config } = file.world;
  running = runLakeThinning({
    config: () => ({ ...config, retention: { ...config.retention, then } }),
    clock,
    log: pino({ enabled: false }),
    thin: async () => {
      thinned.push(new Date(clock.now()).toISOString().slice(0, 16));
      const outcome = outcomes.shift() ?? { place: 'there', watches: [], held: [] };
      // As the process itself does.
      if (!('problem' in outcome))
        noteThinning(file.path, { ...outcome, at: clock.now(), snapshots: 1 });
      return outcome;
    },
    signal: stop.signal,
  });
}
beforeEach(() => {
  clock = manualClock('2026-03-01T22:00:00Z');
  outcomes = [];
  thinned = [];
  stop = new AbortController();
  file = makeHistoryFile();
});
afterEach(async () => {
  stop.abort();
  await running;
  file.close();
});

test('history leaves when the daemon begins, and then once a day', async () => {
  start('lake');
  await clock.advance(2 * DAY_MS);
  expect(thinned).toEqual(['2026-03-01T22:00', '2026-03-02T00:00', '2026-03-03T00:00']);
});

test('where weeks are thinned instead, nothing is started', async () => {
  start('weekly');
  await clock.advance(DAY_MS);
  expect(thinned).toEqual([]);
});

test('what is held back is tried again each hour, and so is a process that fails', async () => {
  outcomes = [
    { problem: 'no memory' },
    { place: 'there', watches: [], held: [{ reason: 'away', snapshots: 3 }] },
  ];
  start('lake');
  await clock.advance(SECOND_MS);
  expect(readThinningNote(file.path)).toMatchObject({ held: [{ reason: 'no memory' }] });
  await clock.advance(HOUR_MS + MINUTE_MS);
  expect(readThinningNote(file.path)).toMatchObject({
    held: [{ reason: 'away', snapshots: 3 }],
    heldSinceAt: Date.parse('2026-03-01T22:00:00Z'),
  });
  await clock.advance(6 * HOUR_MS);
  expect(thinned).toEqual(['2026-03-01T22:00', '2026-03-01T23:00', '2026-03-02T00:00']);
  expect(readThinningNote(file.path)).toMatchObject({ held: [], heldSinceAt: null });
});

test('a clock that was ahead does not put it off', async () => {
  noteThinning(file.path, {
    at: clock.now() + 300 * DAY_MS,
    place: 'there',
    snapshots: 0,
    held: [],
  });
  start('lake');
  await clock.advance(MINUTE_MS);
  expect(thinned).toEqual(['2026-03-01T22:00']);
});
