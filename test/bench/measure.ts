// How the benchmarks measure: two contenders in turn, in one run, so that a machine whose speed drifts is fair to both.

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

/**
 * Median milliseconds of each contender over `rounds` alternated runs, after a few that are not counted.
 * `now` reads the clock they are measured by.
 */
export async function alternate(
  contenders: readonly Contender[],
  rounds: number,
  warmUp = 3,
  now: () => number = () => performance.now(),
): Promise<number[]> {
  const times = contenders.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, { prepare, run }] of contenders.entries()) {
      await prepare?.();
      const startedAt = now();
      await run();
      if (round >= 0) times[index]?.push(now() - startedAt);
    }
  }
  return times.map(median);
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
