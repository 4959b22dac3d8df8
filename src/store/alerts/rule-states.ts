import type { Instant } from '../../lib/clock.ts';
import type { MachineState } from '../../model.ts';
import type { Db } from '../file/open.ts';

/** The stored state of one product, and its open alert. */
export type ProductState = { productId: number; alertId: number | null; machine: MachineState };

/** How far a rule has been evaluated in a series; null when it never was. */
export function findWatermark(db: Db, ruleId: number, seriesId: number): Instant | null {
  return (
    (db
      .statement('SELECT last_slot_at FROM rule_watermarks WHERE rule_id = ? AND series_id = ?')
      .pluck()
      .get(ruleId, seriesId) as number | undefined) ?? null
  );
}

/** The rule has been evaluated in the series up to this slot. */
export function moveWatermark(db: Db, ruleId: number, seriesId: number, slotAt: Instant): void {
  db.statement(
    'INSERT INTO rule_watermarks (rule_id, series_id, last_slot_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last_slot_at = excluded.last_slot_at',
  ).run(ruleId, seriesId, slotAt);
}

type StateRow = [
  number,
  MachineState['state'],
  number,
  number,
  number | null,
  number | null,
  MachineState['quiet'],
  number | null,
];

/** Products with a pending or open alert of a rule in a series, ascending. */
export function listTracked(db: Db, ruleId: number, seriesId: number): ProductState[] {
  const rows = db
    .statement(
      `SELECT t.product_id, t.state, t.for_count, t.clear_count, t.alert_id, t.told_slot_at, a.quiet, a.reminded_slot_at
    FROM rule_states t LEFT JOIN alerts a ON a.id = t.alert_id WHERE t.rule_id = ? AND t.series_id = ? AND t.state <> 'idle' ORDER BY t.product_id`,
    )
    .raw()
    .all(ruleId, seriesId) as StateRow[];
  return rows.map(
    ([productId, state, forCount, clearCount, alertId, toldSlotAt, quiet, remindedSlotAt]) => ({
      productId,
      alertId,
      machine: { state, forCount, clearCount, quiet, toldSlotAt, remindedSlotAt },
    }),
  );
}

/**
 * Slot of the last firing that was told for a product, of any episode; null when there was none.
 */
export function findToldSlot(
  db: Db,
  ruleId: number,
  seriesId: number,
  productId: number,
): Instant | null {
  return (
    (db
      .statement(
        'SELECT told_slot_at FROM rule_states WHERE rule_id = ? AND series_id = ? AND product_id = ?',
      )
      .pluck()
      .get(ruleId, seriesId, productId) as number | null | undefined) ?? null
  );
}

/** Stores where a rule stands with a product; what was there is replaced. */
export function saveState(
  db: Db,
  ruleId: number,
  seriesId: number,
  { productId, alertId, machine }: ProductState,
): void {
  db.statement(
    `INSERT INTO rule_states (rule_id, series_id, product_id, state, for_count, clear_count, alert_id, told_slot_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET state = excluded.state, for_count = excluded.for_count, clear_count = excluded.clear_count, alert_id = excluded.alert_id, told_slot_at = excluded.told_slot_at`,
  ).run(
    ruleId,
    seriesId,
    productId,
    machine.state,
    machine.forCount,
    machine.clearCount,
    alertId,
    machine.toldSlotAt,
  );
}

/** The product is idle, with nothing to remember. */
export function forgetState(db: Db, ruleId: number, seriesId: number, productId: number): void {
  db.statement(
    'DELETE FROM rule_states WHERE rule_id = ? AND series_id = ? AND product_id = ?',
  ).run(ruleId, seriesId, productId);
}
