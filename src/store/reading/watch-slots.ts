import { and, asc, between, desc, eq, lte, sql } from 'drizzle-orm';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';
import { preparedOnce } from '../file/prepared.ts';
import { listLeft } from '../lake/left.ts';
import { snapshots } from '../schema/snapshots.ts';
import { watches } from '../schema/watches.ts';
import type { SnapshotRow } from '../snapshots/snapshots.ts';

/** A slot of a watch, and what came of it. */
export type WatchSlot = Pick<
  SnapshotRow,
  'id' | 'seriesId' | 'slotAt' | 'dataDate' | 'status' | 'reason' | 'rows' | 'origin'
> & {
  /** The lake that it is in alone; nothing where the database has it. */
  place?: string;
};

const { id, seriesId, slotAt, dataDate, status, reason, rows, origin } = snapshots;
const columns = { id, seriesId, slotAt, dataDate, status, reason, rows, origin };

const slotsBetween = preparedOnce((orm) =>
  orm
    .select(columns)
    .from(snapshots)
    .innerJoin(watches, eq(watches.id, snapshots.watchId))
    .where(
      and(
        eq(watches.name, sql.placeholder('watch')),
        between(snapshots.slotAt, sql.placeholder('from'), sql.placeholder('to')),
      ),
    )
    .orderBy(asc(snapshots.slotAt))
    .prepare(),
);

/**
 * Every slot of a watch between two instants, both inclusive, oldest first; also those that are in a
 * lake alone.
 */
export function listSlots(db: Db, watch: string, from: Instant, to: Instant): WatchSlot[] {
  const held: WatchSlot[] = slotsBetween(db).all({ watch, from, to });
  const left = listLeft(db, watch, from, to);
  return left.length === 0 ? held : [...left, ...held].sort((a, b) => a.slotAt - b.slotAt);
}

/** The last slots of a watch up to an instant, oldest first. */
export const listLastSlots = (db: Db, watch: string, until: Instant, count: number): WatchSlot[] =>
  db.orm
    .select(columns)
    .from(snapshots)
    .innerJoin(watches, eq(watches.id, snapshots.watchId))
    .where(and(eq(watches.name, watch), lte(snapshots.slotAt, until)))
    .orderBy(desc(snapshots.slotAt))
    .limit(count)
    .all()
    .reverse();
