// `tidemark top WATCH`: the leaderboard with its changes.
import type { ReadDeps } from '../../report/known-names.ts';
import { findShown } from '../../report/shown.ts';
import { listLeaders } from '../../store/reading/leaderboard.ts';
import { headingText, nothingText, staleNote } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readAt, readCompare, readCount } from '../../terminal/options.ts';
import { topTable } from '../../terminal/top-text.ts';

export type TopArgs = {
  watch: string;
  compare?: string | undefined;
  at?: string | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_LIMIT = 20;

/** Prints the newest complete snapshot of a watch, or that of an earlier time; as JSON an array of change rows. */
export function runTop(io: Io, args: TopArgs, deps: ReadDeps): number {
  const { timezone } = deps.config;
  const compare = readCompare(args.compare);
  const limit = readCount('--limit', args.limit);
  const at = readAt(args.at, timezone);
  const shown = findShown(deps, { watch: args.watch, compare, at }, io.clock.now());
  const { comparison } = shown;
  if (comparison === null) {
    io.stderr(`${nothingText(shown, timezone)}\n`);
    if (args.json) io.stdout('[]\n');
    return 0;
  }
  if (args.json) {
    const note = staleNote(shown, timezone);
    if (note !== null) io.stderr(`${note}\n`);
    io.stdout(`${JSON.stringify(listLeaders(deps.db, comparison, limit), null, 2)}\n`);
    return 0;
  }
  const rows = listLeaders(deps.db, comparison, limit ?? DEFAULT_LIMIT);
  const more = comparison.snapshot.rows - rows.length;
  io.stdout(`${headingText(shown, timezone, io)}\n\n${topTable(rows, io)}`);
  if (more > 0) io.stdout(`${more} more: --limit ${comparison.snapshot.rows}\n`);
  return 0;
}
