// A process that delivers what is due, to be killed: by itself before a given SQL statement, or from outside.
import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { deliverDue } from '../../src/delivery/dispatch.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Db } from '../../src/store/file/open.ts';

/** A statement by how it begins, and which of its executions. */
export type Step = { statement: string; time: number };

/** One line of JSON on the command line. */
export type CrashOrder = {
  database: string;
  hookUrl: string;
  smtpUrl: string;
  /** What time it is. */
  now: number;
  /** Dies before this statement, when it comes for the n-th time; null: lives. */
  dieBefore: Step | null;
};

const order = JSON.parse(process.argv[2] ?? '') as CrashOrder;
const seen = new Map<string, number>();

const raw = new Database(order.database, {
  timeout: 10_000,
  verbose: (text) => {
    const statement = String(text).replace(/\s+/g, ' ').trim().slice(0, 40);
    const time = (seen.get(statement) ?? 0) + 1;
    seen.set(statement, time);
    if (statement === order.dieBefore?.statement && time === order.dieBefore.time)
      process.kill(process.pid, 'SIGKILL');
  },
});
const db: Db = {
  path: order.database,
  raw,
  statement: (text) => raw.prepare(text),
  orm: drizzle(raw),
  transaction: (work) => raw.transaction(work).immediate(),
  close: () => void raw.close(),
};
const startedAt = systemClock.now();
writeSync(1, 'ready\n');
await deliverDue({
  db,
  channels: [
    {
      kind: 'webhook',
      name: 'hook',
      url: makeSecret(order.hookUrl),
      format: 'standard',
      secrets: [],
      headers: {},
      allowPrivate: true,
    },
    { kind: 'email', name: 'mail', to: ['ana@example.com'] },
  ],
  smtp: {
    url: makeSecret(order.smtpUrl),
    from: 'alerts@example.com',
    fromAddress: 'alerts@example.com',
  },
  timezone: 'UTC',
  clock: {
    now: () => order.now + systemClock.now() - startedAt,
    monotonicMs: () => systemClock.monotonicMs(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  },
  random: () => 0.5,
  log: {
    info: () => {},
    warn: () => {},
    error: (fields) => void process.stderr.write(`${JSON.stringify(fields)}\n`),
  },
});
db.close();
writeSync(1, `${JSON.stringify([...seen])}\n`);
