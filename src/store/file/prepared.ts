// Queries that Drizzle writes and SQLite prepares once per connection. Writing one takes Drizzle
// longer than SQLite takes to answer it.
import type { Db } from './open.ts';

/**
 * Makes a query by its first use on each connection, and keeps it for the next. Its values are
 * placeholders: `sql.placeholder('id')`, filled by `.get({ id })`.
 */
export function preparedOnce<Query>(make: (orm: Db['orm']) => Query): (db: Db) => Query {
  const made = new WeakMap<Db['orm'], Query>();
  return ({ orm }) => {
    let query = made.get(orm);
    if (query === undefined) made.set(orm, (query = make(orm)));
    return query;
  };
}
