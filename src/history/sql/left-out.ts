// What a query of the history does not see, for who reads its answer.
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import { findAnyLeft, type LeftPart } from '../../store/lake/left.ts';

/** The views and tables that have more in a lake, those of any list; `changes` begin where these do. */
const HISTORY = /\b(?:\w+_)?(?:history|changes(?:_7d|_30d)?|ranks|observations)\b/i;

/**
 * What is in a lake alone, for who asked a query that names the history; null for others, and where
 * the database has all of it. Which slots the query asks for is not known.
 */
export const leftOut = (db: ReadOnlyDb, sql: string): LeftPart | null =>
  HISTORY.test(sql) ? findAnyLeft(db) : null;
