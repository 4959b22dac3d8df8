// `tidemark service`: a systemd unit for this machine, on stdout.
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { configPlaces } from '../../config/find-config.ts';
import { AppError } from '../../lib/errors.ts';
import { ownProgram } from '../../lib/own-program.ts';
import type { Io } from '../../terminal/io.ts';
import { STATE_FOLDER, unitText } from './service-unit.ts';

export type ServiceArgs = { config?: string | undefined; user?: boolean | undefined };

const SYSTEM_CONFIG = '/etc/tidemark/tidemark.yaml';

/**
 * Prints the unit for the config that is found; if there is none, for
 * `/etc/tidemark/tidemark.yaml`, which need not exist yet.
 */
export function runService(io: Io, args: ServiceArgs): number {
  const found = findConfig(io, args);
  const config = found?.path ?? (args.user ? userConfig(io) : SYSTEM_CONFIG);
  const raw = found?.raw ?? {};
  const given = typeof raw['database'] === 'string' ? raw['database'] : null;
  const database =
    given === null && found === null
      ? `${STATE_FOLDER}/tidemark.db`
      : resolve(dirname(config), given ?? 'tidemark.db');
  const kind = args.user ? 'user' : 'system';
  const folder = dirname(database);
  const user = folder === STATE_FOLDER ? null : ownerOf(folder);
  io.stdout(
    unitText({
      kind,
      program: ownProgram(),
      config,
      database,
      user,
      credentials: kind === 'user' ? [] : secretFilesIn(raw, dirname(config)),
    }),
  );
  if (found === null)
    io.stderr(
      `There is no config yet: the unit is for ${config}, with database: ${database} in it.\n`,
    );
  if (kind === 'system' && user === null && folder !== STATE_FOLDER)
    io.stderr(
      `There is no folder ${folder}, and this unit will not start without it. Make it, owned by the user that is to run\nTidemark, and print the unit again; or put the database into ${STATE_FOLDER}, which systemd makes.\n`,
    );
  return 0;
}

/**
 * The config as it stands in the file, without its secrets: only the service itself may be able to
 * read those.
 */
function findConfig(io: Io, { config }: ServiceArgs): { path: string; raw: Mapping } | null {
  for (const path of configPlaces(config, io.env, io.cwd)) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const raw: unknown = parse(readFileSync(path, 'utf8'));
    return { path, raw: isMapping(raw) ? raw : {} };
  }
  if (config === undefined) return null;
  throw new AppError('not_found', `there is no file ${config}`);
}

const userConfig = ({ env, cwd }: Io): string =>
  resolve(cwd, env['HOME'] ?? '.', '.config/tidemark/tidemark.yaml');

/** The owner's user id: systemd takes a number where it expects a name. */
function ownerOf(folder: string): string | null {
  const uid = statSync(folder, { throwIfNoEntry: false })?.uid;
  return uid === undefined ? null : String(uid);
}

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The files that `token_file`, `password_file` and the like name, in any section. */
function secretFilesIn(raw: Mapping, folder: string): { name: string; path: string }[] {
  const found = Object.entries(raw).flatMap(([key, value]) => {
    if (isMapping(value)) return secretFilesIn(value, folder);
    if (!key.endsWith('_file') || typeof value !== 'string') return [];
    // A path with a variable in it is one that was handed over already.
    if (value.includes('${')) {
      const name = basename(value);
      return [{ name, path: `/etc/tidemark/${name}` }];
    }
    const path = isAbsolute(value) ? value : resolve(folder, value);
    return [{ name: basename(path), path }];
  });
  return found.filter(({ name }, index) => found.findIndex((one) => one.name === name) === index);
}
