// The lake in a real store that we did not write. It is tried where Debian's Swift is installed.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBucket, type Bucket } from '../../src/backup/s3-client.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { makeLakeWorld, type LakeWorld } from '../history/lake/lake-world.ts';
import { hasSwift, startSwift, SWIFT_KEY, SWIFT_SECRET } from './swift.ts';

describe.skipIf(!hasSwift)('Swift with its S3 API', () => {
  let swift: Awaited<ReturnType<typeof startSwift>>;
  let world: LakeWorld;
  const bucket = (more: object = {}) =>
    world.bucket({
      endpoint: swift.url,
      accessKeyId: SWIFT_KEY,
      secretAccessKey: makeSecret(SWIFT_SECRET),
      ...more,
    });
  const lake = (more: object = {}) => world.configOf(bucket(more));
  const isUpToDate = async (config: ReturnType<typeof lake>) => {
    const months = await world.verify(config);
    expect(months.length).toBeGreaterThan(4);
    expect(months.filter(({ problem, behind }) => problem !== null || behind > 0)).toEqual([]);
  };

  beforeAll(async () => {
    swift = await startSwift();
    world = await makeLakeWorld();
    const client = openBucket(bucket() as Bucket, systemClock, 'lake');
    await client.ask(() => client.store.createBucket());
  });
  afterAll(async () => {
    await world?.close();
    swift?.close();
  });

  test('is found not to keep two writers apart, and is written by one database alone', async () => {
    await world.sync(lake());
    await isUpToDate(lake());
    expect(await world.onLake(lake(), async (_db, place) => place.isAlone)).toBe(true);
    const database = join(world.file.folder, 'other.db');
    await expect(world.sync(lake(), { database })).rejects.toMatchObject({
      message: expect.stringContaining('cannot keep two writers apart'),
    });
    await world.newDay();
    expect((await world.sync(lake())).map(([, files]) => files)).toEqual([1, 1, 1]);
    await isUpToDate(lake());
  });

  test.each(["a b/ü+c=d%41&e'(!)*", 'q?x#y/z~', '名前'])(
    'has a lake under the prefix %s',
    async (prefix) => {
      await world.sync(lake({ prefix }));
      await isUpToDate(lake({ prefix }));
      expect((await world.sync(lake({ prefix }))).map(([, files]) => files)).toEqual([0, 0, 0]);
    },
  );

  test('refuses a wrong secret, and has no bucket that nobody made, in words that say so', async () => {
    await expect(world.sync(lake({ secretAccessKey: makeSecret('wrong') }))).rejects.toMatchObject({
      message: 's3://bucket/lake answers HTTP 403 (SignatureDoesNotMatch)',
    });
    await expect(world.sync(lake({ bucket: 'nowhere' }))).rejects.toMatchObject({
      message: expect.stringContaining('there is no such bucket'),
    });
  });
});
