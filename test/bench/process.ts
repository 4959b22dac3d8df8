// (d) What the process itself costs: starting it, and leaving it idle.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/file/open.ts';
import { alternate, cpuOfProcess, median, printRatio } from './measure.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

const CONFIG = `source: { token: none }
watches: { us: { region: US, time_scope: 1, depth: 100, schedule: "0 0 1 1 *" } }
channels: { hook: { type: webhook, url: "https://example.com/hook" } }
rules: { top: { when: "rank <= 10", notify: [hook] } }
`;

export async function benchProcess(): Promise<void> {
  const node =
    (...args: string[]) =>
    () =>
      void spawnSync(process.execPath, args);
  const [ours = NaN, floor = NaN] = await alternate(
    [
      { name: 'ours', run: node(CLI, '--version') },
      { name: 'floor', run: node('-e', '0') },
    ],
    15,
  );
  printRatio('(d) tidemark --version', ours, floor, 'node -e 0', 2);
  reading();
  const idle = await idleDaemonMegabytes();
  process.stdout.write(
    `(d) an idle daemon\n  ${idle.toFixed(0)} MB resident, aim at most 90 MB${idle <= 90 ? '' : '  MISSED'}\n`,
  );
}

/** What a command that reads costs, beside a script that opens the database and asks it. */
function reading(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const config = join(folder, 'tidemark.yaml');
  writeFileSync(config, CONFIG);
  const database = join(folder, 'tidemark.db');
  openDatabase(database).close();
  const script = join(import.meta.dirname, '../../node_modules/better-sqlite3/lib/index.js');
  const ask = `const Database = require(${JSON.stringify(script)});
    new Database(${JSON.stringify(database)}, { readonly: true }).prepare('SELECT * FROM watches').all();`;
  const [ours, floor]: [number[], number[]] = [[], []];
  for (let round = 0; round < 15; round++) {
    ours.push(cpuOfProcess(CLI, 'status', '--config', config));
    floor.push(cpuOfProcess('-e', ask));
  }
  printRatio(
    '(d) tidemark status, CPU',
    median(ours),
    median(floor),
    'node and better-sqlite3: open the database, ask once',
    2.5,
  );
  rmSync(folder, { recursive: true, force: true });
}

/** Resident memory of `tidemark run` five seconds after it has started, with nothing due. Linux only. */
async function idleDaemonMegabytes(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const config = join(folder, 'tidemark.yaml');
  writeFileSync(config, CONFIG);
  const child = spawn(process.execPath, [CLI, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise((resolve) => child.stderr.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const [, kilobytes = 'NaN'] =
    /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
  return Number(kilobytes) / 1024;
}
