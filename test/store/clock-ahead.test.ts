// What a clock that was ahead leaves behind: every stored instant, and what becomes of it once the clock is right.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/lib/clock.ts';
import { healInstants, INSTANTS } from '../../src/store/clock-ahead.ts';
import { findDigestRecord, insertDigest, syncDigests } from '../../src/store/digests/digests.ts';
import { findNewest } from '../../src/store/reading/leaderboard.ts';
import { creditsToday } from '../../src/store/ledger.ts';
import { listRecentSnapshots } from '../../src/store/alerts/troubles.ts';
import {
  DAY_ZERO,
  dayAt,
  fetchedList,
  makeRule,
  makeWorld,
  products,
  type World,
} from '../support/world.ts';

const AHEAD_MS = 400 * DAY_MS;
let world: World;
let now: number;
beforeEach(async () => {
  world = makeWorld({ rules: [makeRule({ onFirst: 'notify', repeatMs: DAY_MS })] });
  await world.pass(dayAt(0), fetchedList(products(30)));
  await world.pass(dayAt(1), fetchedList(['q1', ...products(29)]));
  now = world.clock.now();
  // A row in every table, all of them in the past.
  world.db.raw.exec(`
    INSERT INTO snapshots (watch_id, series_id, slot_at, status, reason, origin, interval_ms)
      VALUES (1, 1, ${now - MINUTE_MS}, 'missed', 'so it is', 'schedule', 86400000);
    INSERT INTO requests (watch_id, slot_at, page, attempt, started_at, credits) VALUES (1, ${now}, 1, 1, ${now}, 2);
    INSERT INTO categories (id, name, level, fetched_at) VALUES ('1', 'Scent', 1, ${now});
    INSERT INTO open_slots (watch_id, series_id, slot_at, asked_at, asks) VALUES (1, 1, ${now}, ${now}, 1);
    INSERT INTO silences (watch, until_at, reason, created_at) VALUES ('other', ${now + DAY_MS}, 'so it is', ${now});
    INSERT INTO channel_health (channel, failures, failing_since_at, failed_at, held_until_at) VALUES ('hook', 1, ${now}, ${now}, ${now + MINUTE_MS});
    INSERT INTO recipient_refusals (channel, recipient, refusals, reason, suppressed_at) VALUES ('mail', 'a@b.c', 2, 'so it is', ${now});
    INSERT INTO digest_schedules (name, schedule, timezone, scheduled_from_at) VALUES ('weekly', '0 8 * * 1', 'UTC', ${now - DAY_MS});
    INSERT INTO digests (name, slot_at, since_at, created_at, outcome) VALUES ('weekly', ${now}, ${now - DAY_MS}, ${now}, 'sent');
    INSERT INTO troubles (watch_id, kind, since_slot_at, opened_at, text) VALUES (1, 'failing', ${now}, ${now}, 'so it is');
    INSERT INTO web_sessions (hash, role, password, created_at, used_at) VALUES (x'01', 'viewer', 'p', ${now}, ${now});
    INSERT INTO web_tokens (name, hash, scopes, created_at, used_at, revoked_at) VALUES ('ci', x'01', 'read', ${now}, ${now}, ${now});
    UPDATE deliveries SET state = 'sending', lease_owner = 'somebody', lease_until_at = ${now + MINUTE_MS} WHERE id = 1;
    INSERT INTO attempts (delivery_id, number, started_at, ended_at) VALUES (1, 1, ${now}, ${now});
    UPDATE alerts SET reminded_slot_at = slot_at WHERE resolved_at IS NULL;
  `);
});
afterEach(() => world.close());

const split = (column: string): [table: string, name: string] => {
  const [table = '', name = ''] = column.split('.');
  return [table, name];
};
const valuesOf = (column: string): number[] => {
  const [table, name] = split(column);
  return world.db.raw
    .prepare<[], number>(`SELECT ${name} FROM ${table} WHERE ${name} IS NOT NULL`)
    .pluck()
    .all();
};
const setAhead = (column: string): number => {
  const [table, name] = split(column);
  return world.db.raw
    .prepare(`UPDATE ${table} SET ${name} = ${name} + ? WHERE ${name} IS NOT NULL`)
    .run(AHEAD_MS).changes;
};

test('every instant that is stored is listed, and nothing else', () => {
  const columns = world.db.raw
    .prepare<[], string>(
      `SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.name NOT LIKE '!_!_%' ESCAPE '!' AND c.name LIKE '%!_at' ESCAPE '!' ORDER BY 1`,
    )
    .pluck()
    .all();
  expect(Object.keys(INSTANTS).sort()).toEqual(columns);
});

test('a clock that was never ahead is nothing to mend', () => {
  const before = Object.keys(INSTANTS).map(valuesOf);
  expect(healInstants(world.db, now)).toEqual([]);
  expect(Object.keys(INSTANTS).map(valuesOf)).toEqual(before);
});

describe('an instant that lies after now', () => {
  const LIMITS: Readonly<Record<string, number>> = {
    'deliveries.lease_until_at': MINUTE_MS,
    // Its own life, seven days, from now.
    'deliveries.expires_at': 8 * DAY_MS,
    'silences.until_at': DAY_MS,
  };
  const healed = Object.entries(INSTANTS).filter(([, { kind }]) => kind === 'healed');
  const kept = Object.entries(INSTANTS).filter(([, { kind }]) => kind === 'kept');

  test.each(healed.map(([column]) => column))('%s is mended, told, and mended once', (column) => {
    if (column === 'snapshots.slot_at')
      world.db.raw
        .prepare("UPDATE snapshots SET slot_at = slot_at + ? WHERE status = 'missed'")
        .run(AHEAD_MS);
    else if (column === 'deliveries.expires_at' || column === 'silences.until_at') {
      const [table] = split(column);
      setAhead(table === 'silences' ? 'silences.created_at' : 'notifications.created_at');
      setAhead(column);
    } else setAhead(column);
    expect(Math.max(...valuesOf(column))).toBeGreaterThan(now + 300 * DAY_MS);

    const told = healInstants(world.db, now).map((entry) => entry.column);

    expect(told).toContain(column);
    expect(Math.max(...valuesOf(column))).toBeLessThanOrEqual(now + (LIMITS[column] ?? 0));
    expect(healInstants(world.db, now)).toEqual([]);
  });

  test.each(kept.map(([column]) => column))('%s is kept as it is', (column) => {
    if (setAhead(column) === 0) expect(valuesOf(column)).toEqual([]);
    const before = valuesOf(column);
    healInstants(world.db, now);
    expect(valuesOf(column)).toEqual(before);
  });
});

describe('what is stored of a time to come is not looked at before its time', () => {
  test('credits booked on a later day count for that day alone', () => {
    world.db.raw.prepare('UPDATE requests SET started_at = ?').run(now + 3 * DAY_MS);
    expect(creditsToday(world.db, 'keyapi', now)).toBe(0);
    expect(creditsToday(world.db, 'keyapi', now + 2 * DAY_MS)).toBe(0);
    expect(creditsToday(world.db, 'keyapi', now + 3 * DAY_MS)).toBe(2);
  });

  test('a digest of a later slot is not the last one', () => {
    const digest = { name: 'weekly', slotAt: now + AHEAD_MS, sinceAt: now, createdAt: now };
    insertDigest(world.db, { ...digest, outcome: 'sent' });
    expect(findDigestRecord(world.db, 'weekly', now)?.lastSlotAt).toBe(now);
    syncDigests(world.db, [], now);
  });

  test('a snapshot of a later slot is neither the newest, nor what troubles are judged by, nor makes standings anew', async () => {
    await world.pass(dayAt(2), fetchedList(products(30)));
    const ahead = findNewest(world.db, 'us-daily', dayAt(2));
    world.db.raw
      .prepare('UPDATE snapshots SET slot_at = ?, taken_at = ? WHERE id = ?')
      .run(dayAt(400), dayAt(400), ahead?.id);
    // What they were is not worked out again: this would be mended.
    world.db.raw
      .prepare('UPDATE observations SET rank_best = 999 WHERE snapshot_id = ?')
      .run(ahead?.id);
    await world.pass(dayAt(3), fetchedList(products(30).reverse()));

    expect(findNewest(world.db, 'us-daily', world.clock.now())?.slotAt).toBe(dayAt(3));
    expect(listRecentSnapshots(world.db, 1, dayAt(3)).map(({ slotAt }) => slotAt)).not.toContain(
      dayAt(400),
    );
    expect(
      world.db.raw
        .prepare('SELECT DISTINCT rank_best FROM observations WHERE snapshot_id = ?')
        .pluck()
        .all(ahead?.id),
    ).toEqual([999]);
    expect(DAY_ZERO).toBe(dayAt(0));
  });
});
