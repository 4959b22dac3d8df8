// One scheduled sync of the lake in a process of its own.
import * as z from 'zod';
import { runOwnCommand, SAID_NOTHING } from './own-command.ts';

const shape = z.object({ place: z.string(), files: z.number(), rows: z.number() });

/** The result: what was written where, or why nothing was, in words without secrets. */
export type LakeOutcome = z.output<typeof shape> | { problem: string };

/** Syncs the lake of a config. When `signal` aborts, it stops; a later call goes on from there. */
export async function startLakeSync(
  config: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<LakeOutcome> {
  const outcome = await runOwnCommand(['lake', 'sync', '--json', '--config', config], env, signal);
  if ('problem' in outcome) return outcome;
  const read = shape.safeParse(jsonOf(outcome.out));
  return read.success ? read.data : { problem: SAID_NOTHING };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
