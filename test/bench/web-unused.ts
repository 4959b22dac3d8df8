// (w) What the page costs who has no `web:`: this program beside the same without the page's code,
// each started in turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { projectRoot } from '../../src/lib/project-root.ts';
import { median, processMs, printRatio } from './measure.ts';
import { CLI, type WebBench } from './web-world.ts';

const ROUNDS = 11;
const SETTLE_MS = 2_000;
const KB_OF_MB = 1_024;
const MOST_MB = 1;

type Seen = { cpu: number; mb: number };

export async function benchUnusedPage({ yamlWithoutWeb }: WebBench): Promise<void> {
  const folder = join(CLI, '../bench-without-page');
  const bare = await buildWithoutPage(folder);
  const [ours, theirs]: [Seen[], Seen[]] = [[], []];
  try {
    for (let round = -1; round < ROUNDS; round++)
      for (const [program, seen] of [[CLI, ours] as const, [bare, theirs] as const]) {
        const one = await idleDaemon(program, yamlWithoutWeb);
        if (round >= 0) seen.push(one);
      }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const cpuOf = (seen: readonly Seen[]) => median(seen.map(({ cpu }) => cpu));
  printRatio(
    '(w) a daemon without web: until it waits, CPU',
    cpuOf(ours),
    cpuOf(theirs),
    'the same program without the page',
    1.02,
  );
  // The least of each: what a heap has not yet given back comes and goes by several megabytes.
  const [least, bareLeast] = [leastMb(ours), leastMb(theirs)];
  const more = least - bareLeast;
  process.stdout.write(
    `(w) memory of a daemon without web:\n  ${least.toFixed(1)} MB, ${more.toFixed(2)} MB more than the same program without the page, aim at most ${MOST_MB} MB${more <= MOST_MB ? '' : '  MISSED'}\n`,
  );
}

const leastMb = (seen: readonly Seen[]): number => Math.min(...seen.map(({ mb }) => mb));

/** The program as it is built, but for the module that starts the page. */
async function buildWithoutPage(outdir: string): Promise<string> {
  const script = readFileSync(join(projectRoot(), '.ci/build.js'), 'utf8');
  const [, banner = ''] = /js: "(.*)",/.exec(script) ?? [];
  await build({
    absWorkingDir: projectRoot(),
    // All that are built, as what they share decides which files there are.
    entryPoints: [
      'src/cli.ts',
      'src/history/sql/query-process.ts',
      'src/web/serve/worker.ts',
      'src/web/rules/backtest-process.ts',
    ],
    outdir,
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20' },
    external: ['better-sqlite3', '@resvg/resvg-js', 'pino', 'smtp-server', 'nodemailer', 'esbuild'],
    banner: { js: banner },
    logLevel: 'error',
    plugins: [
      {
        name: 'without-page',
        setup: (plugin) =>
          plugin.onLoad({ filter: /daemon\/web-holder\.ts$/ }, () => ({
            contents: 'export const holdWeb = () => ({ follow() {}, async close() {} });',
          })),
      },
    ],
  });
  return join(outdir, 'cli.js');
}

/** CPU and memory of a daemon that waits for its next slot. Linux only. */
async function idleDaemon(program: string, config: string): Promise<Seen> {
  const child = spawn(process.execPath, [program, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let seen: Seen | undefined;
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('"watching"')) continue;
    await sleep(SETTLE_MS);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    seen = {
      cpu: processMs(child.pid),
      mb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / KB_OF_MB,
    };
    child.kill('SIGTERM');
  }
  if (child.exitCode === null) await once(child, 'exit');
  if (seen === undefined) throw new Error('the daemon did not start');
  return seen;
}
