/**
 * Entry of the process a query runs in. Its main thread guards: it kills the process when the time
 * is up, when memory or temporary files grow too large, or when the parent is gone. The query runs
 * on a second thread, because a running SQLite statement cannot be interrupted in this binding, and
 * ending a thread does not end it either: only a process can be killed.
 */
import { fstatSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { systemClock } from '../../lib/clock.ts';
import { answer } from './answer.ts';
import { LIMITS, ROWS_FILE, type QueryReply, type QueryRequest } from './protocol.ts';

const TICK_MS = 20;
const MB = 1 << 20;
/** SQLite needs no more file descriptors than this. */
const MAX_FILES = 100;

if (isMainThread) guard();
else parentPort?.postMessage(answer(workerData as QueryRequest, () => systemClock.now()));

function guard(): void {
  const die = () => process.kill(process.pid, 'SIGKILL');
  process.once('disconnect', die);
  // Ctrl-C reaches the whole process group. The parent decides what happens.
  process.on('SIGINT', () => {});
  process.once('message', (job: QueryRequest) => {
    const reply = (message: QueryReply) => process.send?.(message, undefined, undefined, die);
    const query = new Worker(new URL(import.meta.url), { workerData: job });
    query.once('message', reply);
    query.once('error', (thrown: Error) => reply({ kind: 'failed', message: thrown.message }));
    void watch(job.timeoutMs).then((why) => reply({ kind: 'stopped', why }));
  });
}

/** Resolves when the query has gone too far. */
async function watch(timeoutMs: number): Promise<'timeout' | 'memory' | 'temporary'> {
  const deadlineAt = systemClock.now() + timeoutMs;
  for (;;) {
    await systemClock.sleep(Math.min(TICK_MS, Math.max(1, deadlineAt - systemClock.now())));
    if (process.memoryUsage.rss() > LIMITS.memoryMb * MB) return 'memory';
    if (temporaryBytes() > LIMITS.temporaryMb * MB) return 'temporary';
    if (systemClock.now() >= deadlineAt) return 'timeout';
  }
}

/**
 * SQLite deletes its temporary files while they are open: they have no name, but this process still
 * holds them. The file of the result is one of these; it has a limit of its own.
 */
function temporaryBytes(): number {
  let bytes = 0;
  for (let file = 3; file < MAX_FILES; file++) {
    if (file === ROWS_FILE) continue;
    try {
      const { nlink, size } = fstatSync(file);
      if (nlink === 0) bytes += size;
    } catch {
      // Not open.
    }
  }
  return bytes;
}
