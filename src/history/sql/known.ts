// The names that a saved query is given, before it is asked: a watch with a slip would be a watch
// without rows.
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { query } from './query.ts';

/** What gives the names that a parameter may have. */
const NAMES: Readonly<Record<string, string>> = {
  watch: 'SELECT name FROM watches ORDER BY name',
  rule: 'SELECT name FROM rules ORDER BY name',
};

/**
 * Asks the database for the names of parameters that are names.
 * @throws AppError `not_found`, with the nearest, for one that there is not.
 */
export async function requireKnown(
  database: string,
  given: Readonly<Record<string, SqlValue>>,
  signal: AbortSignal,
): Promise<void> {
  for (const [parameter, sql] of Object.entries(NAMES)) {
    const name = given[parameter];
    if (typeof name !== 'string') continue;
    const known = await query(
      { database, sql, parameters: {}, limit: null, timeoutMs: 5_000 },
      signal,
      (answer) => (answer.kind === 'rows' ? [...answer.rows()].map(([one]) => String(one)) : null),
    );
    // Where they cannot be asked for, the query itself says why.
    if (known === null || known.length === 0 || known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new AppError('not_found', `there is no ${parameter} ${JSON.stringify(name)}`, {
      hint: meant === undefined ? `there is: ${known.join(', ')}` : `did you mean ${meant}?`,
    });
  }
}
