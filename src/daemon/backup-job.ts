// One scheduled backup in a process of its own.
import * as z from 'zod';
import { runOwnCommand, SAID_NOTHING } from './own-command.ts';

const shape = z.object({ place: z.string(), file: z.string(), bytes: z.number() });

/** The result: where the backup is, or why there is none, in words without secrets. */
export type BackupOutcome = z.output<typeof shape> | { problem: string };

/**
 * Makes the backup that a config describes. When `signal` aborts, it stops; a later call goes on
 * from there.
 */
export async function startBackup(
  config: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<BackupOutcome> {
  const args = ['backup', '--as-configured', '--json', '--config', config];
  const outcome = await runOwnCommand(args, env, signal);
  if ('problem' in outcome) return outcome;
  try {
    return shape.parse(JSON.parse(outcome.out));
  } catch {
    return { problem: SAID_NOTHING };
  }
}
