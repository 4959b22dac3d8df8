import { AppError } from '../../lib/errors.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { findShown } from '../../report/shown.ts';
import { nothingText } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readAt, readCompare, readLimit } from '../../terminal/options.ts';

/** What `top` and `movers` are asked for. */
export type ShownArgs = {
  /** It may be left out where there is only one watch. */
  watch?: string | undefined;
  compare?: string | undefined;
  at?: string | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

/**
 * Reads the comparison that was asked for, and how many of its rows to show at most. Null when
 * there is none: that has been printed then, and nothing is left to do.
 */
export function readShown(io: Io, args: ShownArgs, deps: ReadDeps) {
  const { timezone } = deps.config;
  const compare = readCompare(args.compare);
  const limit = readLimit(args.limit);
  const at = readAt(args.at, timezone);
  const shown = findShown(deps, { watch: watchOf(args, deps), compare, at }, io.clock.now());
  const { comparison } = shown;
  if (comparison !== null) return { shown, comparison, limit };
  io.stderr(`${nothingText(shown, timezone)}\n`);
  if (args.json) io.stdout('[]\n');
  return null;
}

/** @throws AppError `usage`, with what there is, when none was named and there are several. */
function watchOf({ watch }: ShownArgs, { config }: ReadDeps): string {
  const [only, ...others] = config.watches;
  if (watch !== undefined) return watch;
  if (only !== undefined && others.length === 0) return only.name;
  const names = config.watches.map(({ name }) => name).join(', ');
  throw new AppError('usage', 'which watch?', { hint: `there is: ${names}` });
}
