// How late the loop of this thread is, and whose fault that is: while it waits for a processor,
// others have it; the rest is its own work, and what it waits for beside.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** In milliseconds. */
export type Delay = {
  /** The latest that it was. */
  worst: number;
  /** How much of that it was ready and had no processor. */
  waited: number;
  /** The most that it was late beside waiting for a processor, at any time. */
  rest: number;
};

const TICK_MS = 1;

/** Watches the loop while something goes on. Linux only. */
export async function watchLoop(work: () => Promise<unknown>): Promise<Delay> {
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  const bytes = Buffer.alloc(100);
  const waitedMs = (): number => {
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return Number(bytes.toString('latin1', 0, length).split(' ')[1]) / 1e6;
  };
  const delay: Delay = { worst: 0, waited: 0, rest: 0 };
  let isDone = false;
  const working = work().finally(() => (isDone = true));
  let [at, waited] = [performance.now(), waitedMs()];
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    const [now, waitedNow] = [performance.now(), waitedMs()];
    const late = now - at - TICK_MS;
    if (late > delay.worst) Object.assign(delay, { worst: late, waited: waitedNow - waited });
    delay.rest = Math.max(delay.rest, late - (waitedNow - waited));
    [at, waited] = [now, waitedNow];
  }
  closeSync(file);
  await working;
  return delay;
}

/** Keeps two processors busy, from a thread of this process and from another: the load of readers without any of ours. */
export async function besideBusyOnes<Of>(work: () => Promise<Of>): Promise<Of> {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const thread = new Worker('for (;;);', { eval: true });
  try {
    return await work();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    await thread.terminate();
  }
}
