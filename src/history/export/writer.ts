// Who writes into a folder or a lake that others write into too: the machine, and the process on it.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * What tells this machine from others, as far as processes see each other: two that never met may
 * have one host name, and containers of one machine do not see each other's processes.
 */
export const machineName = (
  host: string = hostname(),
  boot: string = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  processes: string = textOf(() => readlinkSync('/proc/self/ns/pid')),
): string =>
  createHash('sha256')
    .update([host, boot, processes].filter((part) => part !== '').join('\n'))
    .digest('hex')
    .slice(0, 8);

/** Empty where the system has no such file. */
function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

let machine: string | undefined;

/** Of this process: `MACHINE-PID`. */
export const writerName = (): string => `${(machine ??= machineName())}-${process.pid}`;

/** Whether a process of this machine still runs. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
