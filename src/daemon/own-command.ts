// Commands of our own in a process of their own: long work would stop the daemon's other work for
// as long as it takes.
import { spawn } from 'node:child_process';
import { ownProgram } from '../lib/own-program.ts';

/** What it printed, or why it failed, in words without secrets. */
export type OwnOutcome = { out: string } | { problem: string };

/** More output than this is not kept. */
const LONGEST_TALK = 64_000;

/** Runs one command line of ours to its end. When `signal` aborts, it is asked to stop. */
export function runOwnCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<OwnOutcome> {
  const [command, ...program] = ownProgram();
  return new Promise((resolve) => {
    const child = spawn(command, [...program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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
      resolve(code === 0 ? { out } : { problem: reasonIn(talk) });
    });
  });
}

/** `error: …`, or the last line. */
function reasonIn(talk: string): string {
  const lines = talk.trim().split('\n');
  const error = lines.find((line) => line.startsWith('error: '));
  return error?.slice('error: '.length) ?? lines.at(-1) ?? 'it ended without a word';
}

/** What stands where the output says nothing. */
export const SAID_NOTHING = 'it ended without saying what it made';
