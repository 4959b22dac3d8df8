// Backups as a daemon really makes them: in a process of its own, to a bucket and to a folder, with
// processes that are killed.
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, systemClock } from '../../src/lib/clock.ts';
import { noBackupYet, noteBackup, readBackupNote } from '../../src/store/file/backup-note.ts';
import { isHeld } from '../../src/store/file/lock.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../backup/s3-server.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { endDaemon, realDaemons, troubleHook, until, workerOf } from './real-daemon.ts';

// Four to six processes each, one of which copies and packs 20 MB.
vi.setConfig({ testTimeout: 90_000 });

let file: HistoryFile;
let s3: S3Server;
let daemons: Awaited<ReturnType<typeof realDaemons>>;

beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3);
  s3 = await startS3();
  daemons = await realDaemons(file.folder);
});
afterEach(async () => {
  daemons.close();
  await s3.close();
  file.close();
});

const configure = (backup: string, channels = '') =>
  daemons.configure(`backup: { schedule: "0 * * * *", ${backup} }\n${channels}`);
const toBucket = () =>
  configure(
    `to: "s3://bucket/live", endpoint: "${s3.url}", region: eu, access_key_id: ${KEY_ID}, secret_access_key: ${SECRET}`,
  );

/** A slot has passed since: the daemon makes its backup as soon as it looks. */
const oweBackup = (failures = 0) => {
  const now = systemClock.now();
  const failing = { failures, failingSinceAt: now - HOUR_MS, failedAt: now - 2 * HOUR_MS };
  noteBackup(file.path, { ...noBackupYet(now - DAY_MS), ...(failures > 0 && failing) });
};

const names = () => [...s3.objects.keys()];

test.runIf(process.platform === 'linux')(
  'a backup that is killed with its daemon in the middle goes on where it was, and never beside another',
  async () => {
    // Nothing that can be compressed: two parts, of 16 MB and less.
    file.world.db.raw.exec('CREATE TABLE ballast AS SELECT randomblob(20000000) AS bytes');
    toBucket();
    oweBackup();
    let release = () => {};
    let holding = 0;
    s3.hold = async (line) => {
      if (!line.includes('partNumber=2')) return;
      holding += 1;
      await new Promise<void>((resolve) => (release = resolve));
    };
    const first = daemons.start();
    await until(() => expect(holding).toBe(1));
    const second = await daemons.run(['backup', '--as-configured', '--config', daemons.config]);
    expect([second.code, second.err]).toEqual([
      1,
      expect.stringMatching(/^error: a backup of .* is under way\nwait until it is done/),
    ]);
    const maker = workerOf(first.child);
    process.kill(maker, 'SIGKILL');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await until(() => expect(isHeld(file.path, 'backup')).toBe(false));
    expect(names()).toEqual([]);
    release();

    s3.hold = async () => {};
    s3.requests.length = 0;
    const again = daemons.start();
    await until(() => expect(names()).toHaveLength(2));
    await until(() => expect(again.said).toContain('backup made'));
    const parts = s3.requests.flatMap((line) => /partNumber=(\d)/.exec(line)?.[1] ?? []);
    expect(parts).toEqual(['2']);
    expect(readBackupNote(file.path)).toMatchObject({
      failures: 0,
      last: { to: 's3://bucket/live' },
    });

    const madeAt = readBackupNote(file.path)?.last?.at ?? 0;
    expect(await daemons.metric('tidemark_backup_time_seconds')).toBeCloseTo(madeAt / 1_000, 2);
    expect(await daemons.metric('tidemark_backup_failures')).toBe(0);
    await endDaemon(again);
    expect(readdirSync(file.folder).filter((name) => name.endsWith('.backup'))).toEqual([]);

    const status = await daemons.run(['status', '--json', '--config', daemons.config]);
    expect(JSON.parse(status.out)).toMatchObject({
      backup: { failures: 0, last_name: expect.stringMatching(/^tidemark-.*\.db\.gz$/) as string },
    });

    // On another machine, with nothing but the keys.
    const restored = join(file.folder, 'other', 'tidemark.db');
    mkdirSync(join(file.folder, 'other'));
    const brought = await daemons.run(['restore', 's3://bucket/live', '--database', restored], {
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: 'eu',
      AWS_ENDPOINT_URL: s3.url,
    });
    expect([brought.code, brought.err]).toEqual([0, expect.any(String)]);
    const db = new Database(restored, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM snapshots').pluck().get()).toBe(3);
    expect(db.prepare('SELECT length(bytes) FROM ballast').pluck().get()).toBe(20_000_000);
    db.close();
  },
);

test('the second failure in a row is told and so is its end, while the daemon goes on', async () => {
  const hook = await troubleHook();
  const { heard } = hook;
  const disk = join(file.folder, 'disk');
  configure('to: ./disk/copies', hook.section);
  oweBackup(1);
  const first = daemons.start();
  await until(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ type: 'backup.trouble', data: { state: 'trouble' } });
  expect(heard[0]?.data.text).toMatch(/2 times in a row\. The last failure: there is no folder/);
  expect(await daemons.metric('tidemark_backup_failures')).toBe(2);
  const { out } = await daemons.run(['status', '--config', daemons.config]);
  expect(out.replace(/\s+/g, ' ')).toMatch(/backup .*failed.*there is no folder/);
  await endDaemon(first);

  // The disk is there again, and the pause before the next try is over.
  mkdirSync(disk);
  const note = readBackupNote(file.path);
  noteBackup(file.path, { ...(note ?? noBackupYet(0)), failedAt: systemClock.now() - HOUR_MS });
  const second = daemons.start();
  await until(() => expect(heard).toHaveLength(2));
  expect(heard[1]).toMatchObject({ type: 'backup.trouble', data: { state: 'recovered' } });
  await endDaemon(second);
  hook.close();

  for (const from of [join(disk, 'copies'), newestIn(join(disk, 'copies'))]) {
    const restored = join(file.folder, 'restored.db');
    rmSync(restored, { force: true });
    expect((await daemons.run(['restore', from, '--database', restored])).code).toBe(0);
    const db = new Database(restored, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM snapshots').pluck().get()).toBe(3);
    db.close();
  }
});

const newestIn = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.gz')) ?? '');
