// Composition: the parts of a running Tidemark, put together from a config. Only commands call
// this.
import { dirname, join, resolve } from 'node:path';
import { expressionChecker } from './alert/compile.ts';
import { doubtsOf } from './alert/doubts.ts';
import type { ReadCategories } from './config/category-names.ts';
import type { Channel } from './config/channels/kinds.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { formatWarning } from './config/problem.ts';
import { readKeptCategories } from './store/categories.ts';
import type { Io } from './terminal/io.ts';

/**
 * Reads and checks the config, rule expressions included; warnings go to stderr. What only reads or
 * keeps the history says `spared`: it works without the secrets of the source and the channels, and
 * warns of nothing. `warn`: null where nobody reads warnings, so that none is looked for.
 * @throws AppError `config_invalid` with every problem.
 */
export function readAppConfig(
  io: Io,
  path: string | undefined,
  secrets: 'needed' | 'spared',
  warn: ((text: string) => void) | null = (text) => io.stderr(`warning ${text}\n`),
  readCategories: ReadCategories = readKeptCategories,
): Config {
  const { config, warnings } = loadConfig({
    path,
    env: io.env,
    cwd: io.cwd,
    secrets,
    checkExpression: expressionChecker(),
    doubtExpression: warn === null ? () => [] : doubtsOf,
    readCategories,
  });
  for (const warning of warnings) warn?.(formatWarning(warning));
  return config;
}

export type PlaceArgs = { config?: string | undefined; database?: string | undefined };

/** Where the data is. `channels` are those of `config`; both are null where no config was read. */
export type Place = {
  database: string;
  queries: string;
  channels: readonly Channel[] | null;
  config: Config | null;
};

/**
 * Where the data is, and the user's saved queries: as the config says; or `--database FILE`, which
 * needs no config, and so none of its secrets.
 */
export function findPlace(io: Io, { config, database }: PlaceArgs): Place {
  if (database !== undefined) {
    const path = resolve(io.cwd, database);
    return {
      database: path,
      queries: join(dirname(path), 'queries'),
      channels: null,
      config: null,
    };
  }
  const read = readAppConfig(io, config, 'spared');
  const queries = join(dirname(read.path), 'queries');
  return { database: read.database, queries, channels: read.channels, config: read };
}
