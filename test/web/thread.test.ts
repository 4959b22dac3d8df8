// The page on its thread, beside a connection that writes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { readAppConfig } from '../../src/open-app.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { hashPassword } from '../../src/web/access/password.ts';
import { startWebThread, type WebThread } from '../../src/web/serve/start-worker.ts';
import { memoryIo } from '../support/memory-io.ts';
import { freePort } from '../support/free-port.ts';

// The thread is bundled first.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let db: Db;
let thread: WebThread;
const logged: string[] = [];
const note = (fields: object, message: string) =>
  void logged.push(`${message} ${JSON.stringify(fields)}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-thread-'));
  logged.length = 0;
});
afterEach(async () => {
  await thread.stop();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(extra: readonly string[] = []): Promise<string> {
  const path = join(folder, 'tidemark.yaml');
  const watch = 'us-daily: { region: US, time_scope: 1, depth: 20, schedule: "0 6 * * *" }';
  writeFileSync(
    path,
    [
      'source: { token: x }',
      `watches: { ${watch} }`,
      'web:',
      `  listen: 127.0.0.1:${await freePort()}`,
      ...extra,
    ].join('\n'),
  );
  const config = readAppConfig(memoryIo({ cwd: folder }), path, 'needed', () => {});
  db = openDatabase(config.database);
  const log = { info: note, warn: note, error: note };
  thread = startWebThread({ db, config, clock: systemClock, log });
  return thread.url;
}

test('serves pages, and writes through the thread that writes', async () => {
  const password = 'a long password';
  const url = await start([`  auth: { password_hash: "${await hashPassword(password)}" }`]);
  const login = await fetch(`${url}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ password }),
    headers: { origin: url },
  });
  expect(login.status).toBe(303);
  expect(db.raw.prepare('SELECT role FROM web_sessions').pluck().all()).toEqual(['operator']);
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await fetch(url, { headers: { cookie } });
  expect(page.status).toBe(200);
  const text = await page.text();
  expect(text).toContain('us-daily');
  const [script = ''] = /\/assets\/page\.js\?v&#61;\w+/.exec(text) ?? [];
  const answer = await fetch(url + script.replace('&#61;', '='));
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(answer.headers.get('cache-control')).toContain('immutable');
});

test('shows what was written after it had started', async () => {
  const url = await start();
  const tag = (await fetch(url)).headers.get('etag') ?? '';
  db.raw.exec(
    "INSERT INTO silences (watch, reason, created_at) VALUES ('us-daily', 'so it is', 1)",
  );
  const again = await fetch(url, { headers: { 'if-none-match': tag } });
  expect(again.status).toBe(200);
  expect(await again.text()).toContain('1 silence in force');
});

/** How much each thread of this process gives way: 0 does not, 19 does most. */
const nices = (): Map<string, number> =>
  new Map(
    readdirSync('/proc/self/task').map((thread) => {
      const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ');
      return [thread, Number(fields.split(' ')[16])];
    }),
  );

test.runIf(existsSync('/proc/thread-self'))(
  'gives way to all others, and no other thread does',
  async () => {
    const before = nices();
    await start();
    const after = nices();
    const isNew = (thread: string) => !before.has(thread);
    expect([...after].filter(([thread, nice]) => isNew(thread) && nice === 10)).toHaveLength(1);
    for (const [thread, nice] of before) expect(after.get(thread) ?? nice).toBe(nice);
  },
);
