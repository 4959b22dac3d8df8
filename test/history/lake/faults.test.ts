// What goes wrong with a lake: it is said what, where and what to do; the database and the version
// before stay as they are, and the next sync catches up.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBucket, type Bucket } from '../../../src/backup/s3-client.ts';
import type { LakeConfig } from '../../../src/config/config.ts';
import { DAY_MS, systemClock } from '../../../src/lib/clock.ts';
import { makeSecret } from '../../../src/lib/secret.ts';
import { bundleChild } from '../../support/bundle-child.ts';
import { freePort } from '../../support/free-port.ts';
import { filesBelow } from '../../support/files-below.ts';
import { makeLakeWorld, type LakeWorld } from './lake-world.ts';

let world: LakeWorld;
beforeEach(async () => {
  world = await makeLakeWorld(3);
});
afterEach(() => world.close());

/** Every row of the database. */
const contents = (): string => {
  const db = new Database(world.file.path, { readonly: true });
  const rows = db.prepare('SELECT * FROM history').all();
  db.close();
  return JSON.stringify(rows);
};

/** All of the lake is what the database has. */
const isUpToDate = async (config: LakeConfig): Promise<void> => {
  const months = await world.verify(config);
  expect(months.length).toBeGreaterThan(1);
  expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
};

describe('a store that', () => {
  const lake = () => world.configOf(world.bucket());
  /** A sync fails so, in the middle of the second one, and the third is fine. */
  const survives = async (
    breakIt: (line: string, puts: number) => number | null,
    failure: object,
  ): Promise<void> => {
    await world.sync(lake());
    await world.newDay();
    const before = contents();
    let puts = 0;
    world.s3.fail = (line) => breakIt(line, line.startsWith('PUT') ? ++puts : puts);
    await expect(world.sync(lake())).rejects.toMatchObject({ code: 'file_unusable', ...failure });
    world.s3.fail = () => null;
    expect(contents()).toBe(before);
    await world.sync(lake());
    await isUpToDate(lake());
  };

  test('refuses what it took before, in the middle, is named with its words', () =>
    survives((line, puts) => (line.startsWith('PUT') && puts > 3 ? 403 : null), {
      message: 's3://bucket/lake answers HTTP 403 (Injected)',
      hint: expect.stringContaining('secret_access_key and region of lake in the config'),
    }));

  test('refuses the credentials is named without them, and with what it says of them', async () => {
    const wrong = world.configOf(world.bucket({ secretAccessKey: makeSecret('wrong-and-secret') }));
    await expect(world.sync(wrong)).rejects.toMatchObject({
      code: 'file_unusable',
      message: 's3://bucket/lake answers HTTP 403 (SignatureDoesNotMatch)',
      hint: expect.stringContaining('of lake in the config'),
    });
    expect(world.pauses).toEqual([]);
  });

  test('is away with 503 is tried three times more, ever later, and then named', async () => {
    await survives((line) => (line.includes('_delta_log') ? 503 : null), {
      message: 's3://bucket/lake answers HTTP 503 (Injected)',
      hint: expect.stringContaining('the same command goes on from there'),
    });
    expect(world.pauses).toEqual([1_000, 5_000, 20_000]);
  });

  test('is away for two requests is not noticed', async () => {
    let left = 2;
    world.s3.fail = () => (left-- > 0 ? 503 : null);
    await world.sync(lake());
    world.s3.fail = () => null;
    await isUpToDate(lake());
    expect(world.pauses).toEqual([1_000, 5_000]);
  });

  test('refuses the connection is named by its address', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const config = world.configOf(world.bucket({ endpoint: nowhere }));
    await expect(world.sync(config)).rejects.toMatchObject({
      code: 'file_unusable',
      message: 's3://bucket/lake cannot be reached: ECONNREFUSED',
      hint: 'see lake.endpoint in the config',
    });
    expect(world.pauses).toHaveLength(3);
  });

  test('does not answer is given up, and said to be silent', async () => {
    world.s3.hold = () => new Promise(() => {});
    let tries = 0;
    const client = openBucket(
      world.bucket() as Bucket,
      { ...systemClock, sleep: async () => void (tries += 1) },
      'lake',
      { stop: new AbortController().signal, requestMs: 20 },
    );
    await expect(client.ask(() => client.store.listObjects('/', 'x'))).rejects.toMatchObject({
      message: 's3://bucket/lake cannot be reached: no answer within 20ms',
    });
    expect(tries).toBe(3);
  });

  test('does not answer keeps nobody who stops the sync waiting', async () => {
    await world.sync(lake());
    await world.newDay();
    const stop = new AbortController();
    world.s3.hold = async (line) => {
      if (!line.includes('history/list=')) return;
      stop.abort();
      await new Promise(() => {});
    };
    await expect(world.sync(lake(), { stop: stop.signal })).rejects.toMatchObject({
      message: 'stopped while s3://bucket/lake had not answered',
      hint: expect.stringContaining('goes on from there'),
    });
    world.s3.hold = async () => {};
    await world.sync(lake());
    await isUpToDate(lake());
  });

  test('has no such bucket is asked for nothing else', async () => {
    const config = world.configOf(world.bucket({ bucket: 'elsewhere' }));
    await expect(world.sync(config)).rejects.toMatchObject({
      message: 's3://elsewhere/lake: there is no such bucket, or no such upload',
      hint: 'make the bucket first',
    });
    expect([...world.s3.objects.keys()]).toEqual([]);
  });

  test.each(["a b/ü+c=d%41&e'(!)*", 'q?x#y/z~', '名前'])(
    'has a prefix %s holds a lake like any other',
    async (prefix) => {
      const config = world.configOf(world.bucket({ prefix }));
      await world.sync(config);
      await isUpToDate(config);
      expect((await world.sync(config)).map(([, files]) => files)).toEqual([0, 0, 0]);
      const names = [...world.s3.objects.keys()];
      expect(names.filter((name) => !name.startsWith(`${prefix}/`))).toEqual([]);
    },
  );

  test('is written by two processes of one database at once loses neither of their files', async () => {
    const config = lake();
    await world.onLake(config, async () => {
      // Another one looks, and goes.
      await world.onLake(config, async () => {});
      await world.sync(config);
    });
    await world.onLake(config, async (_db, place) => {
      const { scratch, store } = place.table('history');
      mkdirSync(scratch, { recursive: true });
      writeFileSync(join(scratch, 'x'), 'whole');
      await world.onLake(config, async () => {});
      await store.put('x', join(scratch, 'x'));
    });
    expect(world.s3.objects.get('lake/history/x')?.toString()).toBe('whole');
  });
});

describe('a folder that', () => {
  const lake = (more: Partial<LakeConfig> = {}) => world.configOf(world.folder(), more);
  const path = () => join(world.file.folder, 'lake');

  test('holds files of others keeps them, and they change nothing', async () => {
    await world.sync(lake());
    const month = 'history/list=top-products/watch=us-daily/month=2026-01';
    const foreign = {
      'README.md': 'ours',
      'history/notes.txt': 'notes',
      'history/.part-0001.parquet.crc': 'crc',
      [`${month}/part-00000-8b2f.c000.snappy.parquet`]: 'not ours',
      [`${month}/.sync`]: '',
      'history/_delta_log/.00000000000000000001.json.crc': 'crc',
      'history/_delta_log/_commits/x.json': '{}',
      'history/_delta_log/00000000000000000001.json.tmp': '{',
    };
    for (const [name, text] of Object.entries(foreign)) {
      mkdirSync(join(path(), name, '..'), { recursive: true });
      writeFileSync(join(path(), name), text);
    }
    await world.newDay();
    world.file.world.clock.jump(30 * DAY_MS);
    await world.sync(lake());
    await isUpToDate(lake());
    for (const [name, text] of Object.entries(foreign))
      expect([name, readFileSync(join(path(), name), 'utf8')]).toEqual([name, text]);
  });

  test('is a file, or whose disk is not mounted, is named with what to do', async () => {
    const blocked = join(world.file.folder, 'blocked');
    writeFileSync(blocked, '');
    await expect(
      world.sync(world.configOf({ kind: 'folder', path: blocked })),
    ).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining(blocked),
      hint: expect.stringContaining('the same command goes on from there'),
    });
    expect(readFileSync(blocked, 'utf8')).toBe('');
    const unmounted = join(world.file.folder, 'mnt/lake/x');
    await expect(
      world.sync(world.configOf({ kind: 'folder', path: unmounted })),
    ).rejects.toMatchObject({
      message: `there is no folder ${join(world.file.folder, 'mnt/lake')}`,
      hint: 'make it, or mount its disk; see lake.to in the config',
    });
  });

  test('was written by a clock a year ahead goes on, and lets go of old files all the same', async () => {
    const views = { views: ['history'] as const };
    await world.sync(lake(views));
    world.file.world.clock.jump(365 * DAY_MS);
    world.file.world.db.raw.exec("UPDATE products SET name = 'Other' WHERE upstream_id = 'p1'");
    await world.sync(lake(views));
    world.file.world.clock.jump(-365 * DAY_MS);
    await world.newDay();
    await world.sync(lake(views));
    const data = filesBelow(path()).filter(([name]) => name.includes('/list='));
    // The one in use, and the one that was replaced just now.
    expect(data).toHaveLength(2);
    const months = await world.verify(lake(views));
    expect(months.map(({ problem, behind }) => [problem, behind])).toEqual([[null, 0]]);
  });

  test.runIf(spawnSync('unshare', ['-m', 'true']).status === 0)(
    'is on a full disk keeps the version before, and goes on when there is room',
    async () => {
      const child = await bundleChild(join(import.meta.dirname, 'sync-child.ts'), 'sync-full');
      const { file } = world;
      await world.sync(lake());
      const version = filesBelow(path());
      await world.newDay();
      const database = readFileSync(file.path);
      const [disk, full, after] = ['disk', 'full', 'after'].map((name) => join(file.folder, name));
      // In a mount namespace of its own: nobody else sees the disk, and it goes with the process.
      const { stdout, stderr } = spawnSync(
        'unshare',
        [
          '-m',
          'sh',
          '-c',
          `mkdir "$1" && mount -t tmpfs -o size=400k tmpfs "$1" && cp -r "$2" "$1/lake" &&
dd if=/dev/zero of="$1/filler" bs=1k count=1000 2>/dev/null
"$3" "$4" "$5" '{"kind":"folder","path":"'"$1/lake"'"}' history,changes,alerts -1 "$6"; cp -r "$1/lake" "$7"
rm "$1/filler" && "$3" "$4" "$5" '{"kind":"folder","path":"'"$1/lake"'"}' history,changes,alerts -1 "$6" && cp -r "$1/lake" "$8"`,
          'sh',
          disk ?? '',
          path(),
          process.execPath,
          child,
          file.path,
          String(file.world.clock.now()),
          full ?? '',
          after ?? '',
        ],
        { encoding: 'utf8' },
      );
      rmSync(child);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        /^cannot write \S+history\S*: no space left on device.*\nwhat is committed stays; the same command goes on from there\n$/,
      );
      expect(readFileSync(file.path).equals(database)).toBe(true);
      const left = filesBelow(full ?? '').filter(([name]) => !name.includes('.writing-'));
      expect(left).toEqual(version);
      rmSync(path(), { recursive: true });
      cpSync(after ?? '', path(), { recursive: true });
      await isUpToDate(lake());
    },
    20_000,
  );
});
