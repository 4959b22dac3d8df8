// What a running daemon has loaded, as the engine tells it: with `web:` the page, without it nothing
// of it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'tidemark-loads-'));

// The build bundles, and checks nothing: a few seconds.
beforeAll(() => {
  if (!existsSync(CLI)) expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sources and libraries in the files that a daemon has loaded until it waits for its next slot. */
async function loadedBy(name: string, config: object): Promise<string[]> {
  const path = join(folder, `${name}.yaml`);
  const coverage = join(folder, name);
  writeFileSync(path, JSON.stringify({ database: join(folder, `${name}.db`), ...config }));
  const daemon = spawn(process.execPath, [CLI, 'run', '--config', path], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: daemon.stderr })) {
    const isServing = 'web' in config ? 'serving the page' : 'watching';
    if (line.includes(`"${isServing}"`)) daemon.kill('SIGTERM');
  }
  if (daemon.exitCode === null) await once(daemon, 'exit');
  // The thread of the page writes a file of its own.
  const [main = ''] = readdirSync(coverage).filter((file) => file.endsWith('-0.json'));
  const { result } = JSON.parse(readFileSync(join(coverage, main), 'utf8')) as {
    result: { url: string }[];
  };
  const files = result.map(({ url }) => url).filter((url) => url.includes('/dist/'));
  return files.flatMap((url) =>
    [...readFileSync(new URL(url), 'utf8').matchAll(/^\/\/ (\S+\.[jt]s)$/gm)].map(
      ([, source = '']) => source,
    ),
  );
}

const CONFIG = {
  source: { token: 'none' },
  watches: { us: { region: 'US', depth: 100, schedule: '0 0 1 1 *' } },
  channels: { hook: { type: 'webhook', url: 'https://example.com/hook' } },
  rules: { top: { when: 'rank <= 10', notify: ['hook'] } },
};
const OF_PAGE =
  /^(src\/web\/|node_modules\/(hono|@hono|ghtml|feed|prom-client|@modelcontextprotocol)\/)/;

test('a daemon without `web:` has loaded nothing of the page, nor of metrics', async () => {
  const loaded = await loadedBy('without', CONFIG);
  expect(loaded).toContain('src/daemon/web-holder.ts');
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded.filter((source) => OF_PAGE.test(source))).toEqual([]);
});

test('with it, its main thread has loaded what starts and writes for the page, and no server', async () => {
  const web = { listen: `127.0.0.1:${await freePort()}` };
  const loaded = await loadedBy('with', { ...CONFIG, web });
  const ofPage = loaded.filter((source) => OF_PAGE.test(source));
  expect(ofPage).toContain('src/web/serve/start-worker.ts');
  expect(ofPage.filter((source) => /hono|ghtml|src\/web\/pages/.test(source))).toEqual([]);
});
