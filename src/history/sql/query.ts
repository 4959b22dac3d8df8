// Read-only SQL, answered by a process of its own (query-process.ts) that can be killed without
// harm to anyone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { systemClock } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { noteReadCopy } from '../../store/file/copy-note.ts';
import type { Effort } from './effort.ts';
import { queryEntry } from './entry.ts';
import { gate } from './gate.ts';
import { LIMITS, type QueryReply, type QueryRequest } from './protocol.ts';
import { openSpool, readSpool } from './spool.ts';
import type { SqlRow } from '../../lib/sql-value.ts';

export type Answer =
  | {
      kind: 'rows';
      columns: readonly string[];
      /** Can be read more than once, one frame in memory at a time. */
      rows: () => Iterable<SqlRow>;
      rowCount: number;
      /** There are more rows than the limit. */
      isCut: boolean;
      ms: number;
      /** What it read; null where the system does not say. */
      effort: Effort | null;
    }
  /** It may not be asked, or must not go on. */
  | { kind: 'refused'; message: string; hint?: string }
  /** SQLite says it is wrong. */
  | { kind: 'failed'; message: string }
  | { kind: 'aborted' };

/**
 * How long after the guard's limit the parent waits before it kills a process that does not answer
 * at all.
 */
const GRACE_MS = 3_000;

/**
 * Asks a query and hands the answer to `use`; its temporary files have no name, and are gone when
 * it is done or killed. The database is not held while `use` reads: the result is complete by then.
 * Aborting `signal` stops the query.
 */
export async function query<Result>(
  request: QueryRequest,
  signal: AbortSignal,
  use: (answer: Answer) => Result | Promise<Result>,
): Promise<Result> {
  const gated = gate(request.sql);
  if (!gated.ok)
    return use({
      kind: 'refused',
      message: gated.message,
      ...(gated.hint === undefined ? {} : { hint: gated.hint }),
    });
  const spool = openSpool();
  try {
    return await use(answerOf(await run(request, spool, signal), request, spool));
  } finally {
    closeSync(spool);
  }
}

function answerOf(
  reply: QueryReply | 'aborted' | 'lost',
  { timeoutMs }: QueryRequest,
  spool: number,
): Answer {
  if (reply === 'aborted') return { kind: 'aborted' };
  if (reply === 'lost')
    return {
      kind: 'refused',
      message: "the query's process ended without an answer",
      hint: 'the machine may be short of memory',
    };
  switch (reply.kind) {
    case 'done':
      if (reply.copy !== undefined) noteReadCopy(reply.copy);
      return {
        kind: 'rows',
        columns: reply.columns,
        rows: () => readSpool(spool),
        rowCount: reply.rows,
        isCut: reply.isCut,
        ms: reply.ms,
        effort: reply.effort,
      };
    case 'stopped':
      return { kind: 'refused', ...whyStopped(reply.why, timeoutMs) };
    case 'refused':
    case 'failed':
      return reply;
  }
}

function whyStopped(
  why: Extract<QueryReply, { kind: 'stopped' }>['why'],
  timeoutMs: number,
): { message: string; hint: string } {
  const elsewhere =
    'ask for one watch or fewer slots, or query the files of `tidemark export --format parquet`';
  if (why === 'timeout')
    return {
      message: `the query was stopped after ${formatDuration(timeoutMs)}`,
      hint: `${elsewhere}; tidemark sql --timeout allows more`,
    };
  const limit =
    why === 'memory'
      ? `${LIMITS.memoryMb} MB of memory`
      : `${LIMITS.temporaryMb} MB of temporary files`;
  return { message: `the query was stopped: it needed more than ${limit}`, hint: elsewhere };
}

async function run(
  job: QueryRequest,
  spool: number,
  signal: AbortSignal,
): Promise<QueryReply | 'aborted' | 'lost'> {
  if (signal.aborted) return 'aborted';
  const entry = await queryEntry();
  // The environment is empty: the process needs no secret, and so cannot give one away.
  const child = fork(entry, [], {
    cwd: tmpdir(),
    env: { SQLITE_TMPDIR: tmpdir() },
    execArgv: [],
    // The last is ROWS_FILE there.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', spool],
    serialization: 'advanced',
  });
  const kill = () => child.kill('SIGKILL');
  const exited = once(child, 'exit').catch(() => {});
  signal.addEventListener('abort', kill, { once: true });
  const answered = new AbortController();
  void systemClock
    .sleep(job.timeoutMs + GRACE_MS, answered.signal)
    .then(() => answered.signal.aborted || kill());
  try {
    let reply: QueryReply | undefined;
    child.on('message', (message) => (reply = message as QueryReply));
    child.send(job, () => {});
    await exited;
    return reply ?? (signal.aborted ? 'aborted' : 'lost');
  } finally {
    // The process is gone by now, unless the question could not even be sent.
    kill();
    answered.abort();
    signal.removeEventListener('abort', kill);
  }
}
