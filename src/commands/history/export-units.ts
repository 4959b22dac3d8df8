// What an export counts: snapshots, or alerts.
import { countUnits, type Selection } from '../../store/export/selection.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { Io } from '../../terminal/io.ts';
import { openProgress, type Progress } from '../../terminal/progress.ts';

/** The word for one of what these selections export. */
export const unitOf = ([first]: readonly Selection[]): string =>
  first?.view === 'alerts' ? 'alert' : 'snapshot';

/** Progress over all that these selections export. */
export const openUnitProgress = (
  io: Io,
  db: ReadOnlyDb,
  selections: readonly Selection[],
): Progress =>
  openProgress(
    io,
    selections.reduce((sum, selection) => sum + countUnits(db, selection), 0),
    `${unitOf(selections)}s`,
  );
