// The rows of a snapshot, or an alert, as a view has them.
import { columnOfParameter, type ListKind } from '../../list/list-kind.ts';
import type { ReadOnlyDb } from '../file/open-readonly.ts';
import type { SqlRow } from '../../lib/sql-value.ts';
import { openNamedColumns, type ColumnBatch } from './named-columns.ts';
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
  const own = ownOf(view, list, names);
  const readView = db.prepare<[number], SqlRow>(selectRows(view, list, own, 'in order')).raw();
  if (own.length === names.length) return (id) => readView.all(id);
  const readNamed = view === 'history' ? openNamedRows(db, list, names, own) : null;
  const sharedOf = openShared(db, view, list, names);
  const places = own.map((name) => names.indexOf(name));
  return (id) => {
    const shared = sharedOf(id);
    if (shared === null) return [];
    const inView = () =>
      readView.all(id).map((ownValues) => {
        const row = shared.slice();
        for (let index = 0; index < places.length; index++)
          row[places[index] as number] = ownValues[index] ?? null;
        return row;
      });
    return readNamed?.(id, shared) ?? inView();
  };
}

/**
 * The same by columns: null for a unit that cannot be read so, and null at once for a view that
 * cannot. One reader serves one read transaction.
 */
export function openUnitColumns(
  db: ReadOnlyDb,
  view: ExportView,
  list: ListKind,
  columns: readonly ExportColumn[],
): ((id: number) => ColumnBatch | null) | null {
  const names = columns.map(({ name }) => name);
  const own = ownOf(view, list, names);
  if (view !== 'history' || own.length === names.length) return null;
  const read = openNamedColumns(db, list, names, own);
  if (read === null) return null;
  const sharedOf = openShared(db, view, list, names);
  return (id) => {
    const shared = sharedOf(id);
    return shared === null ? null : read(id, shared);
  };
}

/** The columns that differ between the rows of a unit. */
function ownOf(view: ExportView, list: ListKind, names: readonly string[]): string[] {
  const shared = perSnapshot(list);
  return names.filter((name) => view === 'alerts' || !shared.has(name));
}

/** A row with what all rows of a snapshot have alike; null for a snapshot without rows. */
function openShared(
  db: ReadOnlyDb,
  view: ExportView,
  list: ListKind,
  names: readonly string[],
): (id: number) => SqlRow | null {
  const own = new Set(ownOf(view, list, names));
  const shared = names.filter((name) => !own.has(name));
  const first = db.prepare<[number], SqlRow>(selectRows(view, list, shared, 'first')).raw();
  const places = shared.map((name) => names.indexOf(name));
  return (id) => {
    const values = first.get(id);
    if (values === undefined) return null;
    const row = names.map((): SqlRow[number] => null);
    places.forEach((place, index) => (row[place] = values[index] ?? null));
    return row;
  };
}
