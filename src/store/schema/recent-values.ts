import { blob, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { snapshots } from './snapshots.ts';

/**
 * The scored values of the newest snapshots of a series, packed, for the z-scores of the next one:
 * a copy of observations, and nothing is lost without it (recent-values.ts).
 */
export const recentValues = sqliteTable('recent_values', {
  snapshotId: integer('snapshot_id')
    .primaryKey()
    .references(() => snapshots.id, { onDelete: 'cascade' }),
  packed: blob({ mode: 'buffer' }).notNull(),
});
