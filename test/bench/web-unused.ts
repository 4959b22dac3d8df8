// (w) What the page costs who has no `web:`: this program beside the same without the page's code,
// bundled in the same way, and beside that once more, which says how far apart two equal ones are.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { projectRoot } from '../../src/lib/project-root.ts';
import { median, processMs, printRatio } from './measure.ts';
import { CLI, type WebBench } from './web-world.ts';

const ROUNDS = 15;
const SETTLE_MS = 2_000;
const KB_OF_MB = 1_024;
const MOST_MB = 1;

type Seen = { cpu: number; mb: number };

export async function benchUnusedPage({ folder, yamlWithoutWeb }: WebBench): Promise<void> {
  const bundled = join(CLI, '../bench-without-page');
  const programs = [CLI, join(bundled, 'cli.js'), join(bundled, 'cli.js')];
  const seen = programs.map((): Seen[] => []);
  try {
    await bundleWithoutPage(bundled);
    for (let round = -1; round < ROUNDS; round++) {
      const daemons = [];
      for (const [index, program] of programs.entries()) {
        // Each has a database of its own, as they wait beside each other.
        const own = join(folder, `unused-${index}`);
        mkdirSync(own, { recursive: true });
        cpSync(yamlWithoutWeb, join(own, 'tidemark.yaml'));
        daemons.push(await waitingDaemon(program, join(own, 'tidemark.yaml')));
      }
      await sleep(SETTLE_MS);
      for (const [index, child] of daemons.entries()) {
        const one = seenOf(child);
        if (round >= 0) seen[index]?.push(one);
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    }
  } finally {
    rmSync(bundled, { recursive: true, force: true });
  }
  const of = (what: keyof Seen) => seen.map((all) => median(all.map((one) => one[what])));
  const [cpu = NaN, bareCpu = NaN] = of('cpu');
  printRatio(
    '(w) a daemon without web: until it waits, CPU',
    cpu,
    bareCpu,
    'the same program without the page',
    1.02,
  );
  const [mb = NaN, bareMb = NaN, againMb = NaN] = of('mb');
  const more = mb - bareMb;
  process.stdout.write(
    `(w) memory of a daemon without web:\n  ${mb.toFixed(1)} MB, ${more.toFixed(2)} MB more than the same program without the page; that one beside itself ${Math.abs(bareMb - againMb).toFixed(2)} MB; medians of ${ROUNDS}; aim at most ${MOST_MB} MB${more <= MOST_MB ? '' : '  MISSED'}\n`,
  );
}

type Bundler = { bundleProgram: (outdir: string, plugins: Plugin[]) => Promise<unknown> };

/** The program as it is built, but for the module that starts the page. */
async function bundleWithoutPage(outdir: string): Promise<void> {
  const script = join(projectRoot(), '.ci/bundle-program.js');
  const { bundleProgram } = (await import(pathToFileURL(script).href)) as Bundler;
  const contents = 'export const holdWeb = () => ({ follow() {}, async close() {} });';
  await bundleProgram(outdir, [
    {
      name: 'without-page',
      setup: (plugin) => plugin.onLoad({ filter: /daemon\/web-holder\.ts$/ }, () => ({ contents })),
    },
  ]);
}

/** A daemon that waits for its next slot. */
async function waitingDaemon(program: string, config: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface({ input: child.stderr });
  for await (const line of lines) if (line.includes('"watching"')) return child;
  throw new Error('the daemon did not start');
}

/** Linux only. */
function seenOf({ pid }: ChildProcess): Seen {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { cpu: processMs(pid), mb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / KB_OF_MB };
}
