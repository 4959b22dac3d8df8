// What the steps of a pass hand on to each other.
import type { Config } from '../config/config.ts';
import type { Clock, Instant } from '../lib/clock.ts';
import type { SnapshotOrigin } from '../model.ts';
import type { Db } from '../store/file/open.ts';

/** The slot of a pass; its interval is worked out before the write lock is taken. */
export type Slot = {
  slotAt: Instant;
  dataDate: string | null;
  origin: SnapshotOrigin;
  intervalMs: number;
};

/** What a step works with. */
export type PassContext = { db: Db; config: Config; clock: Clock };
