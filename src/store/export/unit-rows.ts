// The rows of a snapshot, or an alert, as a view has them.
import { columnOfParameter, type ListKind } from '../../list/list-kind.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import { openNamedRows } from './named-rows.ts';
import { selectRows, type ExportColumn, type ExportView } from './views.ts';

/**
 * Columns that say of what list a row is, and when: all rows of a snapshot of this list have them
 * alike.
 */
export const headColumns = ({ parameters, dated }: ListKind): readonly string[] => [
  'watch',
  ...parameters.map(columnOfParameter),
  'depth',
  'slot_at',
  ...(dated === null ? [] : ['data_date']),
  'taken_at',
  'snapshot_status',
  'snapshot_rows',
];

/**
 * Columns that have one value in all rows of a snapshot. SQLite would work each out for every row,
 * times most of all: without them it reads `history` in half the time (measured: 700 ms of CPU
 * instead of 1,400 for 120,000 rows).
 */
const perSnapshot = (list: ListKind): ReadonlySet<string> =>
  new Set([...headColumns(list), 'slot_interval_ms', 'baseline_at', 'gap_days']);

/**
 * Reads a unit, with the values of `columns`, to its end at once: no statement stays open while a
 * file, or a reader, is slow. One reader serves one read transaction.
 */
export function openUnitReader(
  db: ReadOnlyDb,
  view: ExportView,
  list: ListKind,
  columns: readonly ExportColumn[],
): (id: number) => readonly SqlRow[] {
  const names = columns.map(({ name }) => name);
  const shared = perSnapshot(list);
  const isShared = (name: string): boolean => view !== 'alerts' && shared.has(name);
  const own = names.filter((name) => !isShared(name));
  const readView = db.prepare<[number], SqlRow>(selectRows(view, list, own, 'in order')).raw();
  if (own.length === names.length) return (id) => readView.all(id);
  const readNamed = view === 'history' ? openNamedRows(db, list, names, own) : null;
  const first = db
    .prepare<[number], SqlRow>(selectRows(view, list, names.filter(isShared), 'first'))
    .raw();
  const places = names.flatMap((name, index) => (isShared(name) ? [] : [index]));
  const sharedPlaces = names.flatMap((name, index) => (isShared(name) ? [index] : []));
  return (id) => {
    const values = first.get(id);
    if (values === undefined) return [];
    const template = names.map((): SqlRow[number] => null);
    sharedPlaces.forEach((place, index) => (template[place] = values[index] ?? null));
    const inView = () =>
      readView.all(id).map((ownValues) => {
        const row = template.slice();
        for (let index = 0; index < places.length; index++)
          row[places[index] as number] = ownValues[index] ?? null;
        return row;
      });
    return readNamed?.(id, template) ?? inView();
  };
}
