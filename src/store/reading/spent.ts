import type { Db } from '../file/open.ts';

/** What a watch spent on a UTC day. */
export type Spent = { day: string; watch: string | null; requests: number; credits: number };

/** Requests and credits by day and watch, from a day (`2026-01-05`) on, the newest first. */
export const listSpent = (db: Db, from: string): Spent[] =>
  db
    .statement(
      'SELECT day, watch, requests, credits FROM credit_use WHERE day >= ? ORDER BY day DESC, watch',
    )
    .all(from) as Spent[];
