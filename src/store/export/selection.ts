// Which part of the history is to be exported.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { listsInUse } from '../series/list-tables.ts';
import type { ExportView } from './views.ts';

/** Bounds are slots; `untilAt` is exclusive. */
export type Selection = {
  view: ExportView;
  /** Snapshots of this list, and alerts on it. */
  list: ListKind;
  watches: readonly string[] | null;
  sinceAt: Instant | null;
  untilAt: Instant | null;
};

/** Does the slot lie within the bounds? */
export const isSelected = ({ sinceAt, untilAt }: Selection, slotAt: Instant): boolean =>
  (sinceAt === null || slotAt >= sinceAt) && (untilAt === null || slotAt < untilAt);

/** Names of all watches there ever were, in order. */
export const listEveryWatch = (db: ReadOnlyDb): string[] =>
  db.prepare<[], string>('SELECT name FROM watches ORDER BY name').pluck().all();

/** By name: those that are to be exported. */
export function listWatches(db: ReadOnlyDb, { watches }: Selection): string[] {
  const all = listEveryWatch(db);
  return watches === null ? all : all.filter((name) => watches.includes(name));
}

/** The lists that these watches have snapshots of; null is all watches. */
export function listsWithRows(
  db: ReadOnlyDb,
  watches: readonly string[] | null,
): readonly ListKind[] {
  const isHeld = db.prepare<[string, string]>(
    `SELECT 1 FROM series se JOIN watches w ON w.id = se.watch_id
    WHERE se.source = ? AND w.name IN (SELECT value FROM json_each(?))
      AND EXISTS (SELECT 1 FROM snapshots s WHERE s.series_id = se.id AND s."rows" > 0) LIMIT 1`,
  );
  const names = JSON.stringify(watches ?? listEveryWatch(db));
  return listsInUse(db).filter(({ seriesSource }) => isHeld.get(seriesSource, names) !== undefined);
}

/** Is there any alert, of whatever list? */
export const hasAlerts = (db: ReadOnlyDb): boolean =>
  db.prepare('SELECT 1 FROM alerts LIMIT 1').get() !== undefined;

/** A condition on snapshots `s`: those that a view shows. */
export const shownSql = (view: Exclude<ExportView, 'alerts'>): string =>
  view === 'changes' ? evaluatedSql('s.status') : 's."rows" > 0';

/** Ids of the snapshots, or alerts, by watch and slot. */
export function* listUnitIds(db: ReadOnlyDb, selection: Selection): Generator<number> {
  const { view, list } = selection;
  const units = db
    .prepare<[string, string], [number, Instant]>(
      view === 'alerts'
        ? `SELECT a.id, a.slot_at FROM alerts a JOIN watches w ON w.id = a.watch_id
            JOIN series se ON se.id = a.series_id
          WHERE w.name = ? AND se.source = ? ORDER BY a.slot_at, a.id`
        : `SELECT s.id, s.slot_at FROM snapshots s JOIN watches w ON w.id = s.watch_id
            JOIN series se ON se.id = s.series_id
          WHERE w.name = ? AND se.source = ? AND ${shownSql(view)} ORDER BY s.slot_at`,
    )
    .raw();
  for (const watch of listWatches(db, selection))
    for (const [id, slotAt] of units.all(watch, list.seriesSource))
      if (isSelected(selection, slotAt)) yield id;
}

/** How many snapshots, or alerts, there are to export. */
export function countUnits(db: ReadOnlyDb, selection: Selection): number {
  let count = 0;
  for (const id of listUnitIds(db, selection)) count += id > 0 ? 1 : 0;
  return count;
}
