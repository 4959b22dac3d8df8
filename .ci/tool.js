// Heavy tools that few commands need are not in package.json: each has a folder in .ci/tools with its
// own lock file, and is installed there by the command that first needs it.
//
//   node .ci/tool.js NAME     installs it where that is not done yet, and prints its folder
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const TOOLS = fileURLToPath(new URL('tools/', import.meta.url));
/** Names the lock file that a tool was installed from. */
const MARK = 'node_modules/.installed-from';

/**
 * The folder of a tool, whose node_modules holds what its package.json names. Installs it with
 * `npm ci` if that is not done, or was done from another lock file. Throws where npm fails.
 */
export function installTool(name) {
  const folder = join(TOOLS, name);
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const isReady = () =>
    existsSync(join(folder, MARK)) && readFileSync(join(folder, MARK), 'utf8') === lock;
  if (isReady()) return folder;

  // Made beside, and moved when it is whole: several tests may ask for it at once.
  const made = mkdtempSync(join(TOOLS, `.${name}-`));
  try {
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(join(folder, file), join(made, file));
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: made,
      // What this prints is the folder alone.
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`${name} cannot be installed: npm ci in .ci/tools/${name}`);
    writeFileSync(join(made, MARK), lock);
    if (!isReady()) {
      rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
      try {
        renameSync(join(made, 'node_modules'), join(folder, 'node_modules'));
      } catch (error) {
        // Another was quicker.
        if (!isReady()) throw error;
      }
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url))
  process.stdout.write(`${installTool(process.argv[2] ?? '')}\n`);
