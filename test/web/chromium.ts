// The browser that pages are looked at in; where there is none, one line says what is left out.
import { existsSync } from 'node:fs';

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
