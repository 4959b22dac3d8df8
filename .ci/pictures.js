// Makes the pictures of the README: `npm run pictures`. They show a demo, so that they can be made
// again at any time, and look the same but for the fonts of the machine.
//
// Needs Chromium or Chrome: the one that CHROME names, or else /usr/bin/chromium.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-pictures-'));
const demo = join(folder, 'tidemark-demo');

const CLI = join(ROOT, 'dist/cli.js');
/** Where the page is served while its picture is taken. */
const PORT = 8719;

/**
 * Each picture: its file, how large it is in pixels, and the address of what it shows. `served` is
 * that of the page, which is served of the demo. One more picture is one more line.
 */
const PICTURES = [
  { file: 'mail.png', width: 620, height: 500, url: () => mailWith('Climbers') },
  { file: 'page.png', width: 960, height: 600, url: (served) => `${served}/watches/us-daily` },
  {
    file: 'product.png',
    width: 960,
    height: 600,
    url: (served) => `${served}/watches/us-daily/products/2907001`,
  },
];

/** The newest mail of the demo that has these words. */
function mailWith(words) {
  const mails = join(demo, 'mails');
  const name = readdirSync(mails)
    .filter(
      (one) => one.endsWith('.html') && readFileSync(join(mails, one), 'utf8').includes(words),
    )
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`no mail of the demo has the words ${words}`);
  return pathToFileURL(join(mails, name)).href;
}

/** Runs in a page: the config of the demo is named by no path of this machine. */
const withoutPaths = `for (const texts = document.createTreeWalker(document.body, 4); texts.nextNode();)
  texts.currentNode.data = texts.currentNode.data.replace(/ --config \\S*tidemark-pictures-\\S+/g, '')`;

/** Serves the page of the demo; `url` is its address. */
async function serve() {
  const child = spawn(
    process.execPath,
    [CLI, 'serve', '--listen', `127.0.0.1:${PORT}`, '--config', join(demo, 'tidemark.yaml')],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8');
  while (!said.includes('The page is at')) {
    if (child.exitCode !== null) throw new Error(`the page is not served: ${said}`);
    const [chunk] = await once(child.stderr, 'data');
    said += String(chunk);
  }
  return { child, url: `http://127.0.0.1:${PORT}` };
}

try {
  mkdirSync(join(ROOT, 'pictures'), { recursive: true });
  // Called as people call it, so that mails say `tidemark` and not where this machine has it.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(CLI, join(bin, 'tidemark'));
  const { status } = spawnSync(process.execPath, [join(bin, 'tidemark'), 'demo'], {
    cwd: folder,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`the demo ended with ${status}`);
  const { child, url: served } = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  for (const { file, width, height, url } of PICTURES) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
    await page.goto(url(served));
    await page.evaluate(withoutPaths);
    await page.screenshot({ path: join(ROOT, 'pictures', file) });
    await page.close();
  }
  await browser.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
