// Keeps the thread of the page running beside the daemon, and writes for it.
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { queryEntry } from '../../history/sql/entry.ts';
import { builtEntry } from '../../lib/bundle-entry.ts';
import { MINUTE_MS, SECOND_MS, type Clock } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { Db } from '../../store/file/open.ts';
import { storageFailure } from '../../store/file/storage-failure.ts';
import { scriptPaths } from '../load-assets.ts';
import { backtestEntry } from '../rules/run-backtest.ts';
import type { Called } from '../../words/as-called.ts';
import { performWrite, type Write } from '../writes.ts';
import type { ToMain, ToWorker, WorkerStart, Written } from './messages.ts';

export type WebThread = {
  /** Where it serves; resolves once it does, or never. */
  url: Promise<string>;
  stop(): Promise<void>;
};

export type WebThreadDeps = {
  db: Db;
  config: Config;
  clock: Clock;
  log: Log;
  /** How commands in what was sent have to be typed. */
  called?: Called | undefined;
  /** Another program for the thread, and another pace of questions: for tests. */
  entry?: string;
  askEveryMs?: number;
};

/** How often the thread is asked whether it still answers. */
const ASK_EVERY_MS = 5 * SECOND_MS;
/** Questions without an answer until it is ended: pages take a fraction of one. */
const MOST_UNANSWERED = 4;

/**
 * A page of a list of 500 takes 2 MB. A thread that needs more than this is ended and started anew.
 */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 };
/**
 * How many threads of V8 look for garbage beside the thread. They give way to nobody: four of them,
 * as there are otherwise, had the daemon wait 2 to 3 ms longer on two processors. Its own memory was
 * set up long before, and keeps them.
 */
const ONE_HELPER = '--concurrent-marking-max-worker-num=1';
const LONGEST_PAUSE_MS = MINUTE_MS;

/**
 * Starts the thread, and starts it again when it ends by itself, after longer and longer pauses.
 */
export function startWebThread(deps: WebThreadDeps): WebThread {
  const { clock, log } = deps;
  const stopping = new AbortController();
  let serving: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => (serving = resolve));
  const run = async () => {
    for (let failures = 0; !stopping.signal.aborted; failures++) {
      const startedMs = clock.monotonicMs();
      await runOnce(deps, stopping.signal, serving);
      if (stopping.signal.aborted) return;
      if (clock.monotonicMs() - startedMs > LONGEST_PAUSE_MS) failures = 0;
      const pauseMs = Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** failures);
      log.error({ again_in_ms: pauseMs }, 'the page has ended, and is started again');
      await clock.sleep(pauseMs, stopping.signal);
    }
  };
  const running = run().catch((thrown: unknown) =>
    log.error({ err: messageOf(thrown) }, 'the page cannot be served'),
  );
  return {
    url,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** How long it may take to close its connections. */
const STOP_MS = 2 * SECOND_MS;

async function runOnce(
  deps: WebThreadDeps,
  stop: AbortSignal,
  serving: (url: string) => void,
): Promise<void> {
  const { clock, config, log } = deps;
  const [entry, scripts, query, backtest] = await Promise.all([
    deps.entry ?? builtEntry('web/serve/worker.ts'),
    scriptPaths(),
    queryEntry(),
    backtestEntry(),
  ]);
  const start: WorkerStart = {
    configPath: config.path,
    scripts,
    queryEntry: query,
    backtestEntry: backtest,
    called: deps.called,
  };
  setFlagsFromString(ONE_HELPER);
  const worker = new Worker(entry, { workerData: start, resourceLimits: LIMITS });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const ended = new AbortController();
  let unanswered = 0;
  worker.on('message', (message: ToMain) => {
    if (message.kind === 'alive') unanswered = 0;
    else if (message.kind === 'write')
      send({ kind: 'wrote', id: message.id, result: written(deps, message.write) });
    else if (message.kind === 'log') log[message.level](message.fields, message.message);
    else if (message.kind === 'failed')
      log.error({ err: message.message }, 'the page cannot be served');
    else {
      log.info({ url: message.url }, 'serving the page');
      serving(message.url);
      void watch();
    }
  });
  // Questions are counted and not time: a machine that slept has asked none.
  const watch = async () => {
    while (!ended.signal.aborted) {
      if (unanswered === MOST_UNANSWERED) {
        log.error({}, 'the page hangs, and is ended');
        await worker.terminate();
        return;
      }
      unanswered++;
      send({ kind: 'ask' });
      await clock.sleep(deps.askEveryMs ?? ASK_EVERY_MS, ended.signal);
    }
  };
  worker.on('error', (thrown) => log.error({ err: messageOf(thrown) }, 'the page has failed'));
  const exited = once(worker, 'exit').catch(() => {});
  const halt = () => {
    send({ kind: 'stop' });
    void clock.sleep(STOP_MS).then(() => worker.terminate());
  };
  if (stop.aborted) halt();
  else stop.addEventListener('abort', halt, { once: true });
  await exited;
  ended.abort();
  stop.removeEventListener('abort', halt);
}

/** Does a write and returns the result. What was not foreseen is logged here. */
function written({ db, config, clock, log }: WebThreadDeps, write: Write): Written {
  try {
    const value = performWrite({ db, channels: config.channels }, write, clock.now());
    return { ok: true, value };
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : storageFailure(thrown);
    if (error !== null)
      return { ok: false, code: error.code, message: error.message, hint: error.hint };
    log.error({ err: messageOf(thrown), kind: write.kind }, 'a write of the page failed');
    const message = 'it could not be written; the log of the daemon says why';
    return { ok: false, code: 'database_unusable', message, hint: undefined };
  }
}
