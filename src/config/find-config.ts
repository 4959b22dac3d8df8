import { join, resolve } from 'node:path';

/**
 * Where the configuration may be, the first that exists wins: what `--config` says, else what
 * `TIDEMARK_CONFIG` says, and only these; else `tidemark.yaml` in the working folder, in the user's
 * folder for configurations (XDG Base Directory Specification: `$XDG_CONFIG_HOME`, by default
 * `~/.config`), and in `/etc`.
 */
export function configPlaces(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
  cwd: string,
): readonly [string, ...string[]] {
  const only = named ?? (env['TIDEMARK_CONFIG'] || undefined);
  if (only !== undefined) return [resolve(cwd, only)];
  const home = env['HOME'] ? join(env['HOME'], '.config') : undefined;
  const userFolder = env['XDG_CONFIG_HOME'] || home;
  return [
    resolve(cwd, 'tidemark.yaml'),
    ...(userFolder === undefined ? [] : [resolve(cwd, userFolder, 'tidemark', 'tidemark.yaml')]),
    '/etc/tidemark/tidemark.yaml',
  ];
}
