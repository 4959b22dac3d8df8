// (w) What the thread of the page does to its daemon: memory, the worst delay of its loop, and what
// a snapshot costs to store and judge, while four clients read pages of 500 rows.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluate } from '../../src/alert/evaluate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { getSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { startWebThread } from '../../src/web/serve/start-worker.ts';
import { makeWatch } from '../support/world.ts';
import { marketDay, storeDay } from './market-day.ts';
import { median, printRatio } from './measure.ts';
import { benchNow, CLI, type WebBench } from './web-world.ts';

const PAGE = '/watches/us-daily?rows=500';
const SECOND = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 6000000) SELECT count(*) FROM c`;
const LOOK_MS = 4_000;
const LOOKS = 3;
const MB = 1_024;

export async function benchWebThread(bench: WebBench): Promise<void> {
  await memory(bench);
  const { db, config, yaml, url } = bench;
  const fail = (fields: object, message: string): void =>
    void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  const log = { info: () => {}, warn: fail, error: fail };
  const thread = startWebThread({
    db,
    config: { ...config, path: yaml },
    clock: systemClock,
    log,
    entry: join(CLI, '../web/serve/worker.js'),
  });
  await Promise.race([thread.url, sleep(60_000)]);
  // Both sides warm.
  for (let round = 0; round < 20; round++) await (await fetch(url + PAGE)).text();
  await delays(url);
  await storing(bench);
  await thread.stop();
}

/** Four clients that read the page again and again, in a process of their own. */
function startClients(url: string): ChildProcess {
  const code = `const read = async () => { for (;;) await (await fetch(${JSON.stringify(url + PAGE)})).text(); };
    for (let i = 0; i < 4; i++) void read();`;
  return spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
}

async function stopClients(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The worst delay of this thread's loop, in milliseconds, while something goes on. */
async function worstDelay(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  return histogram.max / 1e6;
}

async function delays(url: string): Promise<void> {
  const [idle, reading, asking]: [number[], number[], number[]] = [[], [], []];
  for (let look = 0; look < LOOKS; look++) {
    idle.push(await worstDelay(() => sleep(LOOK_MS)));
    asking.push(
      await worstDelay(async () => {
        const answer = await fetch(`${url}/sql?q=${encodeURIComponent(SECOND)}`);
        if (!(await answer.text()).includes('6000000')) throw new Error('the query gave nothing');
      }),
    );
    const clients = startClients(url);
    await sleep(1_000);
    reading.push(await worstDelay(() => sleep(LOOK_MS)));
    await stopClients(clients);
  }
  const load = `load of the machine ${(loadavg()[0] ?? 0).toFixed(1)}, idle ${median(idle).toFixed(1)} ms`;
  say('worst delay of the loop, four clients reading', median(reading), 'ms', 15, load);
  say('worst delay of the loop, a query of a second', median(asking), 'ms', 20, load);
}

/** Nanoseconds that this thread was on a processor, whatever others did. Linux only. */
const threadMs = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

async function storing({ db, config, url }: WebBench): Promise<void> {
  const synced = db.transaction(() => syncConfig(db, config, benchNow(366)));
  const ids = synced.watches.get('us-daily');
  if (ids === undefined) throw new Error('no watch');
  let day = 366;
  const store = (): number => {
    const rows = marketDay(day);
    const before = threadMs();
    db.transaction(() => {
      const id = storeDay(db, ids, day, rows);
      evaluate(db, getSnapshot(db, id), makeWatch(), synced.rules, benchNow(day));
    });
    day++;
    return threadMs() - before;
  };
  for (let round = 0; round < 30; round++) store();
  const [alone, beside]: [number[], number[]] = [[], []];
  for (let look = 0; look < 4; look++) {
    for (let round = 0; round < 15; round++) alone.push(store());
    const clients = startClients(url);
    await sleep(1_000);
    for (let round = 0; round < 15; round++) {
      beside.push(store());
      await sleep(30);
    }
    await stopClients(clients);
  }
  printRatio(
    '(w) storing and judging a list of 500 while four clients read, CPU of its thread',
    median(beside),
    median(alone),
    'the same with nobody reading',
    1.05,
  );
}

/** Of a daemon with nothing due: without the page, after its first page, and after 300. */
async function memory({ yaml, yamlWithoutWeb, url }: WebBench): Promise<void> {
  const [without] = await residentOf(yamlWithoutWeb, null);
  const [first, many] = await residentOf(yaml, url);
  if (without === undefined || first === undefined || many === undefined) return;
  const beside = `without web: ${without.toFixed(0)} MB`;
  say('memory of the page after its first of 500 rows', first - without, 'MB', 30, beside);
  say('memory of the page after 300 of them', many - without, 'MB', 60, beside);
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (answer) => (await answer.text()) !== '',
    () => false,
  );

async function residentOf(config: string, url: string | null): Promise<number[]> {
  const child = spawn(process.execPath, [CLI, 'run', '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / MB;
  const found: number[] = [];
  try {
    await once(child.stderr, 'data');
    await sleep(5_000);
    if (url === null) return [resident()];
    while (!(await answers(url))) await sleep(200);
    for (let page = 0; page < 300; page++) {
      const answer = await fetch(url + PAGE);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${said}`);
      await answer.text();
      if (page === 0) found.push(resident());
    }
    found.push(resident());
    return found;
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

const say = (what: string, value: number, unit: string, aim: number, beside: string): void =>
  void process.stdout.write(
    `(w) ${what}\n  ${value.toFixed(1)} ${unit} (${beside}), aim at most ${aim} ${unit}${value <= aim ? '' : '  MISSED'}\n`,
  );
