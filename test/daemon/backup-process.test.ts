// Backups as a daemon really makes them: in a process of its own, to a bucket and to a folder, with
// processes that are killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, systemClock } from '../../src/lib/clock.ts';
import { noBackupYet, noteBackup, readBackupNote } from '../../src/store/file/backup-note.ts';
import { isHeld } from '../../src/store/file/lock.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from '../backup/s3-server.ts';
import { freePort } from '../support/free-port.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';

// Four to six processes each, one of which copies and packs 20 MB.
vi.setConfig({ testTimeout: 90_000 });

let file: HistoryFile;
let s3: S3Server;
let config: string;
let port: number;
let daemons: ChildProcess[];

beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3);
  s3 = await startS3();
  config = join(file.folder, 'tidemark.yaml');
  port = await freePort();
  daemons = [];
});
afterEach(async () => {
  for (const daemon of daemons) daemon.kill('SIGKILL');
  await s3.close();
  file.close();
});

const configure = (backup: string, channels = '') =>
  writeFileSync(
    config,
    `database: ./tidemark.db
source: { base_url: "http://127.0.0.1:9", token: none }
watches: { us-daily: { region: US, time_scope: 1, schedule: "0 0 1 1 *" } }
web: { ops_listen: ${port} }
backup: { schedule: "0 * * * *", ${backup} }
${channels}`,
  );
const toBucket = () =>
  configure(
    `to: "s3://bucket/live", endpoint: "${s3.url}", region: eu, access_key_id: ${KEY_ID}, secret_access_key: ${SECRET}`,
  );
const metric = async (name: string) => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
};

const tidemark = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, '../../src/cli.ts'), ...args],
    {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    },
  );

/** A daemon that runs from now on; `said` is its log so far. */
function startDaemon() {
  const child = tidemark(['run', '--config', config]);
  const daemon = { child, said: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (daemon.said += chunk.toString()));
  daemons.push(child);
  return daemon;
}

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = tidemark([...args], env);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

/** A slot has passed since: the daemon makes its backup as soon as it looks. */
const oweBackup = (failures = 0) => {
  const now = systemClock.now();
  const failing = { failures, failingSinceAt: now - HOUR_MS, failedAt: now - 2 * HOUR_MS };
  noteBackup(file.path, { ...noBackupYet(now - DAY_MS), ...(failures > 0 && failing) });
};

const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const names = () => [...s3.objects.keys()];

/** The process that makes the backup of a daemon. */
const makerOf = ({ pid }: ChildProcess): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').at(-1));

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
    const first = startDaemon();
    await until(() => expect(holding).toBe(1));
    const second = await run(['backup', '--as-configured', '--config', config]);
    expect([second.code, second.err]).toEqual([
      1,
      expect.stringMatching(/^error: a backup of .* is under way\nwait until it is done/),
    ]);
    const maker = makerOf(first.child);
    process.kill(maker, 'SIGKILL');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await until(() => expect(isHeld(file.path, 'backup')).toBe(false));
    expect(names()).toEqual([]);
    release();

    s3.hold = async () => {};
    s3.requests.length = 0;
    const again = startDaemon();
    await until(() => expect(names()).toHaveLength(2));
    await until(() => expect(again.said).toContain('backup made'));
    const parts = s3.requests.flatMap((line) => /partNumber=(\d)/.exec(line)?.[1] ?? []);
    expect(parts).toEqual(['2']);
    expect(readBackupNote(file.path)).toMatchObject({
      failures: 0,
      last: { to: 's3://bucket/live' },
    });

    const madeAt = readBackupNote(file.path)?.last?.at ?? 0;
    expect(await metric('tidemark_backup_time_seconds')).toBeCloseTo(madeAt / 1_000, 2);
    expect(await metric('tidemark_backup_failures')).toBe(0);
    again.child.kill('SIGTERM');
    expect(await once(again.child, 'exit')).toEqual([0, null]);
    expect(readdirSync(file.folder).filter((name) => name.endsWith('.backup'))).toEqual([]);

    const status = await run(['status', '--json', '--config', config]);
    expect(JSON.parse(status.out)).toMatchObject({
      backup: { failures: 0, last_name: expect.stringMatching(/^tidemark-.*\.db\.gz$/) as string },
    });

    // On another machine, with nothing but the keys.
    const restored = join(file.folder, 'other', 'tidemark.db');
    mkdirSync(join(file.folder, 'other'));
    const brought = await run(['restore', 's3://bucket/live', '--database', restored], {
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
  const heard: { type: string; data: { state: string; text: string } }[] = [];
  const hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push(JSON.parse(body) as (typeof heard)[number]);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const { port: hookPort } = hook.address() as AddressInfo;
  const disk = join(file.folder, 'disk');
  configure(
    'to: ./disk/copies',
    `channels: { hook: { type: webhook, url: "http://127.0.0.1:${hookPort}/", allow_private: true } }\n`,
  );
  oweBackup(1);
  const first = startDaemon();
  await until(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ type: 'backup.trouble', data: { state: 'trouble' } });
  expect(heard[0]?.data.text).toMatch(/2 times in a row\. The last failure: there is no folder/);
  expect(await metric('tidemark_backup_failures')).toBe(2);
  const { out } = await run(['status', '--config', config]);
  expect(out.replace(/\s+/g, ' ')).toMatch(/backup .*failed.*there is no folder/);
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'exit')).toEqual([0, null]);

  // The disk is there again, and the pause before the next try is over.
  mkdirSync(disk);
  const note = readBackupNote(file.path);
  noteBackup(file.path, { ...(note ?? noBackupYet(0)), failedAt: systemClock.now() - HOUR_MS });
  const second = startDaemon();
  await until(() => expect(heard).toHaveLength(2));
  expect(heard[1]).toMatchObject({ type: 'backup.trouble', data: { state: 'recovered' } });
  second.child.kill('SIGTERM');
  expect(await once(second.child, 'exit')).toEqual([0, null]);
  hook.close();

  for (const from of [join(disk, 'copies'), newestIn(join(disk, 'copies'))]) {
    const restored = join(file.folder, 'restored.db');
    rmSync(restored, { force: true });
    expect((await run(['restore', from, '--database', restored])).code).toBe(0);
    const db = new Database(restored, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM snapshots').pluck().get()).toBe(3);
    db.close();
  }
});

const newestIn = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.gz')) ?? '');
