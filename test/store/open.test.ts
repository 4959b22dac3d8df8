// Who may change a file by opening it, and what becomes of files of other versions and programs.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from '../../src/program/program.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { VIEWS } from '../../src/store/views/views.ts';
import { dumpFile } from '../support/dump.ts';
import { memoryIo } from '../support/memory-io.ts';
import { makeOldFile } from '../support/old-file.ts';

const OPEN = join(import.meta.dirname, '../../src/store/file/open.ts');
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-open-'));
  path = join(folder, 'tidemark.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const names = (raw: Database.Database, type: string) =>
  raw.prepare('SELECT name FROM sqlite_master WHERE type = ? ORDER BY 1').pluck().all(type);

describe.each([
  ['a file of an earlier version', () => makeOldFile(path, 1)],
  ['a new file', () => {}],
])('four processes that open %s at once', (_, make) => {
  test('all succeed, and one brings it up to date', async () => {
    make();
    const script = `import(${JSON.stringify(OPEN)}).then(({ openDatabase }) => {
      process.stdout.write('ready'); process.stdin.once('data', () => {
        openDatabase(${JSON.stringify(path)}).close(); process.stdout.write('opened'); process.exit(0); }); })`;
    const processes = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      return {
        child,
        ready: once(child.stdout, 'data'),
        exited: once(child, 'exit'),
        said: () => said,
      };
    });
    await Promise.all(processes.map(({ ready }) => ready));
    for (const { child } of processes) child.stdin.end('go');
    await Promise.all(processes.map(({ exited }) => exited));
    expect(processes.map(({ child, said }) => [child.exitCode, said()])).toEqual(
      processes.map(() => [0, '']),
    );
    const raw = new Database(path, { readonly: true });
    expect(names(raw, 'view')).toEqual(VIEWS.map(({ name }) => name).sort());
    const applied = raw.prepare(
      'SELECT count(*), count(DISTINCT created_at) FROM __drizzle_migrations',
    );
    const [rows, different] = applied.raw().get() as number[];
    expect(rows).toBe(different);
    raw.close();
  });
});

describe('what only reads', () => {
  test.each([1, 3])(
    'reads a file of %d migrations as it is, and changes nothing',
    async (count) => {
      makeOldFile(path, count);
      writeFileSync(
        join(folder, 'tidemark.yaml'),
        `source: { token: x }
watches: { us-daily: { region: US, schedule: "0 6 * * *" } }
rules: { top: { when: "rank <= 10", notify: [hook] } }
channels: { hook: { type: webhook, url: "https://example.com/x" } }
digests: { weekly: { schedule: "0 8 * * 1", notify: [hook] } }
`,
      );
      const before = dumpFile(path);
      const bytes = readFileSync(path);
      const said: Record<string, [number, string]> = {};
      for (const line of [
        'status --json',
        'top us-daily --json',
        'movers us-daily',
        'product us-daily 601583',
        'alerts --all',
        'silence list',
        'deliveries',
        'digest weekly',
        'rules backtest',
        'export --format csv',
        'doctor --quick',
      ]) {
        const io = memoryIo({ cwd: folder });
        const signals = () => ({ stop: new AbortController().signal, onReload: () => () => {} });
        said[line] = [await runProgram(io, signals, '0', line.split(' ')), io.err];
      }
      expect(said).toEqual(
        Object.fromEntries(
          Object.keys(said).map((line) => [line, [0, expect.any(String) as string]]),
        ),
      );
      expect(dumpFile(path)).toEqual(before);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    },
    60_000,
  );
});

describe('a file under the daemon of an earlier version', () => {
  test('is not migrated by what writes, which says what to do', () => {
    makeOldFile(path, 3);
    const before = dumpFile(path);
    const daemon = tryLock(path, 'daemon');
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({
        code: 'already_running',
        message: expect.stringContaining('a daemon of an earlier Tidemark runs on ') as string,
        hint: expect.stringContaining('restart the daemon') as string,
      }),
    );
    expect(dumpFile(path)).toEqual(before);
    daemon?.release();
    openDatabase(path).close();
    expect(dumpFile(path)).not.toEqual(before);
  });

  test('is migrated by the daemon that takes its place', () => {
    makeOldFile(path, 3);
    const daemon = tryLock(path, 'daemon');
    openDatabase(path, { isDaemon: true }).close();
    openDatabase(path).close();
    daemon?.release();
  });

  test.each([
    ['prune'],
    ['import', 'rows.csv'],
    ['silence', 'add', '--watch', 'us-daily', '--for', '1d', '--reason', 'sale'],
    ['snapshot'],
  ])('%s refuses it, and leaves it as it is', async (...args) => {
    writeFileSync(
      join(folder, 'tidemark.yaml'),
      'source: { token: none }\nwatches: { us-daily: { region: US, schedule: "0 6 * * *" } }\n',
    );
    writeFileSync(join(folder, 'rows.csv'), 'watch,slot_at,rank,product_id\n');
    makeOldFile(path, 3);
    const before = dumpFile(path);
    const daemon = tryLock(path, 'daemon');
    const io = memoryIo({ cwd: folder, now: '2026-01-03T12:00:00Z' });
    const signals = () => ({ stop: new AbortController().signal, onReload: () => () => {} });
    await expect(runProgram(io, signals, '0', args)).rejects.toMatchObject({
      code: 'already_running',
      hint: expect.stringContaining('restart the daemon') as string,
    });
    daemon?.release();
    expect(dumpFile(path)).toEqual(before);
  });
});

describe('a file of another program', () => {
  test.each(['delete', 'wal'])('in journal mode %s is refused, byte for byte as it was', (mode) => {
    const raw = new Database(path);
    raw.pragma(`journal_mode = ${mode}`);
    raw.exec("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");
    raw.close();
    const bytes = readFileSync(path);
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'database_unusable' }) as Error,
    );
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(new Database(path).pragma('journal_mode', { simple: true })).toBe(mode);
  });

  test('that is no database at all is refused as it was', () => {
    const text = 'notes of somebody\n'.repeat(100);
    writeFileSync(path, text);
    expect(() => openDatabase(path)).toThrow(/is not a SQLite database/);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['tidemark.db']);
  });
});

describe('views that people made', () => {
  test('stay, also when a migration rebuilds the table they name', () => {
    makeOldFile(path, 3);
    const raw = new Database(path);
    raw.exec('CREATE VIEW my_spending AS SELECT sum(credits) AS credits FROM requests');
    raw.exec('CREATE VIEW ranks AS SELECT 1 AS mine');
    raw.close();
    for (let times = 0; times < 2; times++) {
      const db = openDatabase(path);
      expect(names(db.raw, 'view')).toEqual(
        [...VIEWS.map(({ name }) => name), 'my_spending'].sort(),
      );
      expect(db.raw.prepare('SELECT credits FROM my_spending').pluck().get()).toBe(2);
      db.close();
    }
  });

  test('and an earlier form of ours goes', () => {
    const db = openDatabase(path);
    db.raw.exec('DROP VIEW history; CREATE VIEW history AS SELECT 1 AS old');
    db.raw.exec('CREATE VIEW once AS /* of Tidemark */ SELECT 1');
    db.close();
    const again = openDatabase(path);
    expect(names(again.raw, 'view')).toEqual(VIEWS.map(({ name }) => name).sort());
    expect(again.raw.prepare('SELECT * FROM history').columns().length).toBeGreaterThan(5);
    again.close();
  });
});

test('a link to a database and the database share their locks, also before there is one', () => {
  const link = join(folder, 'linked.db');
  symlinkSync(path, link);
  for (const make of [() => {}, () => openDatabase(link).close()]) {
    make();
    const lock = tryLock(link, 'daemon');
    expect(tryLock(path, 'daemon')).toBeNull();
    lock?.release();
    tryLock(path, 'daemon')?.release();
  }
});

const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

test.runIf(canMount)('on a read-only file system a database in use is read as well', () => {
  makeOldFile(path, 3);
  const script = `import(${JSON.stringify(join(import.meta.dirname, '../../src/store/file/open-readonly.ts'))}).then(({ openReadOnly }) => {
    try { openReadOnly(process.argv[1]).close(); console.log('read'); } catch (e) { console.log(e.message + '|' + e.hint); } })`;
  const readOnDisk = (journal: string) =>
    spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mkdir "$1" && mount -t tmpfs tmpfs "$1" && cp "$2" "$1/t.db" && "$3" -e 'const D = require("better-sqlite3"); const d = new D(process.argv[1]); d.pragma("journal_mode = ${journal}"); d.close()' "$1/t.db" && mount -o remount,ro "$1" && "$3" --import tsx -e "$4" "$1/t.db"`,
        'sh',
        join(folder, `disk-${journal}`),
        path,
        process.execPath,
        script,
      ],
      { encoding: 'utf8' },
    );
  expect(readOnDisk('wal').stdout).toBe('read\n');
  expect(readOnDisk('delete').stdout).toBe('read\n');
});
