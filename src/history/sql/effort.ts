// How much a query read, as far as the system counts it: SQLite does not say, and what it plans
// does not tell how often.
import { readFileSync } from 'node:fs';
import { SECOND_MS } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { formatBytes } from '../../lib/size.ts';

/** Bytes: what the query read, from wherever, and what the database has. */
export type Effort = { read: number; size: number };

/** A query that is quicker needs no advice. */
const SLOW_MS = 2 * SECOND_MS;
/** More than this share of the file is all of the history: the rest are pages, messages, evidence. */
const WHOLE = 0.5;

/** Bytes that this thread has read so far; null where the system does not count (all but Linux). */
export function bytesRead(): number | null {
  try {
    const [, count] = /^rchar: (\d+)$/m.exec(readFileSync('/proc/thread-self/io', 'utf8')) ?? [];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}

/**
 * A line for who asked a query that took long because it went through everything; null for others.
 */
export function remarkOn({ ms, effort }: { ms: number; effort: Effort | null }): string | null {
  if (effort === null || ms < SLOW_MS || effort.read < effort.size * WHOLE) return null;
  const [read, size] = [formatBytes(effort.read), formatBytes(effort.size)];
  return `in ${formatDuration(ms)} ${read} were read, of ${size} that the database has: name a watch (watch = '…'), or ask for all history on a lake or an export: tidemark help growing`;
}
