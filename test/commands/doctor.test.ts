import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBackup } from '../../src/commands/history/backup.ts';
import { runDoctor, type DoctorArgs } from '../../src/commands/history/doctor.ts';
import type { Check } from '../../src/report/check.ts';
import { checkText } from '../../src/terminal/check-text.ts';
import { openReadOnly } from '../../src/store/file/open-readonly.ts';
import { readSpace } from '../../src/store/reading/space.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { memoryIo } from '../support/memory-io.ts';
import { damagePage } from '../support/damage-page.ts';

let file: HistoryFile;
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3);
});
afterEach(() => file.close());

async function doctor(args: Partial<DoctorArgs> = {}, now = '2026-01-03T12:00:00Z') {
  const io = memoryIo({ cwd: file.folder, now });
  const code = await runDoctor(io, { database: 'tidemark.db', json: true, deep: true, ...args });
  const checks = args.json === false ? [] : (JSON.parse(io.out) as Check[]);
  return {
    code,
    out: io.out,
    of: (name: string) => checks.find((check) => check.name === name),
    names: checks.map(({ name }) => name),
    failing: checks.filter(({ level }) => level === 'fail'),
  };
}

describe('doctor', () => {
  test('finds nothing wrong with a sound database', async () => {
    file.world.db.raw.exec('ANALYZE');
    await runBackup(memoryIo({ cwd: file.folder, now: '2026-01-03T11:00:00Z' }), {
      database: 'tidemark.db',
    });
    const lock = tryLock(file.path, 'daemon');
    const { code, out } = await doctor({ json: false, strict: true, deep: true });
    lock?.release();
    expect(code).toBe(0);
    expect(
      out
        .replaceAll(file.folder, 'FOLDER')
        .replace(/[\d.]+ (?:[kM]B|bytes(?= *\n))/g, 'N MB')
        .replace(/[\d.]+ GB/g, 'N GB')
        .split('\n'),
    ).toEqual([
      `ok    node: ${process.versions.node}`,
      expect.stringMatching(/^ok {4}sqlite: 3\.\d+\.\d+$/),
      'ok    database: FOLDER/tidemark.db, N MB',
      'ok    schema: tables, indexes and views are those of this program',
      'ok    wal: N MB',
      'ok    disk: N GB free',
      'ok    daemon: runs, and has written nothing down of itself yet',
      'ok    backup: 1h old (2026-01-03T11:00:00.000Z)',
      'ok    statistics: the planner has them',
      'ok    watch us-daily: last complete snapshot 6h ago',
      'ok    deliveries: nothing is stuck',
      'ok    clock: nothing is stored of a time to come',
      'ok    pages: every page is sound',
      'ok    references: every row that is named exists',
      'ok    observations: every snapshot has its observations',
      'ok    standings: every snapshot has best ranks and streaks',
      expect.stringMatching(/^ok {4}space: .*observations N MB.*; what stays is \d+ bytes per obs/),
      '',
    ]);
  });

  test('reads the whole file only with --deep, and says so', async () => {
    const { names, code } = await doctor({ deep: false });
    expect(names).toContain('deliveries');
    for (const deep of ['pages', 'references', 'observations', 'standings', 'space'])
      expect(names).not.toContain(deep);
    expect(code).toBe(0);
    const { out } = await doctor({ json: false, deep: false });
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'tidemark doctor --deep reads the whole file as well.',
    );
  });

  test('says to the byte what the file is used for', () => {
    const { raw } = file.world.db;
    raw.exec('VACUUM');
    const { uses, observations } = readSpace(openReadOnly(file.path));
    expect(observations).toBe(120);
    const size = (name: string) => Number(raw.pragma(name, { simple: true }));
    expect(uses.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
      size('page_count') * size('page_size'),
    );
    expect(uses.map(({ use }) => use)).toContain('raw pages');
  });

  test('knows whether a daemon runs, and disturbs none', async () => {
    const lock = tryLock(file.path, 'daemon');
    expect((await doctor()).of('daemon')).toEqual({
      name: 'daemon',
      level: 'ok',
      text: 'runs, and has written nothing down of itself yet',
    });
    lock?.release();
    expect((await doctor()).of('daemon')).toEqual({
      name: 'daemon',
      level: 'warn',
      text: 'NOT RUNNING',
    });
    expect((await doctor()).code).toBe(0);
    expect((await doctor({ strict: true })).code).toBe(1);
  });

  test.each<[title: string, name: string, sql: string, expected: Partial<Check>]>([
    [
      'a missing index',
      'schema',
      'DROP INDEX alerts_by_slot',
      { level: 'fail', text: 'index alerts_by_slot is missing' },
    ],
    [
      'a table that lost its strictness',
      'schema',
      "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ') STRICT', ')') WHERE name = 'silences'; PRAGMA writable_schema = RESET",
      { level: 'fail', text: 'table silences differs' },
    ],
    [
      'a view of somebody',
      'schema',
      'CREATE VIEW mine AS SELECT 1',
      { level: 'ok', text: 'tables, indexes and views are those of this program' },
    ],
    [
      'a newer program',
      'schema',
      "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9999999999999)",
      { level: 'fail', text: expect.stringContaining('was written by a newer Tidemark') as string },
    ],
    [
      'an older program',
      'schema',
      'DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)',
      { level: 'warn', text: '1 migration to come, at the next start of the daemon' },
    ],
    [
      'another journal',
      'wal',
      'PRAGMA journal_mode = DELETE',
      { level: 'warn', text: 'the journal mode is delete; the daemon sets WAL when it starts' },
    ],
    [
      'rows that name none',
      'references',
      'PRAGMA foreign_keys = OFF; DELETE FROM products WHERE id = 1',
      {
        level: 'fail',
        text: expect.stringContaining(
          '1 reference to rows that do not exist, observations → products',
        ) as string,
      },
    ],
    [
      'a snapshot without its rows',
      'observations',
      'DELETE FROM observations WHERE snapshot_id = 1',
      { level: 'fail', text: 'snapshot 1 has 0 of its 40 observations' },
    ],
    [
      'an import that was killed',
      'standings',
      'UPDATE observations SET rank_best = NULL WHERE snapshot_id = 3',
      {
        level: 'warn',
        text: '1 snapshot without best ranks and streaks: an import is under way, or was interrupted; the next snapshot of the list makes them',
      },
    ],
    [
      'a channel that is disabled',
      'deliveries',
      "INSERT INTO channel_health (channel, failures, failing_since_at, disabled_at) VALUES ('hook', 3, 1, 1)",
      {
        level: 'warn',
        text: 'The channel hook is disabled, failing since 1970-01-01T00:00:00.001Z: unknown (mend, then tidemark channels test)',
      },
    ],
    [
      'instants that a clock ahead has stored',
      'clock',
      `UPDATE watches SET scheduled_from_at = ${Date.parse('2027-01-04T06:00:00Z')};
      INSERT INTO silences (watch, until_at, reason, created_at) VALUES ('us-daily', ${Date.parse('2028-01-01')}, 'sale', 0)`,
      {
        level: 'warn',
        text: 'stored of a time to come: watches.scheduled_from_at (1, up to 2027-01-04T06:00:00.000Z). A clock was ahead, or this one is behind. The daemon mends at its start what would be waited for; the rest is not looked at before its time',
      },
    ],
    [
      'a database without statistics',
      'statistics',
      'DROP TABLE IF EXISTS sqlite_stat1',
      { level: 'warn' },
    ],
  ])('notices %s', async (_, name, sql, expected) => {
    file.world.close();
    const raw = new Database(file.path);
    raw.unsafeMode(true);
    raw.exec(sql);
    raw.close();
    const { code, of } = await doctor();
    expect(of(name)).toMatchObject(expected);
    expect(code).toBe(expected.level === 'fail' ? 1 : 0);
  });

  test('notices a damaged page', async () => {
    file.world.close();
    damagePage(file.path);
    const { code, failing } = await doctor();
    expect(code).toBe(1);
    expect(failing[0]).toMatchObject({
      name: 'pages',
      text: expect.stringContaining('the file is damaged: ') as string,
    });
  });

  test('notices snapshots that stopped, old backups and a database that is not there', async () => {
    const later = await doctor({}, '2026-01-09T12:00:00Z');
    expect(later.of('watch us-daily')).toEqual({
      name: 'watch us-daily',
      level: 'warn',
      text: 'overdue since 2026-01-04T06:00:00.000Z; last complete snapshot 6d 6h ago, its schedule is every 1d: see tidemark status',
    });
    expect(later.of('backup')).toMatchObject({
      level: 'warn',
      text: 'none in the folder for them: tidemark backup',
    });
    expect(await doctor({ database: 'none.db' })).toMatchObject({
      code: 1,
      failing: [
        { name: 'database', text: `there is no database at ${join(file.folder, 'none.db')}` },
      ],
    });
  });
});

test('a line of doctor on a terminal is no wider than it, and goes on below its text', () => {
  const check: Check = {
    name: 'disk',
    level: 'warn',
    text: 'there is room for two more backups of this size, and no more',
  };
  const at = { color: false, columns: 40 };
  expect(checkText(check, { ...at, isTerminal: true })).toBe(
    ['WARN  disk: there is room for two more', '      backups of this size, and no more', ''].join(
      '\n',
    ),
  );
  expect(checkText(check, { ...at, isTerminal: false }).split('\n')).toHaveLength(2);
});
