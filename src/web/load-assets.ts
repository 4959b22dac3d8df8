// Loads the assets.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtEntry } from '../lib/bundle-entry.ts';
import { projectRoot } from '../lib/project-root.ts';
import { makeAssets, OPEN_API, type Assets } from './assets.ts';
import type * as document from './openapi/document.ts';
import { ICON, STYLE } from './style/style.ts';

/** The scripts, by the names that pages use. */
export const SCRIPTS = ['page.js', 'rule.js'] as const;

/** Where each script is, once built, and the document of the API. */
export const scriptPaths = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all([
      ...SCRIPTS.map(async (name): Promise<[string, string]> => [
        name,
        await builtEntry(`web/client/${name.replace(/\.js$/, '.ts')}`, 'browser'),
      ]),
      openApiPath().then((path): [string, string] => [OPEN_API, path]),
    ]),
  );

/** Beside the bundle; or written just now where the sources run. */
async function openApiPath(): Promise<string> {
  const built = join(projectRoot(), 'dist', OPEN_API);
  if (!import.meta.url.endsWith('.ts')) return built;
  // Named by its address, so that no bundle takes it in: there it is written down already.
  const { href } = new URL('./openapi/document.ts', import.meta.url);
  const { openApiText } = (await import(href)) as typeof document;
  const folder = join(projectRoot(), 'node_modules', '.cache', 'tidemark');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, OPEN_API);
  writeFileSync(`${path}.${process.pid}`, openApiText());
  renameSync(`${path}.${process.pid}`, path);
  return path;
}

/** The assets, with the scripts read from their files. */
export const loadAssets = (scripts: Readonly<Record<string, string>>): Assets =>
  makeAssets({
    'page.css': STYLE.replace(/\s*\n\s*/g, '\n').trim(),
    'icon.svg': ICON,
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, path]) => [name, readFileSync(path, 'utf8')]),
    ),
  });
