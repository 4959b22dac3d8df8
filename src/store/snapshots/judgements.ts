// What was found when a snapshot was judged, and what is usual in a series. All reads use an index,
// and are bounded.
import { newestCompleteSql } from '../../change/baseline.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { Verdict } from '../../snapshot/judge.ts';
import { measureSpread, SPREADS_KEPT, type Spread } from '../../snapshot/spread.ts';
import type { Instant } from '../../lib/clock.ts';
import type { Db } from '../file/open.ts';

/**
 * Keeps what a snapshot was found to be, in the place of what was known of it. Run inside a
 * transaction.
 */
export function saveJudgement(
  db: Db,
  snapshotId: number,
  { note, shortfall, spread }: Pick<Verdict, 'note' | 'shortfall' | 'spread'>,
): void {
  db.statement(
    `INSERT OR REPLACE INTO judgements
      (snapshot_id, note, shortfall, spread, spread_pairs, spread_gap_ms) VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(
    snapshotId,
    note,
    shortfall,
    spread?.spread ?? null,
    spread?.pairs ?? null,
    spread?.gapMs ?? null,
  );
}

/** Deletes the judgement, before its snapshot is deleted or becomes another. */
export function deleteJudgement(db: Db, snapshotId: number): void {
  db.statement('DELETE FROM judgements WHERE snapshot_id = ?').run(snapshotId);
}

/** What was noted of a snapshot; null when nothing was. */
export const findNote = (db: Db, snapshotId: number): string | null =>
  (db.statement('SELECT note FROM judgements WHERE snapshot_id = ?').pluck().get(snapshotId) as
    string | null | undefined) ?? null;

type Measured = {
  id: number;
  slot_at: Instant;
  spread: number | null;
  spread_pairs: number | null;
  spread_gap_ms: number | null;
};

/**
 * Spreads between the latest complete snapshots of a series before `before`, each to the one before
 * it, newest first. What was stored without being judged (an export that was imported, or by an
 * earlier Tidemark) is measured now, and kept.
 */
export function usualSpreads(db: Db, seriesId: number, before: Instant, kind: ListKind): Spread[] {
  const rows = db
    .statement(
      `SELECT s.id, s.slot_at, j.spread, j.spread_pairs, j.spread_gap_ms
      FROM snapshots s LEFT JOIN judgements j ON j.snapshot_id = s.id
      WHERE s.series_id = ? AND s.slot_at < ? AND +s.status = 'complete'
      ORDER BY s.slot_at DESC LIMIT ${SPREADS_KEPT}`,
    )
    .all(seriesId, before) as Measured[];
  return rows.flatMap((row) => {
    const { spread, gapMs, pairs } =
      row.spread_pairs === null ? measureStored(db, seriesId, row, kind) : storedSpread(row);
    return gapMs === null ? [] : [{ spread, gapMs, pairs }];
  });
}

/** `gapMs` null: there was no list before it. */
type StoredSpread = { spread: number | null; pairs: number; gapMs: number | null };

const storedSpread = ({ spread, spread_pairs, spread_gap_ms }: Measured): StoredSpread => ({
  spread,
  pairs: spread_pairs ?? 0,
  gapMs: spread_gap_ms,
});

function measureStored(
  db: Db,
  seriesId: number,
  { id, slot_at: slotAt }: Measured,
  { table, level }: ListKind,
): StoredSpread {
  const last = findLastComplete(db, seriesId, slotAt);
  const found: StoredSpread =
    last === undefined || level === null
      ? { spread: null, pairs: 0, gapMs: null }
      : measureSpread(
          db
            .statement(
              `SELECT o.${level}, b.${level} FROM ${table} o
              JOIN ${table} b ON b.snapshot_id = ? AND b.product_id = o.product_id
              WHERE o.snapshot_id = ? AND o.${level} > 0 AND b.${level} > 0`,
            )
            .raw()
            .all(last.id, id) as [number, number][],
          slotAt - last.slot_at,
        );
  db.statement(
    `INSERT INTO judgements (snapshot_id, spread, spread_pairs, spread_gap_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET spread = excluded.spread, spread_pairs = excluded.spread_pairs,
      spread_gap_ms = excluded.spread_gap_ms`,
  ).run(id, found.spread, found.pairs, found.gapMs);
  return found;
}

/**
 * The last complete snapshot of a series before a slot, whatever its age; undefined when there is
 * none.
 */
export const findLastComplete = (
  db: Db,
  seriesId: number,
  before: Instant,
): { id: number; slot_at: Instant; total: number | null } | undefined =>
  db
    .statement(
      `SELECT id, slot_at, total FROM snapshots
      WHERE id = ${newestCompleteSql('t.series_id = ? AND t.slot_at < ?')}`,
    )
    .get(seriesId, before) as { id: number; slot_at: Instant; total: number | null } | undefined;
