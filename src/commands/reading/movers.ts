// `tidemark movers WATCH`: who climbed, fell, came and left.
import { groupMovers } from '../../change/movers.ts';
import { listLeaders, listLeft } from '../../store/reading/leaderboard.ts';
import type { Io } from '../../terminal/io.ts';
import { moversText } from '../../terminal/movers-text.ts';
import { readCompare, readCount } from '../../terminal/options.ts';
import { findShown } from './find-shown.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import type { TopArgs } from './top.ts';

const DEFAULT_LIMIT = 10;

/** Prints the movers of the newest complete snapshot, at most `limit` of each kind; as JSON one array of change rows, kind after kind. */
export function runMovers(io: Io, args: TopArgs, deps: ReadDeps): number {
  const compare = readCompare(args.compare);
  const limit = readCount('--limit', args.limit);
  const found = findShown(io, deps, args.watch, args.at, compare);
  if (found === null) {
    if (args.json) io.stdout('[]\n');
    return 0;
  }
  const { comparison, heading, note } = found;
  const isKnown = comparison.baseline !== null;
  const movers = groupMovers(
    isKnown ? [...listLeaders(deps.db, comparison), ...listLeft(deps.db, comparison)] : [],
  );
  if (args.json) {
    if (note !== null || !isKnown) io.stderr(`${heading}\n`);
    io.stdout(
      `${JSON.stringify(
        Object.values(movers).flatMap((rows) => rows.slice(0, limit)),
        null,
        2,
      )}\n`,
    );
    return 0;
  }
  io.stdout(`${heading}\n${isKnown ? `\n${moversText(movers, limit ?? DEFAULT_LIMIT, io)}` : ''}`);
  return 0;
}
