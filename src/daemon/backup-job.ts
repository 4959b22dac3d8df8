// One scheduled backup in a process of its own: copying and packing would stop the daemon's
// other work for as long as they take.
import { spawn } from 'node:child_process';
import * as z from 'zod';
import { ownProgram } from '../lib/own-program.ts';

const shape = z.object({ place: z.string(), file: z.string(), bytes: z.number() });

/** The result: where the backup is, or why there is none, in words without secrets. */
export type BackupOutcome = z.output<typeof shape> | { problem: string };

/** More output than this is not kept. */
const LONGEST_TALK = 64_000;

/**
 * Makes the backup that a config describes. When `signal` aborts, it stops; a later call goes on
 * from there.
 */
export function startBackup(
  config: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<BackupOutcome> {
  const [command, ...args] = ownProgram();
  return new Promise((resolve) => {
    const child = spawn(
      command,
      [...args, 'backup', '--as-configured', '--json', '--config', config],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const stop = () => void child.kill('SIGTERM');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    let out = '';
    let talk = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      talk = (talk + chunk.toString()).slice(-LONGEST_TALK);
    });
    child.on('error', (thrown) => resolve({ problem: thrown.message }));
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve(code === 0 ? read(out) : { problem: reasonIn(talk) });
    });
  });
}

function read(out: string): BackupOutcome {
  try {
    return shape.parse(JSON.parse(out));
  } catch {
    return { problem: 'it ended without saying what it made' };
  }
}

/** `error: …`, or the last line. */
function reasonIn(talk: string): string {
  const lines = talk.trim().split('\n');
  const error = lines.find((line) => line.startsWith('error: '));
  return error?.slice('error: '.length) ?? lines.at(-1) ?? 'it ended without a word';
}
