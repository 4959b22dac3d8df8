// Scheduled backups into a folder and into a store, and back out of both.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderPlace } from '../../src/backup/folder-place.ts';
import { makeBackup, type Step } from '../../src/backup/make.ts';
import { parseManifest } from '../../src/backup/manifest.ts';
import type { BackupPlace } from '../../src/backup/place.ts';
import { s3Place } from '../../src/backup/s3-place.ts';
import { stagingFolder } from '../../src/backup/staged.ts';
import { runRestore } from '../../src/commands/history/restore.ts';
import { DAY_MS } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { tryLock } from '../../src/store/file/lock.ts';
import { makeHistoryFile, takeDays, type HistoryFile } from '../support/history-file.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { memoryIo } from '../support/memory-io.ts';
import { KEY_ID, SECRET, startS3, type S3Server } from './s3-server.ts';

let file: HistoryFile;
let clock: ManualClock;
let s3: S3Server;
let steps: Step[];
beforeEach(async () => {
  file = makeHistoryFile({ rules: [] });
  await takeDays(file.world, 3);
  clock = manualClock('2026-01-04T03:30:00Z');
  s3 = await startS3();
  steps = [];
});
afterEach(async () => {
  file.close();
  await s3.close();
});

const bucket = (prefix = 'some/prefix', partBytes = 4_096): BackupPlace =>
  s3Place(
    {
      kind: 's3',
      bucket: 'bucket',
      prefix,
      endpoint: s3.url,
      region: 'eu-central-1',
      accessKeyId: KEY_ID,
      secretAccessKey: makeSecret(SECRET),
    },
    // No pauses between tries.
    { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), sleep: async () => {} },
    partBytes,
  );
const make = (place: BackupPlace, keepMs = 30 * DAY_MS) =>
  makeBackup({ database: file.path, place, keepMs, version: '1.2.3' }, clock, (step) =>
    steps.push(step),
  );
const NAME = 'tidemark-20260104T033000Z';
const folder = () => join(file.folder, 'copies');
const io = (env = {}) => memoryIo({ cwd: file.folder, clock, env });
const countIn = (path: string) => {
  const raw = new Database(path, { readonly: true });
  const count = raw.prepare('SELECT count(*) FROM snapshots').pluck().get();
  raw.close();
  return count;
};
/** What a disaster leaves: nothing. */
const loseDatabase = () => {
  file.world.db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file.path}${suffix}`, { force: true });
};

describe('a backup in a folder', () => {
  test('is a verified, compressed copy with its manifest, and nothing is left beside the database', async () => {
    const { manifest, deleted } = await make(folderPlace(folder()));
    expect(readdirSync(folder()).sort()).toEqual([`${NAME}.db.gz`, `${NAME}.json`]);
    expect(manifest).toMatchObject({
      file: `${NAME}.db.gz`,
      made_at: '2026-01-04T03:30:00.000Z',
      version: '1.2.3',
      snapshots: 3,
      newest_slot_at: '2026-01-03T06:00:00.000Z',
    });
    expect(parseManifest(readFileSync(join(folder(), `${NAME}.json`), 'utf8'))).toEqual(manifest);
    const packed = readFileSync(join(folder(), `${NAME}.db.gz`));
    expect([packed.length, gunzipSync(packed).length]).toEqual([
      manifest.bytes,
      manifest.database_bytes,
    ]);
    expect([steps, deleted, existsSync(stagingFolder(file.path))]).toEqual([
      ['copy', 'verify', 'compress', 'send'],
      [],
      false,
    ]);
  });

  test('those that are too old go, never the newest, and nothing of anybody else', async () => {
    const place = folderPlace(folder());
    await make(place);
    writeFileSync(join(folder(), 'other-20260101T000000Z.db.gz'), 'not ours');
    writeFileSync(join(folder(), 'tidemark-20260103T000000Z.db.gz.partial'), 'cut off');
    await clock.advance(DAY_MS);
    expect((await make(place, 2 * DAY_MS)).deleted).toEqual([
      'tidemark-20260103T000000Z.db.gz.partial',
    ]);
    await clock.advance(DAY_MS + 1);
    expect((await make(place, 2 * DAY_MS)).deleted).toEqual([`${NAME}.db.gz`]);
    // Whatever their age: the last one stays.
    await clock.advance(100 * DAY_MS);
    expect(readdirSync(folder()).filter((name) => name.endsWith('.json'))).toHaveLength(2);
    expect((await make(place, 1)).deleted).toHaveLength(2);
    expect(readdirSync(folder()).sort()).toEqual([
      'other-20260101T000000Z.db.gz',
      'tidemark-20260416T033000Z.db.gz',
      'tidemark-20260416T033000Z.json',
    ]);
  });

  test('is never made by two at once, nor where its disk is not there', async () => {
    const lock = tryLock(file.path, 'backup');
    await expect(make(folderPlace(folder()))).rejects.toThrow('is under way');
    lock?.release();
    await expect(make(folderPlace(join(file.folder, 'no/such')))).rejects.toThrow('no folder');
    // It is staged meanwhile, and only has to be kept.
    mkdirSync(join(file.folder, 'no'));
    steps = [];
    await make(folderPlace(join(file.folder, 'no/such')));
    expect(steps).toEqual(['resume', 'send']);
  });
});

describe('a backup in an S3-compatible store', () => {
  test('goes there in parts, signed, its manifest last', async () => {
    const { manifest } = await make(bucket());
    expect(s3.objects.get(`some/prefix/${NAME}.db.gz`)?.length).toBe(manifest.bytes);
    expect(manifest.bytes).toBeGreaterThan(2 * 4_096);
    const puts = s3.requests.filter((line) => line.startsWith('PUT'));
    expect(puts.length).toBe(Math.ceil(manifest.bytes / 4_096) + 1);
    expect(puts.at(-1)).toBe(`PUT bucket/some/prefix/${NAME}.json`);
    expect(parseManifest(s3.objects.get(`some/prefix/${NAME}.json`)?.toString() ?? '')).toEqual(
      manifest,
    );
  });

  test('goes on where it was interrupted, without copying or sending anything twice', async () => {
    // The store breaks at the third part, for good.
    s3.fail = (line) => (line.includes('partNumber=3') ? 503 : null);
    await expect(make(bucket())).rejects.toThrow('answers HTTP 503 (Injected)');
    expect([...s3.objects.keys()]).toEqual([]);
    s3.fail = () => null;
    s3.requests.length = 0;
    steps = [];
    await clock.advance(60_000);
    const { manifest } = await make(bucket());
    expect(steps).toEqual(['resume', 'send']);
    expect(manifest.file).toBe(`${NAME}.db.gz`);
    const parts = s3.requests.filter((line) => line.includes('partNumber'));
    expect(parts[0]).toContain('partNumber=3');
    expect(s3.objects.get(`some/prefix/${NAME}.db.gz`)?.length).toBe(manifest.bytes);
  });

  test('begins anew where the store has forgotten it, or where it is of yesterday', async () => {
    s3.fail = (line) => (line.includes('partNumber=2') ? 500 : null);
    await expect(make(bucket())).rejects.toThrow('HTTP 500');
    s3.fail = () => null;
    s3.uploads.clear();
    expect((await make(bucket())).manifest.file).toBe(`${NAME}.db.gz`);
    s3.fail = (line) => (line.includes('partNumber=2') ? 500 : null);
    await clock.advance(1_000);
    await expect(make(bucket())).rejects.toThrow('HTTP 500');
    s3.fail = () => null;
    await clock.advance(DAY_MS);
    steps = [];
    await make(bucket());
    expect(steps).toContain('copy');
  });

  test('a passing failure is tried again, a wrong key is said without it', async () => {
    let failures = 2;
    s3.fail = () => (failures-- > 0 ? 503 : null);
    await make(bucket());
    s3.fail = () => 403;
    const thrown: unknown = await make(bucket()).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      message: 's3://bucket/some/prefix answers HTTP 403 (Injected)',
      hint: expect.stringContaining('access_key_id') as string,
    });
    expect(JSON.stringify(thrown)).not.toContain(SECRET);
  });

  test('keeps to its own prefix when old ones go', async () => {
    s3.objects.set('some/prefix-of-another/tidemark-20200101T000000Z.db.gz', Buffer.from('x'));
    await make(bucket());
    await clock.advance(10 * DAY_MS);
    expect((await make(bucket(), DAY_MS)).deleted).toEqual([`${NAME}.db.gz`]);
    expect([...s3.objects.keys()].filter((key) => key.includes('another'))).toHaveLength(1);
  });
});

describe('restore', () => {
  const env = () => ({
    AWS_ACCESS_KEY_ID: KEY_ID,
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: s3.url,
  });
  const restoreFrom = (from: string, args = io(env())) =>
    runRestore(args, { file: from, database: 'tidemark.db' });

  test.each([
    ['a folder', async () => (await make(folderPlace(folder())), folder())],
    [
      'a compressed file',
      async () => (await make(folderPlace(folder())), join(folder(), `${NAME}.db.gz`)),
    ],
    ['a bucket', async () => (await make(bucket('')), 's3://bucket')],
    ['a prefix', async () => (await make(bucket()), 's3://bucket/some/prefix')],
    [
      'one backup of several',
      async () => (await make(bucket()), `s3://bucket/some/prefix/${NAME}.db.gz`),
    ],
  ])('takes %s, on a machine that has nothing else', async (_, prepare) => {
    const from = await prepare();
    loseDatabase();
    expect(await restoreFrom(from)).toBe(0);
    expect(countIn(file.path)).toBe(3);
    expect(readdirSync(file.folder).filter((name) => name.includes('fetched'))).toEqual([]);
  });

  test('takes the newest, and changes nothing when that is damaged', async () => {
    const place = folderPlace(folder());
    await make(place);
    await takeDays(file.world, 1, { from: 3 });
    await clock.advance(DAY_MS);
    const { manifest } = await make(place);
    const path = join(folder(), manifest.file);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    file.world.db.close();
    await expect(restoreFrom(folder())).rejects.toThrow(/cannot be unpacked|is damaged/);
    expect(countIn(file.path)).toBe(4);
    expect(await restoreFrom(join(folder(), `${NAME}.db.gz`))).toBe(0);
    expect(countIn(file.path)).toBe(3);
  });

  test('says that there is no key, or nothing there', async () => {
    await expect(restoreFrom('s3://bucket/x', io())).rejects.toThrow('no key for that store');
    await expect(restoreFrom('s3://bucket/x')).rejects.toThrow('no backup in s3://bucket/x');
    mkdirSync(folder());
    await expect(restoreFrom(folder())).rejects.toThrow(`no backup in ${folder()}`);
  });

  test('warns of the file of a database in use that was copied without its log', async () => {
    const copy = join(file.folder, 'copied.db');
    writeFileSync(copy, readFileSync(file.path));
    file.world.db.raw.pragma('wal_checkpoint(TRUNCATE)');
    writeFileSync(copy, readFileSync(file.path));
    file.world.db.close();
    const said = io();
    await restoreFrom(copy, said);
    expect(said.err).toContain('without its log (-wal)');
    const plain = io();
    await make(folderPlace(folder()));
    await restoreFrom(folder(), plain);
    expect(plain.err).not.toContain('-wal');
  });
});
