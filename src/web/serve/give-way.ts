import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** A tenth of what others get, while the processors are busy; all there is while they are not. */
const NICE = 10;

/**
 * Lets the thread that calls it, and the processes that it starts, give way to all others, so that
 * the loop of the daemon gets its processor when it wakes. Where a thread has no priority of its
 * own, as it has on Linux, nothing is done.
 */
export function giveWay(): void {
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    // 0 would be the thread that the process began with.
    if (thread > 0 && thread !== process.pid) setPriority(thread, NICE);
  } catch {
    // It is served all the same.
  }
}
