// The stored evidence of alerts, for tests that compare what two files hold.
import type Database from 'better-sqlite3';
import { evidenceIn } from '../../src/store/alerts/evidence.ts';
import type { Db } from '../../src/store/file/open.ts';

/** The change row of a stored evidence, of any version, as JSON; null of null. */
export function changeText(raw: Database.Database, evidence: string | null): string | null {
  if (evidence === null) return null;
  const db = { statement: (sql: string) => raw.prepare(sql) } as Db;
  return JSON.stringify(evidenceIn(db, evidence).change);
}
