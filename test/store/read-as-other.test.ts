// The program as another user, who may read the database and write nothing beside it.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { folderPlace } from '../../src/backup/folder-place.ts';
import { openFolderStore } from '../../src/history/export/file-store.ts';
import { noteDaemon } from '../../src/store/file/daemon-note.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { makeHistoryFile, takeDays } from '../support/history-file.ts';

// Each test starts the program two to four times.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = resolve(import.meta.dirname, '../..');
const NOBODY = 65_534;
/** Only root may start a process as another user. */
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log('reading as another user is left out: it needs root');

const folder = mkdtempSync(join(tmpdir(), 'tidemark-other-'));
const program = join(folder, 'program');
const home = join(folder, 'data');
const temporary = join(folder, 'tmp');
const path = join(home, 'tidemark.db');
let plain: string;

/** The checkout may lie where others cannot reach it. */
beforeAll(async () => {
  if (!isRoot) return;
  if (!existsSync(join(ROOT, 'dist/cli.js')))
    expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
  chmodSync(folder, 0o755);
  for (const part of ['dist', 'migrations', 'package.json'])
    cpSync(join(ROOT, part), join(program, part), { recursive: true });
  for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path', 'pino'])
    if (existsSync(join(ROOT, 'node_modules', name)))
      cpSync(join(ROOT, 'node_modules', name), join(program, 'node_modules', name), {
        recursive: true,
        filter: (from) => !/better-sqlite3\/(deps|src)$|Release\/obj$/.test(from),
      });
  const made = makeHistoryFile({ rules: [] });
  await takeDays(made.world, 2);
  plain = join(folder, 'plain.db');
  made.world.db.raw.prepare('VACUUM INTO ?').run(plain);
  made.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  if (!isRoot) return;
  for (const each of [home, temporary]) rmSync(each, { recursive: true, force: true });
  mkdirSync(home);
  chmodSync(home, 0o755);
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  cpSync(plain, path);
  chmodSync(path, 0o644);
  writeFileSync(
    join(home, 'tidemark.yaml'),
    `database: ./tidemark.db
source: { base_url: "http://127.0.0.1:9", token: none }
watches: { us-daily: { region: US, time_scope: 1, schedule: "0 6 * * *" } }
`,
  );
  inWal().close();
});

/** The file in the mode in which the daemon has it. */
function inWal(): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  return db;
}

function asNobody(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(program, 'dist/cli.js'), ...args],
    {
      cwd: home,
      uid: NOBODY,
      gid: NOBODY,
      encoding: 'utf8',
      env: { TZ: 'UTC', NO_COLOR: '1', TMPDIR: temporary },
    },
  );
  return { status, stdout, stderr };
}

const COPIED = /^A copy of \S+tidemark\.db is read \([\d.]+ [kM]B\): no daemon has it open.*\n/m;
const COUNT = ['sql', '--format', 'csv', '--no-headers', 'SELECT count(*) FROM history'];

describe.runIf(isRoot)('another user, who may read the file but not write to its folder,', () => {
  test('reads it where no daemon runs, and is told once that it is a copy', () => {
    for (const args of [
      ['status'],
      ['top', 'us-daily'],
      ['movers', 'us-daily'],
      ['alerts'],
      ['export', '--watch', 'us-daily'],
      ['schema', '--db', '--config', 'tidemark.yaml'],
      ['rules', 'backtest'],
      COUNT,
    ]) {
      const { status, stderr } = asNobody(...args);
      expect([args[0], status, stderr.match(new RegExp(COPIED, 'gm'))?.length]).toEqual([
        args[0],
        0,
        1,
      ]);
    }
    expect(asNobody(...COUNT).stdout).toBe('80\n');
    expect(readdirSync(home)).not.toContain('tidemark.db-shm');
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('sees with doctor that the file is sound, and nothing is wrong about its mode', () => {
    const { stdout } = asNobody('doctor', '--deep');
    expect(stdout).toMatch(/ok {4}wal: 0 bytes/);
    expect(stdout).toMatch(/ok {4}pages: every page is sound/);
    expect(stdout).not.toContain('FAIL');
  });

  test('reads beside a process that has it open, with what only the log has, and no copy', () => {
    const db = inWal();
    db.exec("UPDATE watches SET name = 'renamed'");
    const { status, stdout, stderr } = asNobody('sql', 'SELECT DISTINCT watch FROM history');
    db.close();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('renamed');
  });

  test('reads what a killed daemon left in its log', () => {
    const script = `const db = new (require('better-sqlite3'))(process.argv[1]);
      db.exec("UPDATE watches SET name = 'left-over'"); process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['-e', script, path], { cwd: ROOT });
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    const ask = ['sql', 'SELECT DISTINCT watch FROM history'];
    expect(asNobody(...ask).stdout).toContain('left-over');
    // As after a loss of the machine, or where somebody has moved the file and its log.
    rmSync(`${path}-shm`);
    const { stdout, stderr } = asNobody(...ask);
    expect(stdout).toContain('left-over');
    expect(stderr).toMatch(COPIED);
  });

  test('is told when the file does not stand still to be copied', async () => {
    const toucher = spawn(process.execPath, [
      '-e',
      // Before all others: on a busy machine it must not miss the moment of a copy.
      `require('os').setPriority(-20); let n = 1e9;
      setInterval(() => require('fs').utimesSync(process.argv[1], n, n++), 1)`,
      path,
    ]);
    await new Promise((resolve) => {
      const look = () => (statSync(path).mtimeMs < 1.1e12 ? resolve(0) : setImmediate(look));
      look();
    });
    const { status, stderr } = asNobody('status');
    toucher.kill();
    expect(status).toBe(1);
    expect(stderr).toMatch(/was changed each time it was copied to be read\ntry again/);
    expect(readdirSync(temporary)).toEqual([]);
    utimesSync(path, 1, 1);
  });

  test('sees that a daemon runs, also when that one lets nobody read what it makes by itself', () => {
    const before = process.umask(0o077);
    const lock = tryLock(path, 'daemon');
    noteDaemon(path, {
      pid: process.pid,
      version: '0.1.0',
      startedAt: Date.parse('2026-01-01T06:00:00Z'),
      config: join(home, 'tidemark.yaml'),
      configAt: Date.parse('2026-01-01T06:00:00Z'),
    });
    process.umask(before);
    const { stdout } = asNobody('status');
    lock?.release();
    expect(stdout).toMatch(/^daemon runs since 2026-01-01 06:00/);
  });
});

test.runIf(isRoot)(
  'a database that root makes by hand in a folder of another is that one’s',
  () => {
    rmSync(path);
    chownSync(home, NOBODY, NOBODY);
    const db = openDatabase(path);
    db.transaction(() => db.raw.exec('CREATE TABLE t (x INTEGER) STRICT'));
    const owners = readdirSync(home).map((name) => [name, statSync(join(home, name)).uid]);
    db.close();
    expect(owners).toEqual(
      expect.arrayContaining([
        ['tidemark.db', NOBODY],
        ['tidemark.db-wal', NOBODY],
        ['tidemark.db-shm', NOBODY],
        ['tidemark.db.writers.lock.db', NOBODY],
      ]),
    );
  },
);

test.runIf(isRoot)(
  'backups and a lake that root makes by hand in a folder of another are that one’s',
  async () => {
    chownSync(home, NOBODY, NOBODY);
    await folderPlace(join(home, 'backups')).putText('manifest.json', '{}');
    const lake = join(home, 'lake');
    const store = openFolderStore(lake, join(lake, '.scratch'));
    await store.putIfAbsent('history/_delta_log/0.json', '{}');
    const made = readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name === 'manifest.json')
      .map(({ parentPath, name }) => [name, statSync(join(parentPath, name)).uid]);
    expect(made.sort()).toEqual(
      ['.scratch', '_delta_log', 'backups', 'history', 'lake', 'manifest.json'].map((name) => [
        name,
        NOBODY,
      ]),
    );
  },
);
