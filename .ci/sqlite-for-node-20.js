// Runs after `npm ci` in a checkout. better-sqlite3 13 brings ready builds, for Node 22 and newer; npm
// leaves it out on Node 20, which it does not support. There this installs version 12 in its place.
import { lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { installTool } from './tool.js';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const place = join(modules, 'better-sqlite3');

function installedVersion() {
  try {
    return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).version;
  } catch {
    // Not there, or a link to nowhere.
    return null;
  }
}

if (Number.parseInt(process.versions.node, 10) < 22 && !installedVersion()?.startsWith('12.')) {
  process.stderr.write(
    'Node 20: installing better-sqlite3 12, which compiles itself (Python 3, make and g++ needed)\n',
  );
  const made = join(installTool('sqlite-node20'), 'node_modules/better-sqlite3');
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined)
    rmSync(place, { recursive: true, force: true });
  symlinkSync(relative(modules, made), place, 'junction');
}
