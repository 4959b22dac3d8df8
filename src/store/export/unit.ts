// A unit of an exported view: a snapshot, or an alert. What it is made of, and what its rows depend
// on, so that it is known which of them must be written again.

/**
 * `digest` covers all that its rows are made of. `deps` are the slots of the snapshots that they
 * were compared with, the baseline first; empty without one. Both go by slots and names, never by
 * ids, which a restored database gives out again.
 */
export type UnitState = { digest: string; deps: readonly string[] };

/** A unit as the database has it; `id` is that of its snapshot or alert. */
export type DbUnit = UnitState & { id: number; key: string };

/** The key of the unit that a row belongs to. */
export const unitKey = (slotAt: string, rule?: string, product?: string): string =>
  rule === undefined ? slotAt : `${slotAt}|${rule}|${product ?? ''}`;

/** The slot in a key. */
export const slotOf = (key: string): string => key.split('|', 1)[0] ?? '';
