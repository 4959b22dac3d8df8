// (w) What the thread of the page does to its daemon: memory, the worst delay of its loop, and what
// a snapshot costs to store and judge, while four clients read pages of 500 rows.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { evaluate } from '../../src/alert/evaluate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { getSnapshot } from '../../src/store/snapshots/snapshots.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { startWebThread } from '../../src/web/serve/start-worker.ts';
import { besideBusyOnes, watchLoop, type Delay } from './loop-delay.ts';
import { makeWatch } from '../support/world.ts';
import { marketDay, storeDay } from './market-day.ts';
import { median, printRatio } from './measure.ts';
import { benchNow, CLI, type WebBench } from './web-world.ts';

const PAGE = '/watches/us-daily?rows=500';
const SECOND = `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 6000000) SELECT count(*) FROM c`;
const LOOK_MS = 4_000;
const LOOKS = 5;
const STORING_LOOKS = 6;
const STORED = 10;
const MB = 1_024;
/** What a heap has not yet given back comes and goes by several megabytes. */
const MEMORY_ROUNDS = 5;
/** It is idle by then. */
const SETTLE_MS = 5_000;

export async function benchWebThread(bench: WebBench): Promise<void> {
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

/**
 * Four clients that read the page again and again, in a process of their own. It gives way to all
 * others: people who read are at other machines, and take no processor of the daemon's.
 */
function startClients(url: string): ChildProcess {
  const code = `const read = async () => { for (;;) await (await fetch(${JSON.stringify(url + PAGE)})).text(); };
    for (let i = 0; i < 4; i++) void read();`;
  return spawn('nice', ['-n', '19', process.execPath, '-e', code], { stdio: 'ignore' });
}

async function stopClients(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function delays(url: string): Promise<void> {
  const seen: Record<'idle' | 'floor' | 'reading' | 'asking', Delay[]> = {
    idle: [],
    floor: [],
    reading: [],
    asking: [],
  };
  const look = () => watchLoop(() => sleep(LOOK_MS));
  for (let round = 0; round < LOOKS; round++) {
    seen.idle.push(await look());
    seen.floor.push(await besideBusyOnes(look));
    seen.asking.push(
      await watchLoop(async () => {
        const answer = await fetch(`${url}/sql?q=${encodeURIComponent(SECOND)}`);
        if (!(await answer.text()).includes('6000000')) throw new Error('the query gave nothing');
      }),
    );
    const clients = startClients(url);
    await sleep(1_000);
    seen.reading.push(await look());
    await stopClients(clients);
  }
  const of = (delays: readonly Delay[], what: keyof Delay) =>
    median(delays.map((delay) => delay[what]));
  const tell = (what: string, delays: readonly Delay[], aim: number) => {
    const [worst, floor] = [of(delays, 'worst'), of(seen.floor, 'worst')];
    const most = Math.max(...delays.map((delay) => delay.worst));
    const verdict = floor > aim ? '  MISSED, by the floor too' : '  MISSED';
    process.stdout.write(
      `(w) worst delay of the loop, ${what}\n  ${worst.toFixed(1)} ms (median of ${LOOKS} looks; the worst ${most.toFixed(1)} ms), of these ${of(delays, 'waited').toFixed(1)} waiting for a processor; beside that at most ${of(delays, 'rest').toFixed(1)} ms. ` +
        `Floor ${floor.toFixed(1)} ms (busy loops instead of ours), ratio ${(worst / floor).toFixed(2)}; idle ${of(seen.idle, 'worst').toFixed(1)} ms; load ${(loadavg()[0] ?? 0).toFixed(1)}; aim at most ${aim} ms${worst <= aim ? '' : verdict}\n`,
    );
  };
  tell('four clients reading', seen.reading, 15);
  tell('a query of a second', seen.asking, 20);
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
  const took: Record<'alone' | 'reading' | 'floor', number[]> = {
    alone: [],
    reading: [],
    floor: [],
  };
  const some = async (into: number[]) => {
    for (let round = 0; round < STORED; round++) {
      into.push(store());
      await sleep(30);
    }
  };
  for (let look = 0; look < STORING_LOOKS; look++) {
    await some(took.alone);
    const clients = startClients(url);
    await sleep(1_000);
    await some(took.reading);
    await stopClients(clients);
    await besideBusyOnes(() => some(took.floor));
  }
  const [alone, reading, floor] = [median(took.alone), median(took.reading), median(took.floor)];
  printRatio(
    '(w) storing and judging a list of 500 while four clients read, CPU of its thread',
    reading,
    alone,
    `the same with nobody reading; beside busy loops instead ${(floor / alone).toFixed(2)} times`,
    1.05,
  );
}

/** Of a daemon with nothing due: without the page, after its first page, and after 300. */
export async function benchWebMemory({ yaml, yamlWithoutWeb, url }: WebBench): Promise<void> {
  const seen: { without: number[]; first: number[]; many: number[] } = {
    without: [],
    first: [],
    many: [],
  };
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    const [without = NaN] = await residentOf(yamlWithoutWeb, null);
    const [first = NaN, many = NaN] = await residentOf(yaml, url);
    seen.without.push(without);
    seen.first.push(first);
    seen.many.push(many);
  }
  const [without, first, many] = [median(seen.without), median(seen.first), median(seen.many)];
  const beside = `without web: ${without.toFixed(0)} MB; each the median of ${MEMORY_ROUNDS}`;
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
    await sleep(SETTLE_MS);
    if (url === null) return [resident()];
    while (!(await answers(url))) await sleep(200);
    for (let page = 0; page < 300; page++) {
      const answer = await fetch(url + PAGE);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${said}`);
      await answer.text();
      if (page !== 0) continue;
      await sleep(2 * SETTLE_MS);
      found.push(resident());
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
