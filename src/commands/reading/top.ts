// `tidemark top WATCH`: the leaderboard with its changes.
import type { ReadDeps } from '../../report/known-names.ts';
import { listLeaders } from '../../store/reading/leaderboard.ts';
import { headingText, staleNote } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { topTable } from '../../terminal/top-text.ts';
import { readShown, type ShownArgs } from './read-shown.ts';

const DEFAULT_LIMIT = 20;

/**
 * Prints the newest complete snapshot of a watch, or that of an earlier time; as JSON an array of
 * change rows.
 */
export function runTop(io: Io, args: ShownArgs, deps: ReadDeps): number {
  const { timezone } = deps.config;
  const found = readShown(io, args, deps);
  if (found === null) return 0;
  const { shown, comparison, limit } = found;
  if (args.json) {
    const note = staleNote(shown, timezone);
    if (note !== null) io.stderr(`${note}\n`);
    io.stdout(`${JSON.stringify(listLeaders(deps.db, comparison, limit), null, 2)}\n`);
    return 0;
  }
  const rows = listLeaders(deps.db, comparison, limit ?? DEFAULT_LIMIT);
  const more = comparison.snapshot.rows - rows.length;
  io.stdout(`${headingText(shown, timezone, io)}\n\n${topTable(rows, comparison.list.list, io)}`);
  if (more > 0) io.stdout(`${more} more: --limit ${comparison.snapshot.rows}\n`);
  return 0;
}
