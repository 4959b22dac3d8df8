// Episodes of alerts, as a replay of the history counts and tells them.
import type { Instant } from '../../lib/clock.ts';
import type { Quiet, SnapshotOrigin, SnapshotStatus } from '../../model.ts';
import type { AlertHead } from './alerts.ts';
import { evidenceIn, type Evidence } from './evidence.ts';
import type { Db } from '../file/open.ts';

/** An alert without its evidence. */
export type Episode = {
  id: number;
  ruleId: number;
  watchId: number;
  seriesId: number;
  productId: number;
  slotAt: Instant;
  resolvedSlotAt: Instant | null;
  quiet: Quiet | null;
};

/** Every episode, by rule, series and product, and then in slot order. */
export const listEpisodes = (db: Db): Episode[] =>
  db
    .statement(
      `SELECT id, rule_id AS ruleId, watch_id AS watchId, series_id AS seriesId,
        product_id AS productId, slot_at AS slotAt, resolved_slot_at AS resolvedSlotAt, quiet
    FROM alerts ORDER BY rule_id, series_id, product_id, slot_at`,
    )
    .all() as Episode[];

export type EpisodeAlert = AlertHead & { watch: string; quiet: Quiet | null; evidence: Evidence };

/** The whole alert of an episode that is known to exist. */
export function getEpisodeAlert(db: Db, id: number): EpisodeAlert {
  const row = db
    .statement(
      `SELECT a.id, a.product_id AS productId, a.severity, a.slot_at AS slotAt,
        a.fired_at AS firedAt, a.resolved_slot_at AS resolvedSlotAt, a.resolved_at AS resolvedAt,
    a.quiet, a.evidence, w.name AS watch FROM alerts a JOIN watches w ON w.id = a.watch_id WHERE a.id = ?`,
    )
    .get(id) as (Omit<EpisodeAlert, 'evidence'> & { evidence: string }) | undefined;
  if (row === undefined) throw new Error(`no alert ${id}`);
  return { ...row, evidence: evidenceIn(db, row.evidence) };
}

/** What decides whether a snapshot is evaluated. */
export type StoredSnapshot = {
  id: number;
  slotAt: Instant;
  status: SnapshotStatus;
  origin: SnapshotOrigin;
};

/** The snapshots of a series in slot order. */
export const listSeriesSnapshots = (db: Db, seriesId: number): StoredSnapshot[] =>
  db
    .statement(
      'SELECT id, slot_at AS slotAt, status, origin FROM snapshots WHERE series_id = ? ORDER BY slot_at',
    )
    .all(seriesId) as StoredSnapshot[];

/** How many snapshots of a watch, from a slot on, are of other queries than this series'. */
export const countOtherSnapshots = (
  db: Db,
  watchId: number,
  seriesId: number,
  sinceAt: Instant,
): number =>
  db
    .statement(
      'SELECT count(*) FROM snapshots WHERE watch_id = ? AND series_id <> ? AND slot_at >= ?',
    )
    .pluck()
    .get(watchId, seriesId, sinceAt) as number;

/** Names of products, by id. */
export const nameProduct = (db: Db, productId: number): { upstreamId: string; name: string } =>
  db
    .statement('SELECT upstream_id AS upstreamId, name FROM products WHERE id = ?')
    .get(productId) as { upstreamId: string; name: string };
