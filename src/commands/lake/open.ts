// What the commands of the lake share: its config, its place, and a database that is only read.
import type { Config, LakeConfig } from '../../config/config.ts';
import { openLake, type LakePlace } from '../../history/lake/open-lake.ts';
import { AppError } from '../../lib/errors.ts';
import { readAppConfig } from '../../open-app.ts';
import { openReadOnly, type ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { layOver } from '../../store/file/open-to-read.ts';
import type { Io } from '../../terminal/io.ts';

export type LakeArgs = { config?: string | undefined; json?: boolean | undefined };
export type LakeDeps = { db: ReadOnlyDb; place: LakePlace; lake: LakeConfig; config: Config };

/** Runs `work` with all of them; `toWrite`: it will write into the lake. `stop` ends what a store is asked. */
export async function onLake<Result>(
  io: Io,
  { config: path }: LakeArgs,
  toWrite: boolean,
  work: (deps: LakeDeps) => Promise<Result>,
  stop?: AbortSignal,
): Promise<Result> {
  const config = readAppConfig(io, path, 'needed', null);
  const { lake, database } = config;
  if (lake === null)
    throw new AppError('usage', 'the config has no lake section', {
      hint: 'give it a place: lake: { to: ./lake }',
    });
  const place = await openLake(lake, database, io.clock, toWrite, stop);
  try {
    const db = openReadOnly(database);
    try {
      layOver(db, database);
      return await work({ db, place, lake, config });
    } finally {
      db.close();
    }
  } finally {
    place.close();
  }
}
