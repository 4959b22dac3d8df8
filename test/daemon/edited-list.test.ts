// A real daemon whose declared list is edited while it runs: what is stored stays, and what cannot be kept is refused
// in clear words, by the daemon and by check.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { readDaemon } from '../../src/store/file/daemon-note.ts';
import { openToRead } from '../../src/store/file/open-to-read.ts';
import { scriptedServer, sendJson } from '../source/scripted-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-edited-'));
const [config, database] = [join(folder, 'tidemark.yaml'), join(folder, 'tidemark.db')];
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const METRICS = {
  sold: { kind: 'count', order: true },
  price: { kind: 'money' },
};
const STARS = { stars: { kind: 'number' } };

const tidemark = (...args: string[]) =>
  spawn(
    process.execPath,
    [
      ...['--import', 'tsx', join(import.meta.dirname, '../../src/cli.ts')],
      ...[...args, '--config', config],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
async function ran(...args: string[]): Promise<{ code: number; err: string }> {
  const child = tidemark(...args);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, err: err.replace(/\s+/g, ' ') };
}
function rows(sql: string): unknown[] {
  const db = openToRead(database);
  const found = db.raw.prepare(sql).raw().all();
  db.close();
  return found;
}

// Six processes, one after the other.
test('a metric is added, taken out, and refused where it becomes another kind of figure; nothing is lost', async () => {
  let turn = 0;
  const server = await scriptedServer((_, response) => {
    turn++;
    const items = Array.from({ length: 20 }, (_row, i) => ({
      id: `p${i}`,
      ...{ sold: 900 - i * 10 + turn, price: 5 + i, stars: 4.5 },
    }));
    sendJson(response, { items });
  });
  const write = (metrics: object) =>
    writeFileSync(
      config,
      stringify({
        sources: {
          mine: {
            ...{ type: 'http', base_url: server.url, allow_private: true },
            lists: { things: { request: { url: '/best' }, rows: 'items', id: 'id', metrics } },
          },
        },
        watches: { w: { list: 'things', depth: 20, schedule: '0 0 1 1 *' } },
      }),
    );
  write(METRICS);
  expect((await ran('snapshot')).code).toBe(0);

  const daemon = tidemark('run');
  let log = '';
  daemon.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const said = (text: string, times = 1) =>
    vi.waitFor(() => expect(log.split(text).length - 1).toBe(times), { timeout: 20_000 });
  try {
    await said('"watching"');
    const reload = async (metrics: object, text: string, times = 1) => {
      write(metrics);
      daemon.kill('SIGHUP');
      await said(text, times);
    };

    await reload({ ...METRICS, ...STARS }, '"config reloaded"');
    expect((await ran('snapshot')).code).toBe(0);
    const history = 'SELECT sold, price, stars FROM things_history WHERE rank = 1 ORDER BY slot_at';
    expect(rows(history)).toEqual([
      [901, 5, null],
      [902, 5, 4.5],
    ]);

    await reload({ sold: METRICS.sold, ...STARS }, '"config reloaded"', 2);
    expect((await ran('snapshot')).code).toBe(0);
    expect(
      rows(
        'SELECT sold, price, stars FROM things_observations WHERE rank = 1 ORDER BY snapshot_id',
      ),
    ).toEqual([
      [901, 5, null],
      [902, 5, 4.5],
      [903, null, 4.5],
    ]);

    const other = { sold: { kind: 'money', order: true }, ...STARS };
    await reload(other, 'config not reloaded');
    const words = 'the list things has kept sold as count so far, not as money';
    expect(log).toContain(`sources.mine.lists.things.metrics.sold: ${words}`);
    const checked = await ran('check');
    expect(checked.code).toBe(2);
    expect(checked.err).toContain(
      `${words}; give the metric of the new kind a name of its own, and take the old one out: what is stored of it stays`,
    );
    expect((await ran('snapshot')).code).toBe(2);
    expect(daemon.exitCode).toBeNull();
    expect(rows('SELECT count(*) FROM things_history')).toEqual([[60]]);

    const mended = { earned: { path: 'sold', kind: 'money', order: true }, ...STARS };
    await reload(mended, '"config reloaded"', 3);
    expect((await ran('snapshot')).code).toBe(0);
    expect(rows('SELECT earned FROM things_history WHERE rank = 1 ORDER BY slot_at')).toEqual([
      ...[[null], [null], [null]],
      [904],
    ]);
    daemon.kill('SIGTERM');
    expect(await once(daemon, 'exit')).toEqual([0, null]);
    expect(readDaemon(database).isRunning).toBe(false);
  } finally {
    daemon.kill('SIGKILL');
    await server.close();
  }
}, 90_000);
