import { dirname, join, resolve } from 'node:path';
import { readAppConfig } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';

export type PlaceArgs = { config?: string | undefined; database?: string | undefined };

/** Where the data is, and the user's saved queries: as the config says; or `--database FILE`, which needs no config, and so none of its secrets. */
export function findPlace(
  io: Io,
  { config, database }: PlaceArgs,
): { database: string; queries: string } {
  if (database !== undefined) {
    const path = resolve(io.cwd, database);
    return { database: path, queries: join(dirname(path), 'queries') };
  }
  const read = readAppConfig(io, config, 'spared');
  return { database: read.database, queries: join(dirname(read.path), 'queries') };
}
