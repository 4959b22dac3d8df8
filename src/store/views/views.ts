// The views are the contract with people who query the file. They are derived from the change
// columns, so they are made by the program when it opens the database, when a watch first uses a
// list, and again whenever their SQL changed.
import type Database from 'better-sqlite3';
import type { ListKind } from '../../list/list-kind.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { listsInUse } from '../series/list-tables.ts';
import { listViews } from './list-views.ts';
import { ALERT_LOG, CREDIT_USE } from './log-views.ts';
import { sharedViews } from './shared-views.ts';
import type { View } from './view.ts';

/** The views of a file with these lists, in the order of the manual. */
export const viewsOf = (lists: readonly ListKind[]): readonly View[] => [
  ...listViews(DEFAULT_LIST),
  ...lists.filter((list) => list !== DEFAULT_LIST).flatMap(listViews),
  ...sharedViews(lists),
  ALERT_LOG,
  CREDIT_USE,
];

/** Those of every file. */
export const VIEWS: readonly View[] = viewsOf([DEFAULT_LIST]);

/** A comment in our views, which tells them from those that people made in the file. */
const MARK = '/* of Tidemark */';
/** Views of versions that did not put it in. */
const UNMARKED: ReadonlySet<string> = new Set([
  'history',
  'changes',
  'changes_7d',
  'changes_30d',
  'leaderboard',
  'alert_log',
  'credit_use',
]);

const createSql = (view: View): string => `CREATE VIEW ${view.name} AS ${MARK}\n${view.sql}`;

function presentViews(raw: Database.Database): { name: string; sql: string; isOurs: boolean }[] {
  return raw
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM main.sqlite_master WHERE type = 'view'",
    )
    .all()
    .map((view) => ({ ...view, isOurs: UNMARKED.has(view.name) || view.sql.includes(MARK) }));
}

/** The SQL of each of our views that a file holds, by name. */
const ownViews = (raw: Database.Database): Map<string, string> =>
  new Map(presentViews(raw).flatMap(({ name, sql, isOurs }) => (isOurs ? [[name, sql]] : [])));

/** The names that people gave to views of their own. */
const foreignViews = (raw: Database.Database): Set<string> =>
  new Set(presentViews(raw).flatMap(({ name, isOurs }) => (isOurs ? [] : [name])));

/**
 * The views of this program that a file should hold: all but those whose name a view of somebody
 * else has.
 */
const wantedViews = (raw: Database.Database): View[] => {
  const taken = foreignViews(raw);
  return viewsOf(listsInUse(raw)).filter(({ name }) => !taken.has(name));
};

/** Does a file hold the views of this program, and no earlier ones? */
export function areViewsCurrent(raw: Database.Database): boolean {
  const present = ownViews(raw);
  const wanted = wantedViews(raw);
  return (
    wanted.every((view) => present.get(view.name) === createSql(view)) &&
    present.size === wanted.length
  );
}

/** Makes the views anew. Views that people made stay as they are. Run inside a transaction. */
export function createViews(raw: Database.Database): void {
  dropViews(raw);
  for (const view of wantedViews(raw)) raw.exec(createSql(view));
}

/**
 * Lays the views over those of a file that another version made, such as a backup, for a connection
 * that only reads; also over one that somebody made under the same name.
 */
export function overlayViews(raw: Database.Database): void {
  const present = ownViews(raw);
  const isOverlaid =
    raw
      .prepare("SELECT count(*) FROM temp.sqlite_master WHERE type IN ('table', 'view')")
      .pluck()
      .get() !== 0;
  // A view in the file sees only the tables of the file, not those laid over them, so our views are
  // laid over it too.
  for (const view of viewsOf(listsInUse(raw)))
    if (isOverlaid || present.get(view.name) !== createSql(view))
      raw.exec(createSql(view).replace(/^CREATE VIEW/, 'CREATE TEMP VIEW'));
}

/** Drops our own views, also those of earlier versions. Views that people made stay. */
export function dropViews(raw: Database.Database): void {
  for (const name of ownViews(raw).keys()) raw.exec(`DROP VIEW "${name}"`);
}
