// How the benchmarks measure: two contenders in turn, in one run, so that a machine whose speed drifts is fair to both.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export type Contender = {
  name: string;
  /** Once before each measured run; not measured. */ prepare?: () => void | Promise<void>;
  run: () => void | Promise<void>;
};

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Milliseconds of work, wherever they were spent: what others do on the machine counts for less. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Milliseconds that the threads of a process were on a processor. Linux only. */
export const processMs = (pid = 0): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  );

/** Has a process say at its end what it took, in microseconds. */
const SAY_CPU =
  'data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>{const{user,system}=process.cpuUsage();let ticks=0;try{const f=readFileSync("/proc/self/stat","utf8").split(" ");ticks=Number(f[15])+Number(f[16])}catch{}process.stderr.write(`cpu ${user+system+ticks*1e4}`)})';

/**
 * Milliseconds of CPU of a whole Node process; on Linux with those it started, to 10 ms.
 * @throws Error when it does not end by itself
 */
export function cpuOfProcess(...args: string[]): number {
  const { stderr } = spawnSync(process.execPath, ['--import', SAY_CPU, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const [, micros] = /cpu (\d+)$/.exec(stderr) ?? [];
  if (micros === undefined) throw new Error(`node ${args.join(' ').slice(0, 200)}: ${stderr}`);
  return Number(micros) / 1_000;
}

const wallMs = (): number => performance.now();

/**
 * Median milliseconds of each contender over `rounds` alternated runs, after a few that are not counted.
 * `now` reads the clock they are measured by.
 */
export async function alternate(
  contenders: readonly Contender[],
  rounds: number,
  warmUp = 3,
  now: () => number = wallMs,
): Promise<number[]> {
  const [medians = []] = await alternateBy([now], contenders, rounds, warmUp);
  return medians;
}

/** The same in time and in CPU. */
export async function alternateInBoth(
  contenders: readonly Contender[],
  rounds: number,
  warmUp: number,
): Promise<{ ms: number[]; cpu: number[] }> {
  const [ms = [], cpu = []] = await alternateBy([wallMs, cpuMs], contenders, rounds, warmUp);
  return { ms, cpu };
}

/** Medians by clock, then by contender. */
async function alternateBy(
  clocks: readonly (() => number)[],
  contenders: readonly Contender[],
  rounds: number,
  warmUp: number,
): Promise<number[][]> {
  const times = clocks.map(() => contenders.map((): number[] => []));
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, { prepare, run }] of contenders.entries()) {
      await prepare?.();
      const startedAt = clocks.map((now) => now());
      await run();
      const took = clocks.map((now, clock) => now() - (startedAt[clock] ?? NaN));
      if (round >= 0) took.forEach((ms, clock) => times[clock]?.[index]?.push(ms));
    }
  }
  return times.map((byContender) => byContender.map(median));
}

/** One line: what, ours, the floor, their ratio, and the aim. */
export function printRatio(
  what: string,
  ours: number,
  floor: number,
  floorName: string,
  aim: number,
  unit = 'ms',
): void {
  const ratio = ours / floor;
  process.stdout.write(
    `${what}\n  ${ours.toFixed(2)} ${unit}, floor ${floor.toFixed(2)} ${unit} (${floorName}): ratio ${ratio.toFixed(2)}, aim at most ${aim}${ratio <= aim ? '' : '  MISSED'}\n`,
  );
}
