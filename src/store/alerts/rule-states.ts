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

/** How far rules have been evaluated in a series, by their ids; none for those that never were. */
export const findWatermarks = (
  db: Db,
  ruleIds: readonly number[],
  seriesId: number,
): Map<number, Instant> =>
  new Map(
    db
      .statement(
        `SELECT rule_id, last_slot_at FROM rule_watermarks
        WHERE rule_id IN (SELECT value FROM json_each(?)) AND series_id = ?`,
      )
      .raw()
      .all(JSON.stringify(ruleIds), seriesId) as [number, Instant][],
  );

/** Records that these rules have been evaluated in the series up to this slot. */
export function moveWatermarks(
  db: Db,
  ruleIds: readonly number[],
  seriesId: number,
  slotAt: Instant,
): void {
  db.statement(
    `INSERT INTO rule_watermarks (rule_id, series_id, last_slot_at)
    SELECT value, ?, ? FROM json_each(?) WHERE TRUE
    ON CONFLICT DO UPDATE SET last_slot_at = excluded.last_slot_at`,
  ).run(seriesId, slotAt, JSON.stringify(ruleIds));
}

type StateRow = [
  ruleId: number,
  productId: number,
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
  /** `settledToo`: settled products without a change row are wanted too. */
  rules: readonly { id: number; settledToo: boolean }[];
  seriesId: number;
  slotAt: Instant;
};

const TRACKED = `t.rule_id, t.product_id, t.state, t.for_count, t.clear_count, t.alert_id, t.told_slot_at,
  a.quiet, a.reminded_slot_at, t.settled_at`;
const OF_RULE = 't.rule_id = @ruleId AND t.series_id = @seriesId';
const LIST_UNSETTLED = `
  SELECT ${TRACKED} FROM json_each(@rules) r
    CROSS JOIN rule_states t ON t.rule_id = r.key AND t.series_id = @seriesId
    LEFT JOIN alerts a ON a.id = t.alert_id
  WHERE t.state <> 'idle' AND (t.settled_at IS NULL OR t.settled_at >= @slotAt OR r.value)`;
const LIST_WITH_SETTLED = `
  SELECT CAST(r.key AS INTEGER) FROM json_each(@rules) r WHERE NOT r.value AND EXISTS (
    SELECT 1 FROM rule_states t WHERE t.rule_id = r.key AND t.series_id = @seriesId
      AND t.settled_at < @slotAt)`;
/** It goes from the rows to the states, since there may be thousands of settled states. */
const LIST_SETTLED_WITH_ROW = `
  SELECT ${TRACKED} FROM temp.change_rows c
    CROSS JOIN rule_states t ON ${OF_RULE} AND t.product_id = c.product_key
    LEFT JOIN alerts a ON a.id = t.alert_id
  WHERE t.settled_at < @slotAt`;

/**
 * By rule, the products with a pending or open alert in a series that a snapshot may say something
 * new about: all that have a change row; of the others those that are not settled, or with
 * `settledToo` all. The change rows must be filled.
 */
export function listTracked(
  db: Db,
  { rules, seriesId, slotAt }: TrackedBy,
): Map<number, ProductState[]> {
  const asked = {
    rules: JSON.stringify(
      Object.fromEntries(rules.map(({ id, settledToo }) => [id, settledToo ? 1 : 0])),
    ),
    seriesId,
    slotAt,
  };
  const rows = db.statement(LIST_UNSETTLED).raw().all(asked) as StateRow[];
  const settled = db.statement(LIST_WITH_SETTLED).pluck().all(asked) as number[];
  for (const ruleId of settled)
    rows.push(
      ...(db
        .statement(LIST_SETTLED_WITH_ROW)
        .raw()
        .all({ ruleId, seriesId, slotAt }) as StateRow[]),
    );
  const tracked = new Map<number, ProductState[]>(rules.map(({ id }) => [id, []]));
  for (const row of rows) tracked.get(row[0])?.push(stateOf(row));
  return tracked;
}

function stateOf([, productId, state, forCount, clearCount, ...rest]: StateRow): ProductState {
  const [alertId, toldSlotAt, quiet, remindedSlotAt, settledAt] = rest;
  return {
    productId,
    alertId,
    machine: { state, forCount, clearCount, quiet, toldSlotAt, remindedSlotAt },
    settledAt,
  };
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
