// What a query of the history does not see, for who reads its answer.
import { leftOut } from '../../history/sql/left-out.ts';
import { openReadOnly } from '../../store/file/open-readonly.ts';
import { leftText } from '../../words/left-text.ts';

/**
 * A line for who asked a query that names the history, of a database that some of it left; null for
 * others. Which slots the query asks for is not known: it is said all the same.
 */
export function noteOnLeft(database: string, sql: string): string | null {
  const db = openReadOnly(database);
  try {
    const left = leftOut(db, sql);
    return left === null ? null : `note ${leftText(left, 'UTC')}\n`;
  } finally {
    db.close();
  }
}
