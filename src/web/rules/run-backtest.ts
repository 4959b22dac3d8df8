// Runs a backtest in a process of its own, at most two at once and each for a while.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Config, Rule } from '../../config/config.ts';
import { builtEntry } from '../../lib/bundle-entry.ts';
import { MINUTE_MS, type Clock } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { Refusal } from '../http/refusal.ts';
import type { RuleBacktest } from './backtest.ts';

export type BacktestJob = { configPath: string; database: string; configured: Rule; edited: Rule };
export type BacktestReply = { ok: true; report: RuleBacktest } | { ok: false; message: string };

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

/** @throws Refusal when others are at it; AppError when it took too long or could not be done */
export async function runBacktest(
  config: Config,
  configured: Rule,
  edited: Rule,
  clock: Clock,
): Promise<RuleBacktest> {
  if (running >= AT_ONCE)
    throw new Refusal(503, 'other backtests are running: try again', { retryAfter: 5 });
  running++;
  try {
    return await inProcess(
      { configPath: config.path, database: config.database, configured, edited },
      clock,
    );
  } finally {
    running--;
  }
}

async function inProcess(job: BacktestJob, clock: Clock): Promise<RuleBacktest> {
  const child = fork(await backtestEntry(), [], {
    execArgv: ['--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const exited = once(child, 'exit').catch(() => {});
  const ended = new AbortController();
  void clock
    .sleep(LONGEST_MS, ended.signal)
    .then(() => ended.signal.aborted || child.kill('SIGKILL'));
  try {
    let reply: BacktestReply | undefined;
    child.on('message', (message) => (reply = message as BacktestReply));
    child.send(job, () => {});
    await exited;
    if (reply === undefined)
      throw new AppError('query_refused', 'the backtest ended without an answer, or took a minute');
    if (!reply.ok) throw new AppError('query_refused', reply.message);
    return reply.report;
  } finally {
    child.kill('SIGKILL');
    ended.abort();
  }
}
