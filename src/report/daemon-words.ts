// What is said of the daemon, in the same words wherever it is said.
import { statSync } from 'node:fs';
import type { Instant } from '../lib/clock.ts';
import type { DaemonState } from '../store/file/daemon-note.ts';
import type { WriteTime } from './trouble-words.ts';

/** `runs since …, version 0.1.0, config as of …`, or `NOT RUNNING`. */
export function daemonText({ isRunning, note }: DaemonState, time: WriteTime): string {
  if (!isRunning)
    return note === null
      ? 'NOT RUNNING'
      : `NOT RUNNING: the one that started ${time(note.startedAt)} did not end by itself`;
  if (note === null) return 'runs, and has written nothing down of itself yet';
  return `runs since ${time(note.startedAt)}, version ${note.version}, config as of ${time(note.configAt)}`;
}

/**
 * When the file that the daemon read was edited, where that is later than its reading; null when it
 * was not, or cannot be known.
 */
export function editedSince({ isRunning, note }: DaemonState): Instant | null {
  if (!isRunning || note === null) return null;
  const editedAt = statSync(note.config, { throwIfNoEntry: false })?.mtimeMs ?? null;
  return editedAt !== null && editedAt > note.configAt ? Math.floor(editedAt) : null;
}
