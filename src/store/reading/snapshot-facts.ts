import { asc, eq } from 'drizzle-orm';
import type { Db } from '../file/open.ts';
import { requests } from '../schema/requests.ts';
import { snapshots } from '../schema/snapshots.ts';
import { watches } from '../schema/watches.ts';
import type { SnapshotRow } from '../snapshots/snapshots.ts';

/** A snapshot by its id, with the name of its watch; undefined when there is none. */
export const findSnapshotById = (
  db: Db,
  id: number,
): (SnapshotRow & { watch: string }) | undefined => {
  const row = db.orm
    .select({ snapshot: snapshots, watch: watches.name })
    .from(snapshots)
    .innerJoin(watches, eq(watches.id, snapshots.watchId))
    .where(eq(snapshots.id, id))
    .get();
  return row && { ...row.snapshot, watch: row.watch };
};

/** The requests of a snapshot, as far as the ledger keeps them, in the order they were sent. */
export const listRequestsOf = (db: Db, snapshotId: number): (typeof requests.$inferSelect)[] =>
  db.orm
    .select()
    .from(requests)
    .where(eq(requests.snapshotId, snapshotId))
    .orderBy(asc(requests.id))
    .all();
