// A history is judged as it would have been live: also where what is normal changed in it.
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { AS_IT_TELLS } from '../../../src/history/import/file-item.ts';
import { importFiles } from '../../../src/history/import/import.ts';
import type { ImportedSnapshot } from '../../../src/history/import/terms.ts';
import { isoTime, systemClock } from '../../../src/lib/clock.ts';
import { openDatabase } from '../../../src/store/file/open.ts';
import { dayAt, makeConfig, makeWatch } from '../../support/world.ts';

const ROWS = 60;

/** A list of one day as csv lines; every day a little other. */
const linesOf = (day: number, factor: number): string[] =>
  Array.from({ length: ROWS }, (_, index) => {
    const posts = Math.round(factor * (20_000 / (index + 3)) * (1 + 0.02 * Math.sin(day + index)));
    return `${isoTime(dayAt(day))},p${index},${index + 1},${posts}`;
  });

async function imported(factors: readonly number[]) {
  const db = openDatabase(':memory:');
  const snapshots: ImportedSnapshot[] = [];
  const lines = factors.flatMap((factor, day) => linesOf(day, factor));
  const text = ['slot_at,product_id,rank,posts', ...lines].join('\n');
  await importFiles(
    {
      db,
      config: makeConfig({ watches: [makeWatch({ depth: ROWS })] }),
      now: dayAt(100),
      clock: systemClock,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onRefused: () => {},
      onSetAside: () => {},
      onNote: () => {},
      signal: new AbortController().signal,
    },
    {
      watch: 'us-daily',
      takenAt: null,
      slotAt: null,
      dataDate: null,
      earlierQueries: false,
      time: null,
      layout: AS_IT_TELLS,
    },
    [{ name: 'history.csv', open: () => Readable.from([Buffer.from(text)]) }],
  );
  const notes = db.raw.prepare('SELECT note FROM judgements WHERE note IS NOT NULL').pluck().all();
  db.close();
  return {
    outcomes: snapshots.map((one) => (one.outcome === 'refused' ? 'refused' : one.status)),
    notes: notes.join('\n'),
  };
}

test('of a market that grew for good the third list is believed, and said', async () => {
  const { outcomes, notes } = await imported([1, 1, 1, 4, 4, 4, 4]);
  expect(outcomes).toEqual([
    ...['complete', 'complete', 'complete'],
    ...['refused', 'refused', 'complete', 'complete'],
  ]);
  expect(notes).toContain('believed as the new normal');
});

test('single lists of another kind are refused, however many there are', async () => {
  const { outcomes } = await imported([1, 1, 4, 1, 4, 1, 4, 1]);
  expect(outcomes).toEqual([
    ...['complete', 'complete', 'refused', 'complete'],
    ...['refused', 'complete', 'refused', 'complete'],
  ]);
});
