// A file of which much is free gets smaller while it is in use, and is what it was.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { checkRoom } from '../../src/report/check-file.ts';
import { roomText } from '../../src/report/room.ts';
import { backUp } from '../../src/store/file/backup.ts';
import { isRoomy, readRoom } from '../../src/store/file/free-room.ts';
import { giveBackRoom } from '../../src/store/file/give-back.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { deleteSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 40, { count: 400 });
});
afterEach(() => file.close());

const contents = ({ raw }: Db): unknown[] =>
  ['history', 'changes'].map((view) => raw.prepare(`SELECT * FROM ${view} ORDER BY 1, 2, 3`).all());
/** Deletes all but the newest `kept` snapshots. */
const keepNewest = (db: Db, kept: number) =>
  db.transaction(() => {
    const ids = db.raw
      .prepare<[number], number>('SELECT id FROM snapshots ORDER BY id DESC LIMIT -1 OFFSET ?')
      .pluck()
      .all(kept);
    for (const id of ids) deleteSnapshot(db, id);
  });
const sizeOf = (db: Db): number => {
  db.raw.pragma('wal_checkpoint(TRUNCATE)');
  return statSync(db.path).size;
};

test('it gives all back but a twentieth, beside a reader and a writer, and loses nothing', async () => {
  const { db } = file.world;
  const before = sizeOf(db);
  keepNewest(db, 10);
  const wanted = contents(db);
  const room = readRoom(db.raw);
  expect([sizeOf(db), isRoomy(room), room.canGiveBack]).toEqual([before, true, true]);
  const reader = new Database(db.path, { readonly: true });
  reader.exec('BEGIN');
  const count = reader.prepare('SELECT count(*) FROM history').pluck();
  const seen = count.get();
  const writer = openDatabase(db.path);
  let turns = 0;
  let written = 0;
  const clock = {
    ...systemClock,
    // Each look at the clock is a millisecond later: it pauses between turns.
    monotonicMs: () => (turns += 1),
    sleep: async () => {
      written += writer.raw.prepare("UPDATE watches SET name = name || ''").run().changes;
    },
  };
  const given = await giveBackRoom(db, clock);
  expect(given).toBeGreaterThan(room.free * 0.8);
  expect(written).toBeGreaterThan(1);
  expect(count.get()).toBe(seen);
  reader.close();
  writer.close();
  expect(sizeOf(db)).toBe(before - given);
  const after = readRoom(db.raw);
  expect(Math.abs(after.free / after.bytes - 0.05)).toBeLessThan(0.01);
  expect(contents(db)).toEqual(wanted);
  expect(db.raw.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(roomText({ givenBack: given, room: after })).toMatch(
    /^1\.\d MB of the file went back to the disk\.\n$/,
  );
  // What is left is filled again.
  expect(await giveBackRoom(db, clock)).toBe(0);
});

test('it is left as it is where little is free, and where it is to stop', async () => {
  const { db } = file.world;
  expect(await giveBackRoom(db, systemClock)).toBe(0);
  keepNewest(db, 10);
  const before = sizeOf(db);
  expect(await giveBackRoom(db, systemClock, AbortSignal.abort())).toBe(0);
  expect(sizeOf(db)).toBe(before);
});

describe('a file of an earlier version', () => {
  test('keeps its size, and one that is restored from its backup does not', async () => {
    const old = join(file.folder, 'old.db');
    const { db } = file.world;
    db.raw.pragma('auto_vacuum = NONE');
    db.raw.exec(`VACUUM INTO '${old}'`);
    const opened = openDatabase(old);
    keepNewest(opened, 10);
    const room = readRoom(opened.raw);
    expect([room.canGiveBack, isRoomy(room)]).toEqual([false, true]);
    expect(await giveBackRoom(opened, systemClock)).toBe(0);
    expect(roomText({ givenBack: 0, room })).toMatch(
      /^The file has 2\.\d MB; 1\.\d MB of it are free, and are filled again; a smaller file: /,
    );
    expect(checkRoom(opened.raw, old)).toMatchObject({
      level: 'ok',
      text: expect.stringMatching(
        /old\.db, 2\.\d MB; 1\.\d MB of it are free, and are filled again; /,
      ),
    });
    opened.close();
    const copy = join(file.folder, 'copy.db');
    backUp(old, copy, () => {});
    const restored = openDatabase(copy);
    expect(readRoom(restored.raw)).toMatchObject({ canGiveBack: true, free: 0 });
    expect(restored.raw.pragma('integrity_check', { simple: true })).toBe('ok');
    restored.close();
  });
});
