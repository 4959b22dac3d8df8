// (w) What a person waits for who tries a rule: the first rows, over a year of a list of 500, from
// a server of its own. In time, since processes do the work; beside it what a bare process takes to
// start, as a busy machine takes as many times as long for both.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadavg } from 'node:os';
import { median } from './measure.ts';
import { CLI, RULE, type WebBench } from './web-world.ts';

const ROUNDS = 5;
const AIM_MS = 300;
/** For the process that waits for whoever looks at a rule. */
const READ_MS = 2_000;

export async function benchFirstRows({ yaml, url }: WebBench): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'serve', '--config', yaml], { stdio: 'ignore' });
  try {
    while (
      !(await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(100);
    const [looked, at, node]: [number[], number[], number[]] = [[], [], []];
    for (let round = -1; round < ROUNDS; round++) {
      const startedMs = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      const bareMs = performance.now() - startedMs;
      const shownMs = performance.now();
      await (await fetch(`${url}/rules/${RULE}`)).text();
      const pageMs = performance.now() - shownMs;
      await sleep(READ_MS);
      const first = await firstRowsMs(url, 60 + round);
      if (round < 0) continue;
      node.push(bareMs);
      looked.push(first);
      at.push(pageMs);
    }
    const took = median(looked);
    process.stdout.write(
      `(w) first rows of a backtest on the page, over 366 days of 500\n  ${took.toFixed(0)} ms (the page of the rule ${median(at).toFixed(0)} ms, node -e 0 ${median(node).toFixed(0)} ms, load ${(loadavg()[0] ?? 0).toFixed(1)}), aim at most ${AIM_MS} ms${took <= AIM_MS ? '' : '  MISSED'}\n`,
    );
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** Until the first row is read, from when it is asked for. The rest is read too, so that the next begins alone. */
async function firstRowsMs(url: string, bound: number): Promise<number> {
  const startedMs = performance.now();
  const { body } = await fetch(`${url}/rules/${RULE}/result`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
    body: new URLSearchParams({ when: `rank_gain >= ${bound} and rank <= 200` }),
  });
  let [text, first] = ['', NaN];
  for await (const part of body ?? []) {
    text += Buffer.from(part as Uint8Array).toString();
    if (Number.isNaN(first) && text.includes('<tr><td')) first = performance.now() - startedMs;
  }
  if (!text.includes('Told, as edited')) throw new Error(`no backtest: ${text.slice(-300)}`);
  return first;
}
