// A database with a little history, a store on loopback, and a lake in it or in a folder.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { BackupTarget, LakeConfig } from '../../../src/config/config.ts';
import { openLake, type LakePlace } from '../../../src/history/lake/open-lake.ts';
import { statePart, type PartState } from '../../../src/history/lake/state-part.ts';
import { lakeParts, syncLake } from '../../../src/history/lake/sync.ts';
import { verifyPart, type MonthState } from '../../../src/history/lake/verify-part.ts';
import { DAY_MS, type Clock } from '../../../src/lib/clock.ts';
import { makeSecret } from '../../../src/lib/secret.ts';
import { KEY_ID, SECRET, startS3 } from '../../backup/s3-server.ts';
import { makeHistoryFile, takeDays } from '../../support/history-file.ts';

export type LakeWorld = Awaited<ReturnType<typeof makeLakeWorld>>;

/** `days` of a list of ten. The clock of its syncs does not wait. */
export async function makeLakeWorld(days = 33) {
  const file = makeHistoryFile();
  const s3 = await startS3();
  await takeDays(file.world, days, { count: 10 });
  const pauses: number[] = [];
  const clock: Clock = {
    ...file.world.clock,
    sleep: async (ms) => void pauses.push(ms),
  };

  async function onLake<Result>(
    config: LakeConfig,
    work: (db: Database.Database, place: LakePlace) => Promise<Result>,
    { database = file.path, stop }: { database?: string; stop?: AbortSignal } = {},
  ): Promise<Result> {
    const place = await openLake(config, database, clock, true, stop);
    const db = new Database(file.path, { readonly: true });
    try {
      return await work(db, place);
    } finally {
      db.close();
      place.close();
    }
  }

  return {
    file,
    s3,
    /** Pauses before something was tried again, in milliseconds. */
    pauses,
    folder: (): BackupTarget => ({ kind: 'folder', path: join(file.folder, 'lake') }),
    bucket: (more: object = {}): BackupTarget => ({
      kind: 's3',
      bucket: 'bucket',
      prefix: 'lake',
      endpoint: s3.url,
      region: 'eu-1',
      accessKeyId: KEY_ID,
      secretAccessKey: makeSecret(SECRET),
      ...more,
    }),
    configOf: (to: BackupTarget, more: Partial<LakeConfig> = {}): LakeConfig => ({
      schedule: null,
      timezone: 'UTC',
      to,
      views: ['history', 'changes', 'alerts'],
      keepMs: 7 * DAY_MS,
      allowPrivate: true,
      ...more,
    }),
    onLake,
    /** `[table, files, rows]` of each part. */
    sync: (config: LakeConfig, options: { database?: string; stop?: AbortSignal } = {}) =>
      onLake(
        config,
        async (db, place) => {
          const parts = await syncLake(db, place, config, clock, {
            signal: options.stop ?? new AbortController().signal,
            onPart: () => {},
          });
          return parts.map(({ table, written, rows }) => [table, written, rows]);
        },
        options,
      ),
    verify: (config: LakeConfig) =>
      onLake(config, async (db, place) => {
        const months: MonthState[] = [];
        for (const part of lakeParts(db, config))
          await verifyPart(db, place, part, clock, (month) => months.push(month));
        return months;
      }),
    status: (config: LakeConfig) =>
      onLake(config, async (db, place) => {
        const parts: PartState[] = [];
        for (const part of lakeParts(db, config))
          parts.push(await statePart(db, place, part, clock));
        return parts;
      }),
    newDay: () => takeDays(file.world, 1, { from: days, count: 10 }),
    close: async () => {
      file.close();
      await s3.close();
    },
  };
}
