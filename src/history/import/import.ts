/**
 * Import: files → rows or pages → snapshots, all or nothing each. What is stored has the origin
 * `import`: it serves as a baseline, and no rule is evaluated on it, so it tells nobody anything.
 * Storing the same again changes nothing.
 */
import { AppError } from '../../lib/errors.ts';
import { meantOf } from '../../lib/nearest.ts';
import { finishInChunks, importTurns } from '../../store/snapshots/standings-chunks.ts';
import { openInOrder } from '../../store/snapshots/standings-in-order.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { DEFAULT_LIST } from '../../list/shipped.ts';
import { fileColumns } from './columns.ts';
import { openGroups } from './groups.ts';
import { storePages, type SavedAnswer } from './pages.ts';
import { readFile } from './read-file.ts';
import { openTargets } from './targets.ts';
import type { ImportDeps, ImportFile, ImportOptions, Target } from './terms.ts';

/**
 * @throws AppError `usage` when nothing says which watch the files belong to, or when a list was
 *   taken.
 */
export async function importFiles(
  deps: ImportDeps,
  options: ImportOptions,
  files: readonly ImportFile[],
): Promise<void> {
  const { db, config, now, clock, signal } = deps;
  const { byName: targets, dropUnused } = openTargets(db, config, now);
  if (options.watch !== null && !targets.has(options.watch))
    throw new AppError(
      'not_found',
      `there is no watch ${JSON.stringify(options.watch)} in the config`,
      { hint: meantOf(options.watch, [...targets.keys()]) ?? 'add it under watches' },
    );

  const series = new Set<number>();
  const columns = fileColumns(listsOf(options, targets));
  const inOrder = openInOrder(db, clock);
  const groups = openGroups(deps, options, targets, columns, { series, inOrder });
  const answers: SavedAnswer[] = [];
  const turn = importTurns(db, clock, signal);
  try {
    for (const file of files) {
      for await (const items of readFile(file.open(), columns, options.layout)) {
        await turn();
        await inOrder.catchUp();
        for (const item of items) {
          if (signal.aborted) return;
          if (item.kind === 'answer') answers.push({ ...item, file: file.name });
          else if (item.kind === 'row') groups.add(file.name, item);
          else if (item.kind === 'note') deps.onNote(file.name, item.text);
          else
            groups.addBroken(
              { file: file.name, line: item.line, reason: item.reason },
              item.fields,
            );
        }
      }
      groups.endFile();
    }
    if (answers.length > 0) storePages(deps, options, targets, answers, series);
  } finally {
    // Also after a Ctrl-C or a broken file: what is stored must not stay without standings.
    await inOrder.finish();
    await finishInChunks(db, series, clock);
    dropUnused();
  }
}

/** The lists that rows may be of: that of the watch named, or those of all. */
function listsOf({ watch }: ImportOptions, targets: ReadonlyMap<string, Target>): ListKind[] {
  const named = targets.get(watch ?? '');
  const lists = (named === undefined ? [...targets.values()] : [named]).map(
    (target) => target.watch.list,
  );
  return lists.length === 0 ? [DEFAULT_LIST] : [...new Set(lists)];
}
