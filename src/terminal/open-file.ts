import { spawn } from 'node:child_process';
import { SECOND_MS, systemClock } from '../lib/clock.ts';

/** How long an opener may take to say that it cannot. */
const PATIENCE_MS = 3 * SECOND_MS;

/** The command by which each platform opens a file with the program it is meant for. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Opens a file in the browser, or whatever shows such files here. False when there is nothing that
 * does.
 */
export function openFile(
  path: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const opener = spawn(command, [...args, path], { stdio: 'ignore', detached: true, env });
    opener.once('error', () => resolve(false));
    const ended = new AbortController();
    opener.once('exit', (code) => {
      resolve(code === 0);
      ended.abort();
    });
    // Some openers stay until their window is closed. Nobody waits for that.
    opener.once('spawn', () => {
      void systemClock.sleep(PATIENCE_MS, ended.signal).then(() => {
        opener.unref();
        resolve(true);
      });
    });
  });
}
