// `tidemark import LAKE`: a lake among what is to be imported.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { DELTA_LOG } from '../../history/lake/layout.ts';
import { openLake } from '../../history/lake/open-lake.ts';
import { lakeFiles } from '../../history/lake/read-lake.ts';
import type { ImportFile } from '../../history/import/terms.ts';
import { AppError } from '../../lib/errors.ts';
import { readAppConfig } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';

/**
 * The files of the lake that is named: a folder with tables, or the address in a store that
 * `lake.to` of the config names too. Null when these paths are something else.
 */
export async function findLake(
  io: Io,
  { sources, database }: Config,
  configPath: string | undefined,
  paths: readonly string[],
): Promise<ImportFile[] | null> {
  const [path = '', ...others] = paths;
  const isInStore = path.startsWith('s3://');
  if (others.length > 0 || (!isInStore && !isLake(resolve(io.cwd, path)))) return null;
  const lists = [...new Set(sources.flatMap((source) => source.lists))];
  const lake = isInStore
    ? readAppConfig(io, configPath, 'needed', null).lake
    : { to: { kind: 'folder' as const, path: resolve(io.cwd, path) }, allowPrivate: false };
  if (lake === null || (lake.to.kind === 'folder') === isInStore)
    throw new AppError('usage', `how to open ${path} is not known`, {
      hint: 'name it in the config: lake: { to: s3://…, access_key_id: … }',
    });
  const place = await openLake(lake, database, io.clock, false);
  if (isInStore && place.text !== path.replace(/\/+$/, ''))
    throw new AppError('usage', `the lake of the config is ${place.text}, and not ${path}`);
  const files = await lakeFiles(place, lists);
  if (files.length === 0)
    throw new AppError('usage', `${path} has no history of the lists of this config`);
  return files;
}

/** Does a folder of it have a log? */
const isLake = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true &&
  readdirSync(folder, { withFileTypes: true }).some(
    (entry) => entry.isDirectory() && existsSync(join(folder, entry.name, DELTA_LOG)),
  );
