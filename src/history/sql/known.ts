// Checks the names that a saved query is given before it is asked: a misspelt watch would just have
// no rows.
import { AppError } from '../../lib/errors.ts';
import { meantOf } from '../../lib/nearest.ts';
import type { SqlValue } from '../../lib/sql-value.ts';
import { query } from './query.ts';
import type { SavedQuery } from './saved.ts';

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
    const known = await read(database, sql, signal);
    // If the names cannot be read, the query itself will say why.
    if (known === null || known.length === 0 || known.includes(name)) continue;
    throw new AppError('not_found', `there is no ${parameter} ${JSON.stringify(name)}`, {
      hint: meantOf(name, known) ?? '',
    });
  }
}

/**
 * The names that those parameters of a saved query may have that are not given and have no value of
 * their own.
 */
export async function namesForMissing(
  database: string,
  { parameters }: SavedQuery,
  given: Readonly<Record<string, SqlValue>>,
  signal: AbortSignal,
): Promise<Map<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const { name, fallback } of parameters) {
    const sql = NAMES[name];
    if (sql === undefined || fallback !== undefined || Object.hasOwn(given, name)) continue;
    names.set(name, (await read(database, sql, signal)) ?? []);
  }
  return names;
}

/** The names, or null where they cannot be read. */
const read = (database: string, sql: string, signal: AbortSignal): Promise<string[] | null> =>
  query({ database, sql, parameters: {}, limit: null, timeoutMs: 5_000 }, signal, (answer) =>
    answer.kind === 'rows' ? [...answer.rows()].map(([one]) => String(one)) : null,
  );
