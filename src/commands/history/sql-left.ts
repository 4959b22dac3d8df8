// What a query of the history does not see, for who reads its answer.
import { openReadOnly } from '../../store/file/open-readonly.ts';
import { findAnyLeft } from '../../store/lake/left.ts';
import { leftText } from '../../words/left-text.ts';

/** The views and tables that have more in a lake, those of any list; `changes` begin where these do. */
const HISTORY = /\b(?:\w+_)?(?:history|changes(?:_7d|_30d)?|ranks|observations)\b/i;

/**
 * A line for who asked a query that names the history, of a database that some of it left; null for
 * others. Which slots the query asks for is not known: it is said all the same.
 */
export function noteOnLeft(database: string, sql: string): string | null {
  if (!HISTORY.test(sql)) return null;
  const db = openReadOnly(database);
  try {
    const left = findAnyLeft(db);
    return left === null ? null : `note ${leftText(left, 'UTC')}\n`;
  } finally {
    db.close();
  }
}
