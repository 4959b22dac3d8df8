// How many statements a connection runs: what costs the same on every machine.
import type { Db } from '../../src/store/file/open.ts';

type Run = (this: { database: unknown; source: string }, ...values: unknown[]) => unknown;
const WAYS = ['run', 'get', 'all', 'iterate'] as const;

/** Runs `work`, and returns the SQL of every statement that the connection ran meanwhile, in order. */
export async function countStatements(
  { raw }: Db,
  work: () => Promise<unknown> | void,
): Promise<string[]> {
  const ran: string[] = [];
  const shared = Object.getPrototypeOf(raw.prepare('SELECT 1')) as Record<
    (typeof WAYS)[number],
    Run
  >;
  const own = WAYS.map((way) => shared[way]);
  WAYS.forEach((way, index) => {
    shared[way] = function (...values) {
      if (this.database === raw) ran.push(this.source);
      return own[index]?.apply(this, values);
    };
  });
  try {
    await work();
  } finally {
    WAYS.forEach((way, index) => (shared[way] = own[index] as Run));
  }
  return ran;
}
