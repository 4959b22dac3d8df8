// Which statements a connection prepares.
import type { Db } from '../../src/store/file/open.ts';

/** The SQL of every statement that is prepared from now on. */
export function recordStatements({ raw }: Pick<Db, 'raw'>): ReadonlySet<string> {
  const statements = new Set<string>();
  const prepare = raw.prepare.bind(raw);
  raw.prepare = (sql: string) => {
    statements.add(sql);
    return prepare(sql);
  };
  return statements;
}
