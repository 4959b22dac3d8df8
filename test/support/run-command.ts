import type { ReadDeps } from '../../src/report/known-names.ts';
import type { Io } from '../../src/terminal/io.ts';
import { memoryIo } from './memory-io.ts';
import type { World } from './world.ts';

export type Ran = { code: number; out: string; err: string };

/** Runs a reading command on a world, at the time of its clock. */
export function run<Args>(
  command: (io: Io, args: Args, deps: ReadDeps) => number,
  args: Args,
  world: World,
  overrides: Partial<Io> = {},
): Ran {
  const io = memoryIo({ clock: world.clock, ...overrides });
  const code = command(io, args, { db: world.db, config: world.config });
  return { code, out: io.out, err: io.err };
}

/** The JSON a command prints on stdout. */
export const json = (ran: Ran): unknown => JSON.parse(ran.out);
