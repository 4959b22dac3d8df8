import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBackup, type BackupArgs } from '../../src/commands/history/backup.ts';
import { runRestore } from '../../src/commands/history/restore.ts';
import { AppError } from '../../src/lib/errors.ts';
import { systemFailure } from '../../src/lib/system-failure.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';
import { damagePage } from '../support/damage-page.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile();
  await takeDays(file.world, 5);
});
afterEach(() => file.close());

const inFolder = (name: string) => join(file.folder, name);
const DATABASE = { database: 'tidemark.db' };

async function backup(args: Partial<BackupArgs> = {}, now = '2026-11-23T06:00:41Z') {
  const io = memoryIo({ cwd: file.folder, now });
  const code = await runBackup(io, { ...DATABASE, ...args });
  return { code, out: io.out.replaceAll(file.folder, 'FOLDER') };
}

async function restoreFrom(path: string, database = 'tidemark.db') {
  const io = memoryIo({ cwd: file.folder });
  const code = await runRestore(io, { database, file: path });
  return { code, out: io.out.replaceAll(file.folder, 'FOLDER') };
}

function dump(path: string) {
  const raw = new Database(inFolder(path), { readonly: true });
  const tables = raw
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1",
    )
    .pluck()
    .all() as string[];
  const all = tables.map((table) => [table, raw.prepare(`SELECT * FROM "${table}"`).raw().all()]);
  raw.close();
  return all;
}

describe('a backup', () => {
  test('is a plain file with everything in it, made while the database is open', async () => {
    const { code, out } = await backup();
    expect(code).toBe(0);
    expect(out).toMatch(
      /^FOLDER\/backups\/tidemark-20261123T060041Z\.db\n\d+\.\d kB, 5 snapshots up to 2026-01-05T06:00:00\.000Z, 200 observations, 15 alerts\n$/,
    );
    expect(dump('backups/tidemark-20261123T060041Z.db')).toEqual(dump('tidemark.db'));
    expect(readdirSync(inFolder('backups'))).toEqual(['tidemark-20261123T060041Z.db']);
    expect(statSync(inFolder('backups/tidemark-20261123T060041Z.db')).mode & 0o777).toBe(
      statSync(inFolder('tidemark.db')).mode & 0o666,
    );
  });

  test('holds what is only in the WAL yet', async () => {
    expect(statSync(inFolder('tidemark.db-wal')).size).toBeGreaterThan(0);
    await backup({ out: 'copy.db' });
    expect(dump('copy.db')).toEqual(dump('tidemark.db'));
  });

  test('goes where it is told to, and never over a file', async () => {
    mkdirSync(inFolder('elsewhere'));
    expect((await backup({ out: 'elsewhere' })).out).toContain(
      'FOLDER/elsewhere/tidemark-20261123T060041Z.db\n',
    );
    await expect(backup({ out: 'elsewhere/tidemark-20261123T060041Z.db' })).rejects.toMatchObject({
      code: 'usage',
      hint: 'a backup never replaces a file',
    });
    await expect(backup({ out: 'tidemark.db' })).rejects.toMatchObject({ code: 'usage' });
  });

  test('--keep deletes older ones of the same database, and nothing else', async () => {
    for (const day of [1, 2, 3]) await backup({}, `2026-11-0${day}T00:00:00Z`);
    writeFileSync(inFolder('backups/other-20200101T000000Z.db'), 'not ours');
    writeFileSync(inFolder('backups/notes.txt'), 'not ours');
    expect((await backup({ keep: 2 }, '2026-11-04T00:00:00Z')).out).toContain(
      ', 2 older backups deleted\n',
    );
    expect(readdirSync(inFolder('backups')).sort()).toEqual([
      'notes.txt',
      'other-20200101T000000Z.db',
      'tidemark-20261103T000000Z.db',
      'tidemark-20261104T000000Z.db',
    ]);
    await expect(backup({ keep: 0 })).rejects.toMatchObject({ code: 'usage' });
  });

  test('of a database that is not sound leaves no file, and says what is wrong', async () => {
    file.world.db.raw.exec(
      'PRAGMA foreign_keys = OFF; DELETE FROM observations WHERE snapshot_id = 2 AND rank = 1; PRAGMA foreign_keys = ON',
    );
    await expect(backup()).rejects.toMatchObject({
      code: 'database_unusable',
      message: expect.stringContaining(
        'is not sound: snapshot 2 has 39 of its 40 observations',
      ) as string,
    });
    expect(readdirSync(inFolder('backups'))).toEqual([]);
  });

  test('of a damaged file is refused, and leaves no file', async () => {
    file.world.close();
    damagePage(file.path);
    await expect(backup()).rejects.toMatchObject({
      code: 'database_unusable',
      message: expect.stringContaining('the file is damaged: ') as string,
    });
    expect(readdirSync(inFolder('backups'))).toEqual([]);
  });

  test('without a database, or into a folder that is not there, makes nothing', async () => {
    await expect(backup({ database: 'nowhere/none.db' })).rejects.toMatchObject({
      code: 'database_unusable',
      message: expect.stringContaining('there is no database at') as string,
    });
    await expect(backup({ out: 'mising/copy.db' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is no folder') as string,
    });
    expect(readdirSync(file.folder).filter((name) => !name.startsWith('tidemark.db'))).toEqual([]);
  });

  test.each(['/proc/copy.db', '/dev/null/copy.db'])(
    'into a place that cannot be written says so in one sentence: %s',
    async (out) => {
      await expect(backup({ out })).rejects.toSatisfy((thrown) => {
        const said = thrown instanceof AppError ? thrown : systemFailure(thrown);
        return said !== null && /proc|null/.test(said.message);
      });
    },
  );

  test('of nothing is refused', async () => {
    await expect(backup({ database: 'none.db' })).rejects.toMatchObject({
      code: 'database_unusable',
      hint: 'take a first snapshot: tidemark snapshot',
    });
    new Database(inFolder('foreign.db')).exec('CREATE TABLE x (a)').close();
    await expect(backup({ database: 'foreign.db' })).rejects.toMatchObject({
      message: expect.stringContaining('but not one of Tidemark') as string,
    });
  });
});

describe('restoring', () => {
  test('brings everything back, and moves what was there aside with what it had last', async () => {
    await backup({ out: 'copy.db' });
    const before = dump('tidemark.db');
    await takeDays(file.world, 2, { from: 5 });
    const later = dump('tidemark.db');
    file.world.close();

    const { out } = await restoreFrom('copy.db');
    expect(out).toContain('FOLDER/tidemark.db\n');
    expect(out).toContain(
      'What was there is now FOLDER/tidemark.before-restore-20261123T120000Z.db\n',
    );
    expect(
      readdirSync(file.folder).filter(
        (name) => /wal|shm|restoring/.test(name) && !name.includes('lock'),
      ),
    ).toEqual([]);
    expect(dump('tidemark.db')).toEqual(before);
    expect(dump('tidemark.before-restore-20261123T120000Z.db')).toEqual(later);
  });

  test('into an empty place needs nothing there', async () => {
    await backup({ out: 'copy.db' });
    const { out } = await restoreFrom('copy.db', 'new/tidemark.db');
    expect(out).not.toContain('What was there');
    expect(dump('new/tidemark.db')).toEqual(dump('tidemark.db'));
  });

  test('is refused while a daemon runs, and changes nothing', async () => {
    await backup({ out: 'copy.db' });
    await takeDays(file.world, 1, { from: 5 });
    const before = dump('tidemark.db');
    const lock = tryLock(file.path, 'daemon');
    await expect(restoreFrom('copy.db')).rejects.toMatchObject({
      code: 'already_running',
      hint: 'stop the daemon first',
    });
    lock?.release();
    expect(dump('tidemark.db')).toEqual(before);
    expect(tryLock(file.path, 'daemon')).not.toBeNull();
  });

  test.each<[title: string, spoil: (path: string) => void, error: object]>([
    [
      'damaged',
      (path) => writeFileSync(path, Buffer.alloc(8192, 7), { flag: 'r+' }),
      { code: 'database_unusable' },
    ],
    [
      'of another program',
      (path) => new Database(path).exec('PRAGMA application_id = 1').close(),
      {
        code: 'database_unusable',
        message: expect.stringContaining('not one of Tidemark') as string,
      },
    ],
    [
      'of a newer Tidemark',
      (path) =>
        new Database(path)
          .exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9999999999999)")
          .close(),
      { code: 'database_newer' },
    ],
    [
      'missing rows',
      (path) => new Database(path).exec('DELETE FROM observations WHERE snapshot_id = 1').close(),
      {
        code: 'database_unusable',
        message: expect.stringContaining('snapshot 1 has 0 of its 40 observations') as string,
      },
    ],
  ])('is refused when the backup is %s, and changes nothing', async (_, spoil, error) => {
    await backup({ out: 'copy.db' });
    spoil(inFolder('copy.db'));
    const before = dump('tidemark.db');
    await expect(restoreFrom('copy.db')).rejects.toMatchObject(error);
    expect(dump('tidemark.db')).toEqual(before);
    expect(readdirSync(file.folder).filter((name) => name.includes('before-restore'))).toEqual([]);
  });

  test('names the newest backup when the file is not there', async () => {
    await backup();
    await expect(restoreFrom('nope.db')).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('tidemark-20261123T060041Z.db') as string,
    });
    await expect(restoreFrom('tidemark.db')).rejects.toMatchObject({
      code: 'usage',
      message: 'that is the database itself',
    });
    expect(existsSync(file.path)).toBe(true);
  });
});
