import { basename, delimiter, dirname, relative } from 'node:path';
import type { Called } from '../words/as-called.ts';
import { shellWord } from '../words/shell-text.ts';

/**
 * How to call this program again: `tidemark` if the shell finds it, or else by its path, by npx or
 * by Node. `script` is the path that Node was given.
 */
export function programName(script: string, env: NodeJS.ProcessEnv, cwd: string): string {
  if (env['npm_command'] === 'exec') return 'npx tidemark';
  const near = relative(cwd, script);
  const path = shellWord(near.startsWith('..') ? script : near);
  if (script.endsWith('.ts')) return `npx tsx ${path}`;
  if (basename(script) !== 'tidemark') return `node ${path}`;
  const isFound = (env['PATH'] ?? '').split(delimiter).includes(dirname(script));
  return isFound ? 'tidemark' : shellWord(script);
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
  return { program: programName(script, env, cwd), config: config === '' ? null : config };
}
