import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import { configPlaces } from '../config/find-config.ts';
import type { Called } from '../words/as-called.ts';
import type { Io } from './io.ts';
import { shellWord } from '../words/shell-text.ts';

/**
 * How to call this program once more: `tidemark` where the shell finds it, else by its path, by npx
 * or by Node. `script` is the path that Node was given; paths are given as from `cwd`, or absolute
 * where that is null.
 */
export function programName(script: string, env: NodeJS.ProcessEnv, cwd: string | null): string {
  if (env['npm_command'] === 'exec' && cwd !== null) return 'npx tidemark';
  if (isOnPath(script, env)) return 'tidemark';
  const near = cwd === null ? script : relative(cwd, script);
  const path = shellWord(near.startsWith('..') ? script : near);
  if (script.endsWith('.ts')) return `npx tsx ${path}`;
  return basename(script) === 'tidemark' ? shellWord(script) : `node ${path}`;
}

/** Is it what the shell finds as `tidemark`? Where there are several, the shell takes the first. */
function isOnPath(script: string, env: NodeJS.ProcessEnv): boolean {
  const folders = (env['PATH'] ?? '').split(delimiter);
  if (basename(script) === 'tidemark' && folders.includes(dirname(script))) return true;
  const found = folders.map((folder) => join(folder, 'tidemark')).find((path) => existsSync(path));
  return found !== undefined && existsSync(script) && realpathSync(found) === realpathSync(script);
}

/**
 * How commands have to be typed that are read elsewhere, such as in a mail: all paths are absolute.
 * The config is named where it was given, or where only this folder or setting leads to it; always
 * with `isNamed`.
 */
export function calledFromAnywhere(
  { called, env, cwd }: Pick<Io, 'called' | 'env' | 'cwd'>,
  config: string,
  isNamed = false,
): Called | undefined {
  if (called === undefined) return undefined;
  const [, ...standing] = configPlaces(undefined, { ...env, TIDEMARK_CONFIG: undefined }, cwd);
  const isFound = !isNamed && called.config === null && standing.includes(config);
  return { program: called.anywhere ?? called.program, config: isFound ? null : config };
}

/** What a command line says of the config, by the option alone. */
export function calledAs(
  argv: readonly string[],
  script: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Called {
  const at = argv.findIndex((word) => word === '--config' || word.startsWith('--config='));
  const word = argv[at] ?? '';
  const config = word === '--config' ? (argv[at + 1] ?? null) : word.slice('--config='.length);
  return {
    program: programName(script, env, cwd),
    anywhere: programName(script, env, null),
    config: config === '' ? null : config,
  };
}
