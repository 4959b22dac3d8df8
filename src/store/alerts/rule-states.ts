import type { Instant } from '../../lib/clock.ts';
import type { MachineState } from '../../model.ts';
import type { Db } from '../file/open.ts';

/** The stored state of one product, and its open alert. */
export type ProductState = {
  productId: number;
  alertId: number | null;
  machine: MachineState;
  /**
   * From this slot on every answer is the same and leads to nothing, for as long as the product
   * stays away (the state is settled). Null: every slot has to be looked at.
   */
  settledAt: Instant | null;
};

/** How far a rule has been evaluated in a series; null when it never was. */
export function findWatermark(db: Db, ruleId: number, seriesId: number): Instant | null {
  return (
    (db
      .statement('SELECT last_slot_at FROM rule_watermarks WHERE rule_id = ? AND series_id = ?')
      .pluck()
      .get(ruleId, seriesId) as number | undefined) ?? null
  );
}

/** Records that the rule has been evaluated in the series up to this slot. */
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
  number | null,
];

/** Which states are asked for, and for which slot they are evaluated. */
export type TrackedBy = {
  ruleId: number;
  seriesId: number;
  slotAt: Instant;
  /** Whether settled products without a change row are wanted too. */
  settledToo: boolean;
};

const TRACKED = `t.product_id, t.state, t.for_count, t.clear_count, t.alert_id, t.told_slot_at,
  a.quiet, a.reminded_slot_at, t.settled_at`;
const OF_RULE = 't.rule_id = @ruleId AND t.series_id = @seriesId';
const LIST_UNSETTLED = `
  SELECT ${TRACKED} FROM rule_states t LEFT JOIN alerts a ON a.id = t.alert_id
  WHERE ${OF_RULE} AND t.state <> 'idle'
    AND (t.settled_at IS NULL OR t.settled_at >= @slotAt OR @settledToo)`;
const HAS_SETTLED = `
  SELECT 1 FROM rule_states t WHERE ${OF_RULE} AND t.settled_at < @slotAt LIMIT 1`;
/** It goes from the rows to the states, since there may be thousands of settled states. */
const LIST_SETTLED_WITH_ROW = `
  SELECT ${TRACKED} FROM temp.change_rows c
    CROSS JOIN rule_states t ON ${OF_RULE} AND t.product_id = c.product_key
    LEFT JOIN alerts a ON a.id = t.alert_id
  WHERE t.settled_at < @slotAt`;

/**
 * Products with a pending or open alert of a rule in a series that a snapshot may say something new
 * about: all that have a change row; of the others those that are not settled, or with `settledToo`
 * all. The change rows must be filled.
 */
export function listTracked(
  db: Db,
  { ruleId, seriesId, slotAt, settledToo }: TrackedBy,
): ProductState[] {
  const rule = { ruleId, seriesId };
  const list = (sql: string, values: object) => db.statement(sql).raw().all(values) as StateRow[];
  const rows = list(LIST_UNSETTLED, { ...rule, slotAt, settledToo: settledToo ? 1 : 0 });
  if (!settledToo && db.statement(HAS_SETTLED).get({ ...rule, slotAt }) !== undefined)
    rows.push(...list(LIST_SETTLED_WITH_ROW, { ...rule, slotAt }));
  return rows.map((row) => {
    const [productId, state, forCount, clearCount, alertId, toldSlotAt, ...rest] = row;
    const [quiet, remindedSlotAt, settledAt] = rest;
    return {
      productId,
      alertId,
      machine: { state, forCount, clearCount, quiet, toldSlotAt, remindedSlotAt },
      settledAt,
    };
  });
}

/**
 * Makes the rules look again at every product that stays away from a series, since its record was
 * made anew.
 */
export const unsettle = (db: Db, seriesId: number): void =>
  void db
    .statement(
      'UPDATE rule_states SET settled_at = NULL WHERE series_id = ? AND settled_at IS NOT NULL',
    )
    .run(seriesId);

/**
 * Slot of the last firing that was told for a product, in any episode; null when there was none.
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

/** Stores the state of a rule for a product, in place of the one before. */
export function saveState(
  db: Db,
  ruleId: number,
  seriesId: number,
  { productId, alertId, machine, settledAt }: ProductState,
): void {
  db.statement(
    `INSERT INTO rule_states
      (rule_id, series_id, product_id, state, for_count, clear_count, alert_id, told_slot_at, settled_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET state = excluded.state, for_count = excluded.for_count,
      clear_count = excluded.clear_count, alert_id = excluded.alert_id,
      told_slot_at = excluded.told_slot_at, settled_at = excluded.settled_at`,
  ).run(
    ruleId,
    seriesId,
    productId,
    machine.state,
    machine.forCount,
    machine.clearCount,
    alertId,
    machine.toldSlotAt,
    settledAt,
  );
}

/** Deletes the state: the product is idle, and nothing needs to be remembered. */
export function forgetState(db: Db, ruleId: number, seriesId: number, productId: number): void {
  db.statement(
    'DELETE FROM rule_states WHERE rule_id = ? AND series_id = ? AND product_id = ?',
  ).run(ruleId, seriesId, productId);
}
