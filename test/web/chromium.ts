// The browser of tests: the Chromium that is found. Where none is, one line says what is left out.
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import type { Listening } from '../../src/lib/listen-http.ts';
import { startWebServer } from '../../src/web/serve/server.ts';
import { loadAssets, scriptPaths } from '../../src/web/load-assets.ts';
import type { Db } from '../../src/store/file/open.ts';
import type { World } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

/** Its path; undefined where there is none. */
export const CHROMIUM = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));
if (CHROMIUM === undefined) {
  const said = 'no Chromium: the pages are not looked at in a browser (apt-get install chromium)';
  if (process.env['BROWSER_TESTS'] === 'required') throw new Error(said);
  process.stderr.write(`${said}\n`);
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });

/** The page of a world, as it is served; its config has to listen somewhere. */
export async function serveWorld(
  world: World,
  db: Db = world.db,
): Promise<{ web: WebWorld; server: Listening }> {
  const { listen } = world.config.web;
  if (listen === null) throw new Error('the world has no page');
  const web = makeWebWorld({}, {}, world);
  const server = await startWebServer(listen, {
    ...web.deps(),
    db,
    config: world.config,
    port: listen.port,
    assets: loadAssets(await scriptPaths()),
  });
  return { web, server };
}
