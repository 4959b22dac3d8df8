// Loads the assets.
import { readFileSync } from 'node:fs';
import { builtEntry } from '../lib/bundle-entry.ts';
import { makeAssets, type Assets } from './assets.ts';
import { ICON, STYLE } from './style/style.ts';

/** The scripts, by the names that pages use. */
export const SCRIPTS = ['page.js', 'rule.js'] as const;

/** Where each script is, once built. */
export const scriptPaths = (): Promise<Record<string, string>> =>
  Promise.all(
    SCRIPTS.map(async (name): Promise<[string, string]> => [
      name,
      await builtEntry(`web/client/${name.replace(/\.js$/, '.ts')}`, 'browser'),
    ]),
  ).then(Object.fromEntries<string>);

/** The assets, with the scripts read from their files. */
export const loadAssets = (scripts: Readonly<Record<string, string>>): Assets =>
  makeAssets({
    'page.css': STYLE.replace(/\s*\n\s*/g, '\n').trim(),
    'icon.svg': ICON,
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, path]) => [name, readFileSync(path, 'utf8')]),
    ),
  });
