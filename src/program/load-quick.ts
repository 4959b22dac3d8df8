// Loads the bundle of the commands that only ask, compiled already where that can be used.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import type { main } from './main.ts';

/** Their names, with blanks between, as the build writes them down; none where the sources run. */
declare const QUICK_COMMANDS: string | undefined;

/**
 * Runs a command of the quick bundle.
 * @returns null where the whole program is to be loaded: for any other command.
 */
export function quickMain([command = '']: readonly string[]): typeof main | null {
  if (typeof QUICK_COMMANDS === 'undefined' || !QUICK_COMMANDS.split(' ').includes(command))
    return null;
  const url = new URL('quick.cjs', import.meta.url);
  const filename = fileURLToPath(url);
  const script = new Script(readFileSync(filename, 'latin1'), {
    filename,
    cachedData: compiled(`${filename}.cache`),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const load = script.runInThisContext() as (
    require: NodeJS.Require,
    url: string,
  ) => { main: typeof main };
  return load(createRequire(url), url.href).main;
}

/**
 * What V8 compiled when this was built. It refuses what another version of it made, or what is cut
 * off, and compiles anew. None where there is none.
 */
function compiled(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
