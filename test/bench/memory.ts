// (m) What the daemon holds: the built program as a process whose clock is fast, after ten passes of each of three
// watches. Resident memory as Linux counts it, 15 seconds (five minutes of its own) after the last pass. Linux only.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { openMailSink } from '../../src/demo/sinks.ts';

const HERE = import.meta.dirname;
const CLI = join(HERE, '../../dist/cli.js');
/** Preloaded into the daemon: its time passes 20 times as fast, so that it takes a snapshot every three seconds. */
const FAST_CLOCK = `data:text/javascript,${encodeURIComponent(`
  const speed = 20;
  const [Real, startedAt] = [Date, Date.now()];
  const now = () => Math.floor(startedAt + (Real.now() - startedAt) * speed);
  globalThis.Date = class extends Real {
    constructor(...args) { super(...(args.length === 0 ? [now()] : args)); }
    static now() { return now(); }
  };
  const [monotonic, timeout, interval] = [performance.now.bind(performance), setTimeout, setInterval];
  performance.now = () => monotonic() * speed;
  globalThis.setTimeout = (run, ms = 0, ...args) => timeout(run, ms / speed, ...args);
  globalThis.setInterval = (run, ms = 0, ...args) => interval(run, ms / speed, ...args);`)}`;
const NEVER = '0 0 29 2 *';
const PASSES = 10;
const SETTLE_MS = 15_000;

/** As the unit and the image start it. */
const AS_SERVICE = {
  NODE_OPTIONS: '--v8-pool-size=0',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

type World = {
  name: string;
  aim: number;
  watches: number;
  isMailed: boolean;
  env: Record<string, string>;
};

const WORLDS: readonly World[] = [
  { name: '3 watches', aim: 90, watches: 3, isMailed: false, env: AS_SERVICE },
  { name: '3 watches, with mail', aim: 95, watches: 3, isMailed: true, env: AS_SERVICE },
  { name: '1,000 watches', aim: 110, watches: 1_000, isMailed: false, env: AS_SERVICE },
  { name: '3 watches, started by hand', aim: 90, watches: 3, isMailed: false, env: {} },
];

/** Prints what each world takes; needs a build. */
export async function benchMemory(): Promise<void> {
  for (const { name, aim, ...world } of WORLDS) {
    const { first, after } = await megabytesOf(world);
    process.stdout.write(
      `(m) a daemon of ${name}, after ${PASSES} passes of 3\n  ${after.toFixed(1)} MB resident, ${first.toFixed(1)} before the first; aim at most ${aim} MB${after <= aim ? '' : '  MISSED'}\n`,
    );
  }
}

/** Starts the daemon with its receivers, and looks at it before the first pass and after the last. */
async function megabytesOf(
  world: Omit<World, 'name' | 'aim'>,
): Promise<Record<'first' | 'after', number>> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const mails = await openMailSink();
  const source = child('source-server.ts');
  const hook = child('hook-server.ts');
  const config = join(folder, 'tidemark.yaml');
  const answers = createInterface({ input: source.stdout! })[Symbol.asyncIterator]();
  const url = String((await answers.next()).value);
  const [hookUrl] = (await once(createInterface({ input: hook.stdout! }), 'line')) as [string];
  writeFileSync(config, configOf(world, { url, hookUrl, smtpPort: mails.port }));
  const daemon = spawn(process.execPath, ['--import', FAST_CLOCK, CLI, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...world.env },
  });
  try {
    await new Promise<void>((resolve) => {
      daemon.stderr.on('data', (said: Buffer) => said.includes('"watching"') && resolve());
    });
    const first = megabytes(daemon);
    await passesOf(join(folder, 'tidemark.db'), (day) => source.stdin?.write(`${day}\n`));
    await sleep(SETTLE_MS);
    return { first, after: megabytes(daemon) };
  } finally {
    for (const one of [daemon, source, hook]) one.kill('SIGTERM');
    await once(daemon, 'exit');
    await mails.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const child = (script: string): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', join(HERE, script)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

const megabytes = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

/** Waits until each due watch has its passes; each time all have one more, the source serves the next day. */
async function passesOf(path: string, serveDay: (day: number) => void): Promise<void> {
  for (let served = 0; ; await sleep(100)) {
    const db = new Database(path, { readonly: true });
    const count = Number(db.prepare('SELECT count(*) / 3 FROM snapshots').pluck().get());
    db.close();
    if (count >= PASSES) return;
    if (count > served) serveDay((served = count));
  }
}

function configOf(
  { watches, isMailed }: Omit<World, 'name' | 'aim'>,
  { url, hookUrl, smtpPort }: { url: string; hookUrl: string; smtpPort: number },
): string {
  const all = Array.from({ length: watches }, (_, at) => [
    `watch-${at}`,
    {
      region: 'US',
      depth: 500,
      time_scope: [1, 7, 30][at % 3],
      schedule: at < 3 ? '* * * * *' : NEVER,
    },
  ]);
  const notify = isMailed ? ['hook', 'mail'] : ['hook'];
  return JSON.stringify({
    database: './tidemark.db',
    source: { token: 'sandbox', base_url: url, requests_per_second: 100 },
    watches: Object.fromEntries(all) as unknown,
    ...(isMailed ? { smtp: { url: `smtp://127.0.0.1:${smtpPort}`, from: 'a@example.com' } } : {}),
    channels: {
      hook: { type: 'webhook', url: hookUrl, allow_private: true },
      ...(isMailed ? { mail: { type: 'email', to: ['b@example.com'] } } : {}),
    },
    rules: {
      climbs: { when: 'rank_gain >= 40 and rank <= 100', notify },
      top: { when: 'rank <= 10', clear: 'rank > 13', notify },
      sells: { when: 'posts_pct >= 100 and posts_before >= 100', notify },
    },
  });
}
