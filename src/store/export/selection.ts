// What of the history is to be exported.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import type { ExportView } from './views.ts';

/** Bounds are slots; `untilAt` is exclusive. */
export type Selection = {
  view: ExportView;
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

/** A condition on snapshots `s`: those that a view shows. */
export const shownSql = (view: Exclude<ExportView, 'alerts'>): string =>
  view === 'changes' ? evaluatedSql('s.status') : 's."rows" > 0';

/** Ids of the snapshots, or alerts, by watch and slot. */
export function* listUnitIds(db: ReadOnlyDb, selection: Selection): Generator<number> {
  const { view } = selection;
  const units = db
    .prepare<[string], [number, Instant]>(
      view === 'alerts'
        ? `SELECT a.id, a.slot_at FROM alerts a JOIN watches w ON w.id = a.watch_id
          WHERE w.name = ? ORDER BY a.slot_at, a.id`
        : `SELECT s.id, s.slot_at FROM snapshots s JOIN watches w ON w.id = s.watch_id
          WHERE w.name = ? AND ${shownSql(view)} ORDER BY s.slot_at`,
    )
    .raw();
  for (const watch of listWatches(db, selection))
    for (const [id, slotAt] of units.all(watch)) if (isSelected(selection, slotAt)) yield id;
}

/** How many snapshots, or alerts, there are to export. */
export function countUnits(db: ReadOnlyDb, selection: Selection): number {
  let count = 0;
  for (const id of listUnitIds(db, selection)) count += id > 0 ? 1 : 0;
  return count;
}
