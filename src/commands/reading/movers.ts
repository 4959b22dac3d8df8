// `tidemark movers WATCH`: who climbed, fell, came and left.
import type { ReadDeps } from '../../report/known-names.ts';
import { moversJson, readMovers } from '../../report/movers.ts';
import { headingText, staleNote } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { moversText } from '../../terminal/movers-text.ts';
import { readShown, type ShownArgs } from './read-shown.ts';

const DEFAULT_LIMIT = 10;

/**
 * Prints the movers of the newest complete snapshot, at most `limit` of each kind; as JSON one
 * array of change rows, kind after kind.
 */
export function runMovers(io: Io, args: ShownArgs, deps: ReadDeps): number {
  const { timezone } = deps.config;
  const found = readShown(io, args, deps);
  if (found === null) return 0;
  const { shown, comparison, limit } = found;
  const movers = readMovers(deps.db, comparison);
  const heading = headingText(shown, timezone, io);
  const isKnown = comparison.baseline !== null;
  if (args.json) {
    if (staleNote(shown, timezone) !== null || !isKnown) io.stderr(`${heading}\n`);
    io.stdout(`${JSON.stringify(moversJson(movers, limit), null, 2)}\n`);
    return 0;
  }
  io.stdout(`${heading}\n`);
  if (isKnown)
    io.stdout(`\n${moversText(movers, comparison.list.list, limit ?? DEFAULT_LIMIT, io)}`);
  return 0;
}
