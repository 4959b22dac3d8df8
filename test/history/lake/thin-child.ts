// A thinning in a process of its own, which kills itself before a transaction: THIN-CHILD DB LAKE STEP
// NOW. STEP -1: it lives.
import Database from 'better-sqlite3';
import { thinToLake } from '../../../src/history/lake/thin.ts';
import { systemClock } from '../../../src/lib/clock.ts';

const [, , database = '', lake = '', step = '', at = ''] = process.argv;
const DAY_MS = 86_400_000;
let ticks = 0;

let left = Number(step);
type Work = (...values: never[]) => unknown;
type Transaction = (this: Database.Database, work: Work) => unknown;
const transaction = Reflect.get(Database.prototype, 'transaction') as Transaction;
const killing: Transaction = function (work) {
  return transaction.call(this, (...values) => {
    // After its work, before its commit: the worst moment there is.
    const done = work(...values);
    if (left-- === 0) process.kill(process.pid, 'SIGKILL');
    return done;
  });
};
Reflect.set(Database.prototype, 'transaction', killing);

await thinToLake(
  {
    database,
    rules: [],
    lake: {
      schedule: null,
      timezone: 'UTC',
      to: { kind: 'folder', path: lake },
      views: ['history', 'changes', 'alerts'],
      keepMs: 7 * DAY_MS,
      allowPrivate: true,
    },
    retention: {
      rawPagesMs: null,
      observationsMs: 60 * DAY_MS,
      then: 'lake',
      messagesMs: null,
      ledgerMs: null,
    },
  },
  {
    // Each look at the clock ends a turn.
    clock: { ...systemClock, now: () => Number(at), monotonicMs: () => (ticks += 70) },
    dryRun: false,
    signal: new AbortController().signal,
  },
);
