import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { syncWatches } from '../../src/store/series/series.ts';
import { creditsToday, openLedger } from '../../src/store/ledger.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { DAY_ZERO, makeWatch } from '../support/world.ts';

let folder: string;
let db: Db;
let clock: ManualClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-ledger-'));
  db = openDatabase(join(folder, 'tidemark.db'));
  clock = manualClock(DAY_ZERO);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function ledger(dailyCredits: number | null) {
  const { watchId } = db.transaction(
    () => syncWatches(db, [makeWatch()], clock.now()).get('us-daily') ?? { watchId: 0 },
  );
  return openLedger(
    db,
    { watchId, slotAt: clock.now(), creditsPerRequest: 2, dailyCredits },
    clock,
  );
}

/** Another process that has spent 2 credits in a transaction, and commits it a moment later. */
const SPENDER = `
  const raw = new (require('better-sqlite3'))(process.argv[1]);
  raw.exec("BEGIN IMMEDIATE; INSERT INTO requests (watch_id, slot_at, page, attempt, started_at, credits) VALUES (1, 0, 1, 1, " + process.argv[2] + ", 2)");
  process.stdout.write('spending');
  setTimeout(() => raw.exec('COMMIT'), 200);`;

describe('daily_credits', () => {
  test('are counted from 00:00 UTC, and a request that does not fit is not begun', async () => {
    const day = ledger(5);
    expect([day.begin({ page: 1, attempt: 1 }), day.begin({ page: 2, attempt: 1 })]).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect(day.begin({ page: 3, attempt: 1 })).toBe('refused');
    expect(creditsToday(db, clock.now())).toBe(4);
    await clock.advance(DAY_MS - (DAY_ZERO % DAY_MS));
    expect(day.begin({ page: 3, attempt: 1 })).toEqual({ id: 3 });
  });

  test('hold over processes: what another one is just spending counts', async () => {
    const day = ledger(2);
    const other = spawn(process.execPath, ['-e', SPENDER, db.path, String(clock.now())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(other, 'exit');
    await once(other.stdout, 'data');
    expect(day.begin({ page: 1, attempt: 1 })).toBe('refused');
    await ended;
    expect(creditsToday(db, clock.now())).toBe(2);
  });
});
