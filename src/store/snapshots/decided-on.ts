// What alerts were decided on: it stays when old history goes.
import { evaluatedSql } from '../../change/baseline.ts';
import type { Instant } from '../../lib/clock.ts';
import { ofRuleSql } from '../alerts/evidence-sql.ts';
import type { Db } from '../file/open.ts';
import { listTables } from '../series/list-tables.ts';
import { getQuery } from '../series/series.ts';

/** Changes with every alert that fires or resolves. */
export const decisionsIn = (db: Db): string =>
  db
    .statement("SELECT count(*) || ' ' || count(resolved_snapshot_id) FROM alerts")
    .pluck()
    .get() as string;

/**
 * Snapshots that `alerts show` needs to come to each decision again: those that counted (`for` and
 * `clear_for` of them), their baselines, and of a product that was absent its last sighting, which
 * has its record of then.
 */
export function listEvidence(db: Db): Set<number> {
  const tables = listTables(db.raw);
  const isAbsentSql = (snapshot: string) =>
    `${tables
      .map(
        (table) => `NOT EXISTS (SELECT 1 FROM ${table} o
      WHERE o.snapshot_id = alerts.${snapshot} AND o.product_id = alerts.product_id)`,
      )
      .join(' AND ')} AS is_absent`;
  const ids = new Set<number>();
  const decisions = db.raw
    .prepare<
      [],
      {
        series_id: number;
        product_id: number;
        is_absent: number;
        slot_at: Instant;
        snapshot_id: number;
        baseline_id: number | null;
        counted: number;
      }
    >(
      `
    SELECT ${isAbsentSql('snapshot_id')}, series_id, product_id, slot_at, snapshot_id, baseline_id,
      coalesce(${ofRuleSql('evidence', 'for')}, 1) AS counted FROM alerts
    UNION ALL
    SELECT ${isAbsentSql('resolved_snapshot_id')}, series_id, product_id, resolved_slot_at,
      resolved_snapshot_id, coalesce(
        json_extract(resolved_evidence, '$.baseline[0]'),
        json_extract(resolved_evidence, '$.baseline.id')),
      coalesce(${ofRuleSql('resolved_evidence', 'clear_for')}, 1)
    FROM alerts WHERE resolved_snapshot_id IS NOT NULL`,
    )
    .all();
  const earlier = db.raw.prepare<[number, Instant], Earlier>(
    `SELECT id, slot_at AS slotAt, interval_ms AS intervalMs, origin = 'manual' AS isByHand
    FROM snapshots WHERE series_id = ? AND slot_at <= ? AND ${evaluatedSql('status')}
    ORDER BY slot_at DESC`,
  );
  // Of a product that is on the list this is the snapshot itself, found at once.
  const sightingIn = (table: string) =>
    db
      .statement(
        `SELECT t.id FROM snapshots s CROSS JOIN snapshots t ON t.series_id = s.series_id
        AND t.slot_at <= s.slot_at AND ${evaluatedSql('t.status')}
      CROSS JOIN ${table} o ON o.snapshot_id = t.id AND o.product_id = ?
      WHERE s.id = ? ORDER BY t.slot_at DESC LIMIT 1`,
      )
      .pluck();
  const sighting = (seriesId: number) => sightingIn(getQuery(db, seriesId).list.table);
  for (const {
    series_id: seriesId,
    product_id: productId,
    is_absent: isAbsent,
    slot_at: slotAt,
    snapshot_id: snapshotId,
    baseline_id: baselineId,
    counted,
  } of decisions) {
    ids.add(snapshotId);
    if (baselineId !== null) ids.add(baselineId);
    const deciding =
      counted > 1 ? lastSlots(earlier.iterate(seriesId, slotAt), counted + 1) : [snapshotId];
    for (const id of deciding) {
      ids.add(id);
      if (counted === 1 && isAbsent === 0) continue;
      const seen = sighting(seriesId).get(productId, id) as number | undefined;
      if (seen !== undefined) ids.add(seen);
    }
  }
  return ids;
}

type Earlier = { id: number; slotAt: Instant; intervalMs: number; isByHand: number };

/**
 * The snapshots of so many slots, of those given (newest first): one more than counted, for the
 * baseline of the first. Those by hand that lie close behind another are for the same slot, and do
 * not count.
 */
function lastSlots(snapshots: Iterable<Earlier>, slots: number): number[] {
  const ids: number[] = [];
  let newer: Earlier | null = null;
  let count = 0;
  for (const snapshot of snapshots) {
    const isSameSlot =
      newer?.isByHand === 1 && newer.slotAt - snapshot.slotAt < newer.intervalMs / 2;
    if (!isSameSlot && ++count > slots) break;
    ids.push(snapshot.id);
    newer = snapshot;
  }
  return ids;
}
