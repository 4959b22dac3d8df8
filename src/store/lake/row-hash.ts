import { createHash } from 'node:crypto';
import type { SqlRow } from '../../lib/sql-value.ts';

/**
 * SHA-256 of the rows of a snapshot as `history` and the files of a lake have them, in their order.
 * NULL is left out, so that a metric that the list gains later disturbs no hash. Of these names:
 * those of the columns.
 */
export function hashOfRows(names: readonly string[], rows: readonly SqlRow[]): Buffer {
  const hash = createHash('sha256');
  for (const row of rows) {
    const known: unknown[] = [];
    for (const [at, name] of names.entries()) {
      const value = row[at] ?? null;
      if (value !== null) known.push(name, typeof value === 'bigint' ? `${value}n` : value);
    }
    hash.update(`${JSON.stringify(known)}\n`);
  }
  return hash.digest();
}
