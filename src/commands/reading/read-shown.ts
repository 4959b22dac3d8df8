import type { ReadDeps } from '../../report/known-names.ts';
import { findShown } from '../../report/shown.ts';
import { nothingText } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readAt, readCompare, readCount } from '../../terminal/options.ts';

/** What `top` and `movers` are asked for. */
export type ShownArgs = {
  watch: string;
  compare?: string | undefined;
  at?: string | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

/**
 * The comparison that is asked for, and how many rows of it at most. Null when there is none: then
 * that has been said, and nothing is left to print.
 */
export function readShown(io: Io, args: ShownArgs, deps: ReadDeps) {
  const { timezone } = deps.config;
  const compare = readCompare(args.compare);
  const limit = readCount('--limit', args.limit);
  const at = readAt(args.at, timezone);
  const shown = findShown(deps, { watch: args.watch, compare, at }, io.clock.now());
  const { comparison } = shown;
  if (comparison !== null) return { shown, comparison, limit };
  io.stderr(`${nothingText(shown, timezone)}\n`);
  if (args.json) io.stdout('[]\n');
  return null;
}
