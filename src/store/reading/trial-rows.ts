// Made-up change rows in a database in memory, to try a rule's expression on before any pass does.
import Database from 'better-sqlite3';
import type { ChangeColumn } from '../../change/column.ts';
import { answersSql, createChangeRowsSql, hitsSql } from './change-rows.ts';

/** A value for each change column of a list, in their order. */
export type TrialRow = readonly (string | number | null)[];

/** Each throws what SQLite says of an expression that it cannot compile, or that fails on a row. */
export type TrialRows = {
  /** Runs the statements that the expressions of rules are part of, over every row. */
  runRule(expression: string): void;
  /** Works an expression out for every row, by itself. */
  runPart(expression: string): void;
  /**
   * Compiles the beginning of a condition: SQLite's `incomplete input` means that it is right so
   * far.
   */
  compileBeginning(text: string): void;
  /** Of how many rows an expression is true; and of how many with a rank it is not. */
  count(expression: string): { isTrue: number; isNotTrueOnList: number };
  close(): void;
};

/** Opens a database of its own with these rows, of these columns; the caller closes it. */
export function openTrialRows(
  columns: readonly ChangeColumn[],
  rows: readonly TrialRow[],
): TrialRows {
  const db = new Database(':memory:');
  db.exec(createChangeRowsSql(columns));
  const places = Array<string>(columns.length + 2).fill('?');
  const insert = db.prepare(`INSERT INTO change_rows VALUES (${places.join(', ')})`);
  db.transaction(() => {
    for (const row of rows) insert.run(null, 0, ...row);
  })();
  return {
    runRule: (expression) => {
      db.prepare(hitsSql(expression)).all();
      // The keys that SQLite gave out count from 1.
      for (const index of rows.keys())
        db.prepare(answersSql(expression, expression)).all(index + 1);
    },
    runPart: (expression) => void db.prepare(`SELECT (${expression}) FROM change_rows`).all(),
    compileBeginning: (text) => void db.prepare(`SELECT 1 FROM change_rows WHERE (${text}`),
    count: (expression) => {
      const [isTrue, isNotTrueOnList] = db
        .prepare(
          `SELECT coalesce(sum((${expression}) IS TRUE), 0),
            coalesce(sum("rank" IS NOT NULL AND (${expression}) IS NOT TRUE), 0) FROM change_rows`,
        )
        .raw()
        .get() as [number, number];
      return { isTrue, isNotTrueOnList };
    },
    close: () => void db.close(),
  };
}
