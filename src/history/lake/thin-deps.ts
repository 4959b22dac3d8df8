// What it takes to thin a list, and what comes of it.
import type { LakeConfig } from '../../config/config.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Db } from '../../store/file/open.ts';
import type { ReadOnlyDb } from '../../store/file/open-readonly.ts';
import type { Leaving } from '../../store/lake/leave.ts';
import type { LakePlace } from './open-lake.ts';

export type ThinDeps = {
  db: Db;
  /** A connection of its own, for long reads. */
  reader: ReadOnlyDb;
  place: LakePlace;
  lake: LakeConfig;
  clock: Clock;
  /** How long all is kept in the database. */
  allMs: number;
  /** How many complete lists of a series stay in any case. */
  atLeast: number;
  dryRun: boolean;
  signal: AbortSignal;
};

/** Why snapshots that are old enough stay: in words, and how many. */
export type Held = { reason: string; snapshots: number };

export type ThinnedList = {
  gone: readonly Leaving[];
  /** Old enough, and an alert refers to them. */
  kept: readonly Leaving[];
  held: readonly Held[];
};

/** In a file of the lake, value for value; `monthId` null before that is written down. */
export type Found = { monthId: number; rowsHash: Buffer };
