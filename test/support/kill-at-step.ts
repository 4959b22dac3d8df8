// Kills this process before a step of its work on the disk.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Every call that changes what others see on the disk. */
const CALLS = [
  'mkdirSync',
  'writeFileSync',
  'linkSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
] as const;

/** SIGKILL comes before the call of this number, from 0. Call it before anything else is imported. */
export function armKill(step: number): void {
  let left = step;
  const calls = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of CALLS) {
    const real = calls[name];
    calls[name] = (...args) => {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      return real?.(...args);
    };
  }
  syncBuiltinESMExports();
}
