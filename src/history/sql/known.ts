// Checks the names that a saved query is given before it is asked: a misspelt watch would just have
// no rows.
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { query } from './query.ts';

/** The SQL for the names that a parameter may have. */
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
    // If the names cannot be read, the query itself will say why.
    if (known === null || known.length === 0 || known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new AppError('not_found', `there is no ${parameter} ${JSON.stringify(name)}`, {
      hint: meant === undefined ? `there is: ${known.join(', ')}` : `did you mean ${meant}?`,
    });
  }
}
