// The watches that an import may write to. Nothing is recorded of one before something of it is
// read.
import type { Config } from '../../config/config.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../../store/file/open.ts';
import { findWatch, forgetUnused, recordWatch, type WatchRow } from '../../store/series/series.ts';
import type { Target } from './terms.ts';

export type Targets = {
  byName: ReadonlyMap<string, Target>;
  /** Takes back what was recorded for watches that got no snapshot after all. */
  dropUnused: () => void;
};

/**
 * The watches that an import may write to. A row is recorded when it is first asked for, and not
 * before.
 */
export function openTargets(db: Db, config: Config, now: Instant): Targets {
  const made: WatchRow[] = [];
  const record = (watch: Target['watch']): WatchRow =>
    db.transaction(() => {
      const before = findWatch(db, watch);
      const row = recordWatch(db, watch, now);
      if (before.seriesId === null) made.push(row);
      return row;
    });
  return {
    byName: new Map(
      config.watches.map((watch): [string, Target] => {
        let row: WatchRow | undefined;
        const target = {
          watch,
          get row() {
            return (row ??= record(watch));
          },
        };
        return [watch.name, target];
      }),
    ),
    dropUnused: () => {
      if (made.length > 0) db.transaction(() => made.forEach((row) => forgetUnused(db, row)));
    },
  };
}
