// Runs a backtest in a process of its own, at most two at once and each for a while.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Config, Rule } from '../../config/config.ts';
import { builtEntry } from '../../lib/bundle-entry.ts';
import { MINUTE_MS, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { Refusal } from '../http/refusal.ts';
import type { Progress, RuleBacktest } from './backtest.ts';

export type BacktestJob = { database: string; configured: Rule; edited: Rule };
export type BacktestPart =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'report'; report: RuleBacktest }
  | { kind: 'failed'; message: string };

type Last = Exclude<BacktestPart, { kind: 'progress' }>;

/** Said to a process that is started before there is a job. */
export const READY = 'ready';

const LONGEST_MS = MINUTE_MS;
const AT_ONCE = 2;
let running = 0;
let given: string | undefined;

/** Where its program is, on a thread that was bundled itself. */
export function useBacktestEntry(path: string): void {
  given = path;
}

/** Path of the program. */
export const backtestEntry = (): Promise<string> =>
  given === undefined ? builtEntry('web/rules/backtest-process.ts') : Promise.resolve(given);

/** @throws Refusal when as many are at it as may be */
export function requireRoom(): void {
  if (running >= AT_ONCE)
    throw new Refusal(503, 'other backtests are running: try again', { retryAfter: 5 });
}

export type BacktestOptions = {
  clock: Clock;
  /** Told on the way. */
  tell?: (progress: Progress) => void;
  /** Nobody waits for it any more. */
  stop?: AbortSignal;
};

/**
 * Runs one.
 * @throws Refusal when others are at it; AppError when it took too long, was stopped or could not
 * be done
 */
export async function runBacktest(
  config: Config,
  configured: Rule,
  edited: Rule,
  options: BacktestOptions,
): Promise<RuleBacktest> {
  requireRoom();
  running++;
  try {
    const job = { database: config.database, configured, edited };
    const child = takeWaiting(config);
    // It may have been about to leave.
    const found = child === undefined ? null : await inProcess(child, job, options);
    const last = found ?? (await inProcess(start(await backtestEntry(), config), job, options));
    if (last?.kind === 'report') return last.report;
    throw new AppError(
      'query_refused',
      last?.message ?? 'it ended without an answer, or took a minute',
    );
  } finally {
    running--;
  }
}

const start = (entry: string, config: Config, ...more: string[]): ChildProcess =>
  fork(entry, [config.path, ...more], {
    execArgv: ['--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });

/** What it said last; null when it said nothing at all. */
async function inProcess(
  child: ChildProcess,
  job: BacktestJob,
  { clock, tell = () => {}, stop }: BacktestOptions,
): Promise<Last | null> {
  const exited = once(child, 'exit').catch(() => {});
  const ended = new AbortController();
  const kill = () => void child.kill('SIGKILL');
  stop?.addEventListener('abort', kill);
  if (stop?.aborted === true) kill();
  void clock.sleep(LONGEST_MS, ended.signal).then(() => ended.signal.aborted || kill());
  try {
    let last: Last | null = null;
    child.on('message', (part: BacktestPart) => {
      if (part.kind === 'progress') tell(part.progress);
      else last = part;
    });
    child.send(job, () => {});
    await exited;
    return last;
  } finally {
    stop?.removeEventListener('abort', kill);
    child.kill('SIGKILL');
    ended.abort();
  }
}

let waiting: { child: ChildProcess; config: Config } | undefined;

/**
 * Starts a process that waits for a minute, for whoever looks at a rule and may try another: half
 * of the time that a first answer takes is starting. There is one at most.
 */
export async function prepareBacktest(config: Config): Promise<void> {
  const entry = await backtestEntry();
  if (waiting !== undefined || running > 0) return;
  const child = start(entry, config, READY);
  // Neither keeps this process from ending.
  child.unref();
  child.channel?.unref();
  const own = (waiting = { child, config });
  const leave = () => {
    if (waiting === own) waiting = undefined;
  };
  child.once('disconnect', leave).once('error', leave);
}

function takeWaiting(config: Config): ChildProcess | undefined {
  if (waiting?.config !== config) return undefined;
  const { child } = waiting;
  waiting = undefined;
  child.ref();
  child.channel?.ref();
  return child;
}
