import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import { syncWatches } from '../../src/store/series/series.ts';
import { creditsLeft, creditsToday, openLedger } from '../../src/store/ledger.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { countStatements } from '../support/count-statements.ts';
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
    { watchId, slotAt: clock.now(), source: 'keyapi', creditsPerRequest: 2, dailyCredits },
    clock,
  );
}

const ENDED = {
  durationMs: 10,
  httpStatus: 200,
  bodyCode: 0,
  outcome: 'ok',
  detail: null,
  upstreamRequestId: null,
} as const;

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
    expect(creditsToday(db, 'keyapi', clock.now())).toBe(4);
    await clock.advance(DAY_MS - (DAY_ZERO % DAY_MS));
    expect(day.begin({ page: 3, attempt: 1 })).toEqual({ id: 3 });
  });

  test('are summed once for the requests of a pass, whatever was sent before', async () => {
    const day = ledger(1_000);
    const insert = db.raw.prepare(
      'INSERT INTO requests (slot_at, page, attempt, started_at, credits) VALUES (0, 1, 1, ?, 2)',
    );
    db.transaction(() => {
      for (let request = 0; request < 475; request++) insert.run(DAY_ZERO);
    });
    const begun: unknown[] = [];
    const ran = await countStatements(db, () => {
      for (let page = 1; page <= 26; page++) {
        const request = day.begin({ page, attempt: 1 });
        begun.push(request);
        if (request !== 'refused') day.end(request.id, ENDED);
      }
    });
    expect(ran.filter((sql) => sql.includes('sum(credits)'))).toHaveLength(1);
    expect(begun.filter((request) => request === 'refused')).toHaveLength(1);
    expect(creditsToday(db, 'keyapi', clock.now())).toBe(1_000);
  });

  test('are not summed again for the next passes, whatever else they write', async () => {
    let now = 0;
    const ran = await countStatements(db, () => {
      for (let pass = 0; pass < 5; pass++) {
        expect(creditsLeft(db, 'keyapi', 1_000, clock.now())).toBe(1_000 - 4 * pass);
        const day = ledger(1_000);
        for (const page of [1, 2]) {
          const request = day.begin({ page, attempt: 1 });
          if (request !== 'refused') day.end(request.id, ENDED);
        }
        db.transaction(() => syncWatches(db, [makeWatch({ depth: 20 + pass })], ++now));
      }
    });
    expect(ran.filter((sql) => sql.includes('sum(credits)'))).toHaveLength(1);
  });

  test('that were spent without a limit count when there is one again', () => {
    expect(creditsLeft(db, 'keyapi', 10, clock.now())).toBe(10);
    ledger(null).begin({ page: 1, attempt: 1 });
    expect(creditsLeft(db, 'keyapi', 10, clock.now())).toBe(8);
  });

  test('count each request of another process that comes between two of a pass', () => {
    const day = ledger(20);
    const other = new Database(db.path);
    const insert = other.prepare(
      'INSERT INTO requests (slot_at, page, attempt, started_at, credits) VALUES (0, 1, 1, ?, 2)',
    );
    for (let page = 1; page <= 5; page++) {
      expect(day.begin({ page, attempt: 1 })).not.toBe('refused');
      insert.run(DAY_ZERO);
    }
    other.close();
    expect(day.begin({ page: 6, attempt: 1 })).toBe('refused');
    expect(creditsToday(db, 'keyapi', clock.now())).toBe(20);
  });

  test('of a request that was never sent are free again', () => {
    const day = ledger(4);
    day.begin({ page: 1, attempt: 1 });
    const request = day.begin({ page: 2, attempt: 1 });
    expect(day.begin({ page: 3, attempt: 1 })).toBe('refused');
    if (request !== 'refused') day.end(request.id, { ...ENDED, wasNeverSent: true });
    expect(day.begin({ page: 3, attempt: 1 })).not.toBe('refused');
    expect(day.begin({ page: 4, attempt: 1 })).toBe('refused');
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
    expect(creditsToday(db, 'keyapi', clock.now())).toBe(2);
  });
});
